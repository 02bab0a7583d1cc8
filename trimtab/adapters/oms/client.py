"""Implements `OrderSystem` over HTTP: an order system at a URL, or an application in our own process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import httpx2

from trimtab.adapters.oms.address import SETTING, address_of
from trimtab.adapters.oms.batches import Batches
from trimtab.adapters.oms.messages import BASE_PATH, PAPER_PATH, PaperStatement, Refusal
from trimtab.adapters.oms.our_ids import OurIds, no_cancelling
from trimtab.adapters.oms.placing import read_placed, request_of
from trimtab.adapters.oms.reading import LONGEST_REASON, Unreadable, object_of, read
from trimtab.adapters.oms.wire import HttpAnswer, Wire
from trimtab.domain.errors import Blocked, Problem
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.order_system import NoAnswer, NotSent, OmsAnswer, Placing, TurnedDown
from trimtab.workflow.ports.results import ExecutionMode

IN_PROCESS: Final = "http://in-process"
"""The address of an application in our own process; nothing looks it up."""
ORDERS: Final = "new orders"
PAPER_QUESTION: Final = "the question whether it is paper"
NOT_PAPER: Final = "oms_not_paper"
IS_PAPER: Final = "oms_is_paper"
_NOBODY_KNOWS: Final = (408, 409, 425, 429)
"""Of the 4xx: the order system, or something before it, may have the orders all the same."""
_NOT_LET_IN: Final = (401, 403, 404, 405, 407)
"""It took nothing, and that isn't because of the orders: a password is wrong, or the address. They wait."""
_CANT_SAY: Final = (408, 429)


class HttpOrderSystem:
    """One order system. Operations may run at the same time.

    Whether it is paper and whether it keeps our ids is learned when it is needed, and anew after a failure: who answers
    then may be another.
    """

    def __init__(
        self,
        url: str = IN_PROCESS,
        *,
        name: str = "",
        transport: httpx2.AsyncBaseTransport | None = None,
        timeout_seconds: float = 10.0,
        connect_seconds: float = 3.0,
    ) -> None:
        """Connects to nothing yet.

        Args:
            url: `http(s)://[USER:PASSWORD@]HOST[:PORT][/PATH]`; the interface is below PATH.
            name: What it is called for people and in the records; by default the URL without user and password.
            transport: Carries the requests in place of the network, such as `httpx2.ASGITransport` of an application.
            timeout_seconds: The most that one request may take in all.
            connect_seconds: The most that each step of connecting may take.

        Raises:
            SettingsError: The URL isn't one.
        """
        address = address_of(url)
        self.name = name or address.url
        self._wire = Wire(
            address,
            name=self.name,
            transport=transport,
            timeout_seconds=timeout_seconds,
            connect_seconds=connect_seconds,
        )
        self._ours = OurIds(self._wire)
        self._batches = Batches(self._wire)
        self._keeps_ids: bool | None = None

    async def require(self, mode: ExecutionMode) -> None:
        """See `OrderSystem.require`. It is asked each time: behind the address there may be another by now."""
        wanted = mode == "simulated"
        with self._relearning():
            is_paper = await self._says_paper()
        if is_paper is not wanted:
            raise _not_paper(self.name) if wanted else _paper(self.name)

    async def place(self, orders: Sequence[Placing]) -> OmsAnswer:
        """See `OrderSystem.place`."""
        if not orders:
            return OmsAnswer()
        content = request_of(orders).model_dump_json(by_alias=True, exclude_none=True).encode()
        with self._relearning():
            answer = await self._wire.post(f"{BASE_PATH}/orders/batch", what=ORDERS, content=content)
            if answer.status in _NOT_LET_IN:
                raise self._wire.not_sent(ORDERS, f"its HTTP status is {answer.status}")
            if 400 <= answer.status < 500 and answer.status not in _NOBODY_KNOWS:
                raise _turned_down(answer, self.name)
            try:
                return read_placed(answer, orders)
            except Unreadable as error:
                raise self._wire.no_answer(ORDERS, error) from None

    async def look(self, orders: Sequence[Placing]) -> OmsAnswer:
        """See `OrderSystem.look`. What was answered is told, even if the rest of the questions had no answer."""
        if not orders:
            return OmsAnswer()
        with self._relearning():
            if await self._asks_by_id(orders[0]):
                return await self._ours.look(orders)
            return await self._batches.look(orders)

    async def cancel(self, order: Placing) -> OmsAnswer:
        """See `OrderSystem.cancel`. Where the order system refuses, or is asked too late, the answer may be empty."""
        if self._keeps_ids is False:
            raise no_cancelling(self.name)
        with self._relearning():  # also where nobody knows yet: that costs a question, which may fail
            return await self._ours.cancel(order)

    async def close(self) -> None:
        """See `OrderSystem.close`."""
        await self._wire.close()

    async def _says_paper(self) -> bool:
        answer = await self._wire.get(PAPER_PATH, what=PAPER_QUESTION)
        try:
            read(PaperStatement, object_of(answer))
        except Unreadable as error:
            if answer.status >= 500 or answer.status in _CANT_SAY:
                raise self._wire.no_answer(PAPER_QUESTION, error) from None
            return False
        return True

    async def _asks_by_id(self, order: Placing) -> bool:
        if self._keeps_ids is None:
            self._keeps_ids = await self._learned(order)
        return self._keeps_ids

    async def _learned(self, order: Placing) -> bool:
        """Whether it keeps our ids. A No counts only if the order system itself answers before it is said again: it may
        come from something that stands before the order system and has lost it."""
        if await self._ours.understood(order):
            return True
        await self._batches.listed("pending")
        return await self._ours.understood(order)

    @contextmanager
    def _relearning(self) -> Iterator[None]:
        try:
            yield
        except (NotSent, NoAnswer):
            self._keeps_ids = None
            raise


def _turned_down(answer: HttpAnswer, name: str) -> TurnedDown:
    try:
        said = clean(read(Refusal, object_of(answer, also=(answer.status,))).error, LONGEST_REASON)
    except Unreadable:
        said = ""
    message = f"{name} turned down {ORDERS} (HTTP status {answer.status}): {said or 'it gives no reason'}"
    return TurnedDown(
        f"{message.rstrip('.')}.",
        next_action="None of these orders is there. Correct what the order system says, or ask whoever runs it.",
    )


def _not_paper(name: str) -> Blocked:
    return _blocked(
        f"{name} doesn't say that it is a paper order system, and simulated orders go to no other.",
        NOT_PAPER,
        next_action=(
            "Start `trimtab paper-oms` and set TRIMTAB_OMS to its address, or set TRIMTAB_EXECUTION=live and "
            "TRIMTAB_LIVE_ACCOUNTS for live orders."
        ),
    )


def _paper(name: str) -> Blocked:
    return _blocked(
        f"{name} is a paper order system, and live orders would reach no market there.",
        IS_PAPER,
        next_action="Set TRIMTAB_OMS to an order system that is live, or TRIMTAB_EXECUTION=simulated.",
    )


def _blocked(message: str, rule: str, *, next_action: str) -> Blocked:
    return Blocked(message, problems=[Problem(SETTING, message, rule)], next_action=next_action)
