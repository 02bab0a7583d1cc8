"""Asks about orders by the keys of the order system's batches, where it doesn't keep our ids.

An order whose keys are known is found by them. One that nothing came back for is looked for by account, instrument,
side and units among the trades that work. What more than one could be stays unknown, and so does what isn't found: it
may have ended already.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, get_args
from urllib.parse import quote

from trimtab.adapters.oms.batch_matching import Batch, batch_of, has_keys, take_found, take_known
from trimtab.adapters.oms.matching import Matching
from trimtab.adapters.oms.messages import BASE_PATH, OrderBatchSummary, OrderFulfilmentStatus
from trimtab.adapters.oms.reading import Unreadable, is_key, listed, object_of, read
from trimtab.adapters.oms.several import answered
from trimtab.adapters.oms.wire import Wire
from trimtab.workflow.ports.order_system import NoAnswer, NotSent, OmsAnswer, Placing

QUESTION: Final = "a question about batches"
_PATH: Final = f"{BASE_PATH}/batches"

BatchState = Literal["pending", "executing"]
Working = Mapping[str, Sequence[str]]
"""The keys of batches that work, by account number."""


class Batches:
    """The part of the interface that every order system has."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def look(self, orders: Sequence[Placing]) -> OmsAnswer:
        """What it says of orders; see `OrderSystem.look`.

        Raises:
            NotSent, NoAnswer: It says nothing of any.
        """
        matching = Matching(orders)
        known = [order for order in matching.orders.values() if has_keys(order)]
        lost = _by_account(order for order in matching.orders.values() if not has_keys(order))
        try:
            working = await self._working_of(lost, matching)
        except (NotSent, NoAnswer):
            if not known:
                raise
            working = {}
        keys = [order.order_key for order in known] + [key for several in working.values() for key in several]
        batches = await self._batches(keys, matching)
        take_known(known, batches, matching=matching)
        taken = frozenset((order.order_key, order.trade_key) for order in known)
        for account_number, its_keys in working.items():
            found = [
                batch for key in its_keys if (batch := batches.get(key)) and batch.whole and batch.order_key == key
            ]
            if len(found) == len(its_keys):  # else what is missing could be meant as well
                take_found(lost[account_number], found, known=taken, matching=matching)
        return matching.answer()

    async def listed(self, state: BatchState) -> list[object]:
        """The batches in a state, each still to be read.

        Raises:
            NotSent, NoAnswer: It doesn't say.
        """
        answer = await self._wire.get(_PATH, what=QUESTION, query=[("state", state)])
        try:
            return listed(object_of(answer), "batches")
        except Unreadable as error:
            raise self._wire.no_answer(QUESTION, error) from None

    async def _working_of(self, accounts: Mapping[str, object], matching: Matching) -> Working:
        """The batches of these accounts; none where not all that work can be read, as any could be meant.

        Those that wait are asked for first: a batch that goes on meanwhile is listed twice, and never missed.
        """
        found: defaultdict[str, dict[str, None]] = defaultdict(dict)
        sure = True
        for state in get_args(BatchState) if accounts else ():
            for item in await self.listed(state):
                try:
                    batch = _summary(item)
                except Unreadable as error:
                    matching.park_unreadable("a batch", error)
                    sure = False
                else:
                    if batch.portfolio_id in accounts:
                        found[batch.portfolio_id][batch.order_key] = None
        return {account_number: list(keys) for account_number, keys in found.items()} if sure else {}

    async def _batches(self, keys: Iterable[str], matching: Matching) -> Mapping[str, Batch | None]:
        """The batches that could be read, by the key that was asked for; None where there is none."""
        opened = await answered(list(dict.fromkeys(keys)), self._opened, patience_seconds=self._wire.timeout_seconds)
        return {key: None if each is None else batch_of(*each, matching=matching) for key, each in opened}

    async def _opened(self, order_key: str) -> tuple[OrderFulfilmentStatus, list[object]] | None:
        """How far a batch is, without its trades, and these still to be read; None where there is no such batch."""
        answer = await self._wire.get(f"{_PATH}/{quote(order_key, safe='')}/fulfilment", what=QUESTION)
        if answer.status == 404:
            return None
        try:
            found = object_of(answer)
            return read(OrderFulfilmentStatus, {**found, "trades": []}), listed(found, "trades")
        except Unreadable as error:
            raise self._wire.no_answer(QUESTION, error) from None


def _by_account(orders: Iterable[Placing]) -> Mapping[str, Sequence[Placing]]:
    found: defaultdict[str, list[Placing]] = defaultdict(list)
    for order in orders:
        found[order.account_number].append(order)
    return found


def _summary(item: object) -> OrderBatchSummary:
    batch = read(OrderBatchSummary, item)
    if not is_key(batch.order_key):
        raise Unreadable("its key can't be asked by")
    return batch
