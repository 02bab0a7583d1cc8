"""Brings orders to the order system and what became of them back, once each, whatever fails in between.

An order is written as Submitted, under the lock of the records, before the request with it leaves: so of many processes
one sends it, and a killed one leaves a trace. What isn't answered is Unknown until the order system is asked for it by
its id; only an order that is surely not there is sent again, and under the same id.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import anyio

from trimtab.domain.errors import Blocked
from trimtab.domain.trading.order_states import ENDED
from trimtab.workflow.delivery_pace import DeliveryPace
from trimtab.workflow.order_changes import after, at_the_order_system, may_have_left, placing, silent_for
from trimtab.workflow.order_ledger import OrderLedger, is_ready
from trimtab.workflow.order_terms import OrderTerms
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.order_system import NoAnswer, NotSent, OmsAnswer, OrderSystem, TurnedDown
from trimtab.workflow.ports.records import OrderRow, RecordStore
from trimtab.workflow.sending import Sending
from trimtab.workflow.together import together

logger = logging.getLogger(__name__)

TROUBLE: Final = (Blocked, NotSent, NoAnswer, TurnedDown)
LAPSED: Final = "Its approval ended before it could be sent"
SILENCE: Final = "Nobody knows yet whether it arrived"
CANCELS_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a round came to: orders that something became of, and those that haven't ended.

    `trouble` says why the order system couldn't be asked or sent to, empty where it could.
    """

    changed: int = 0
    unfinished: int = 0
    trouble: str = ""


class Delivery:
    """Implements `Deliverer`: rounds of asking, concluding, cancelling and sending, one at a time in a process."""

    def __init__(
        self,
        records: RecordStore,
        system: OrderSystem,
        *,
        clock: Clock,
        terms: OrderTerms,
        pace: DeliveryPace | None = None,
    ) -> None:
        self.records = records
        self.system = system
        self.clock = clock
        self.terms = terms
        self._pace = pace or DeliveryPace()
        self._ledger = OrderLedger(records, clock, timedelta(seconds=self._pace.absent_after))
        self._sending = Sending(self._ledger, system, pace=self._pace)
        self._turn = anyio.Lock()
        self._ended_asked_at: float | None = None

    async def deliver(self) -> float:
        """See `Deliverer.deliver`."""
        done = await self.round()
        if done.trouble:
            logger.warning("orders wait: %s", done.trouble)
            return self._pace.troubled
        return self._pace.busy if done.unfinished else self._pace.idle

    async def settle(self, session_id: str, *, most_rounds: int = 6) -> Delivered:
        """Rounds over one session's orders, as long as each brings something new."""
        changed = 0
        for _ in range(most_rounds):
            done = await self.round(session_id)
            changed += done.changed
            if done.trouble or not done.changed or not done.unfinished:
                break
        return Delivered(changed, done.unfinished, done.trouble)

    async def round(self, session_id: str = "") -> Delivered:
        """Asks, concludes, cancels and sends once, over the orders of one session or of all."""
        async with self._turn:
            mine, trouble = await self._unsettled(session_id)
            changed = await self._lapse(mine)
            try:
                if mine:
                    await self.system.require(self.terms.execution_mode)
                    changed += await self._ask(mine)
                    mine, trouble = await self._unsettled(session_id) if changed else (mine, trouble)
                    changed += await self._cancel(mine)
                    changed += await self._sending.send(mine)
            except TROUBLE as error:
                trouble = error.message
            return Delivered(changed, sum(order.state not in ENDED for order in mine), trouble)

    async def _unsettled(self, session_id: str) -> tuple[list[OrderRow], str]:
        """The orders that this order system may have news of, and what is to be said of others."""
        today = self.clock.now().date()
        every = await self.records.unsettled(today, execution_mode=self.terms.execution_mode)
        orders = [order for order in every if session_id in ("", order.session_id)]
        here = ("", self.system.name)
        elsewhere = [order for order in orders if order.order_system not in here and order.state not in ENDED]
        return [order for order in orders if order.order_system in here], _elsewhere(elsewhere, here=self.system.name)

    async def _ask(self, orders: Sequence[OrderRow]) -> int:
        """Asks about the orders that may have left, and takes what is said."""
        asked = [order for order in orders if self._to_ask(order)]
        if not asked:
            return 0
        if any(order.state in ENDED for order in asked):
            self._ended_asked_at = time.monotonic()
        try:
            answer = await self.system.look([placing(order) for order in asked])
        except (NotSent, NoAnswer, TurnedDown):
            await self._without_news(asked)
            raise
        changed = await self._ledger.take(asked, answer)
        heard = answer.absent | {said.client_order_id for said in answer.reports}
        return changed + await self._without_news([each for each in asked if each.client_order_id not in heard])

    def _to_ask(self, order: OrderRow) -> bool:
        if not may_have_left(order):
            return False
        if order.state == "Submitted":  # whoever sent it may still wait for its answer
            return silent_for(order, self.clock.now()) >= timedelta(seconds=self._pace.answered_within)
        return order.state not in ENDED or self._ended_too()

    def _ended_too(self) -> bool:
        """At the start and now and then: a fill may have been on its way when the order ended."""
        last = self._ended_asked_at
        return last is None or time.monotonic() - last >= self._pace.ended_asked_every

    async def _without_news(self, orders: Sequence[OrderRow]) -> int:
        """Orders that were sent, and of which nobody says anything."""
        return await self._ledger.become(
            orders, lambda order: after(order, "hear_nothing", why=SILENCE) if order.state == "Submitted" else None
        )

    async def _lapse(self, orders: Sequence[OrderRow]) -> int:
        """Ends the orders that wait for longer than their approval lasts."""
        now = self.clock.now()
        return await self._ledger.become(
            orders,
            lambda order: after(order, "lapse", why=LAPSED) if is_ready(order) and now >= order.valid_until else None,
        )

    async def _cancel(self, orders: Sequence[OrderRow]) -> int:
        """Asks the order system to cancel what is to be cancelled there, and takes how it stands then."""
        wanted = [order for order in orders if order.cancel and at_the_order_system(order)]
        changed = 0
        for start in range(0, len(wanted), CANCELS_AT_ONCE):
            portion = wanted[start : start + CANCELS_AT_ONCE]
            answers = await together(self.system.cancel(placing(order)) for order in portion)
            changed += await self._ledger.take(portion, _together(answers))
        return changed


def _together(answers: Sequence[OmsAnswer]) -> OmsAnswer:
    """Several answers as one."""
    return OmsAnswer(
        reports=tuple(said for answer in answers for said in answer.reports),
        strays=tuple(each for answer in answers for each in answer.strays),
        absent=frozenset().union(*(answer.absent for answer in answers)),
    )


def _elsewhere(orders: Sequence[OrderRow], *, here: str) -> str:
    """Orders that another order system has: nobody here may say what became of them, or send them again."""
    if not orders:
        return ""
    systems = ", ".join(sorted({order.order_system for order in orders}))
    return f"{len(orders)} orders are at {systems}, and this server talks to {here}: set TRIMTAB_OMS to that again."
