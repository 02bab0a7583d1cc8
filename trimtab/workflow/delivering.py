"""Brings orders to the order system and what became of them back, once each, whatever fails in between.

An order is written as Submitted, under the lock of the records, before the request with it leaves: so of many processes
one sends it, and a killed one leaves a trace. What isn't answered is Unknown until the order system is asked for it by
its id; only an order that is surely not there is sent again, and under the same id.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import anyio

from trimtab.domain.errors import Blocked
from trimtab.domain.trading.order_states import ENDED
from trimtab.workflow.cancel_requests import CancelRequests
from trimtab.workflow.delivery_pace import DeliveryPace
from trimtab.workflow.order_changes import after, lapsed, may_have_left, placing, silent_for
from trimtab.workflow.order_ledger import OrderLedger, is_ready
from trimtab.workflow.order_terms import OrderTerms
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.order_system import OrderSystem, OrderSystemTrouble
from trimtab.workflow.ports.records import OrderRow, RecordStore
from trimtab.workflow.ports.results import ExecutionMode
from trimtab.workflow.sending import Sending

logger = logging.getLogger(__name__)

LAPSED: Final = "Its approval ended before it could be sent"
SILENCE: Final = "Nobody knows yet whether it arrived"
LATE_FILLS: Final = timedelta(days=3)
"""For so long a fill may be on its way to an order that has ended: markets and weekends, not minutes."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a round came to: orders that something became of, and those that haven't ended.

    `trouble` says what went wrong, empty where nothing did; with `is_away` the order system couldn't be asked or sent
    to, so that trying again at once is no use.
    """

    changed: int = 0
    unfinished: int = 0
    trouble: str = ""
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class _Unsettled:
    """Orders about which there may be news: `mine` at this order system or at none yet, and those of `others`."""

    mine: Sequence[OrderRow]
    others: Sequence[OrderRow]

    @property
    def every(self) -> Sequence[OrderRow]:
        return [*self.mine, *self.others]


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
        self._cancels = CancelRequests(self._ledger, system, pace=self._pace)
        self._sending = Sending(self._ledger, system, pace=self._pace)
        self._turn = anyio.Lock()
        self._ended_asked_at: dict[str, float] = {}
        self._left_some = anyio.Event()
        self._last_trouble = ""
        self._rounds_away = 0

    async def deliver(self) -> float:
        """See `Deliverer.deliver`."""
        self._left_some = anyio.Event()
        begun = time.monotonic()
        done = await self.round()
        if done.trouble and done.trouble != self._last_trouble:  # it may last for days, and rounds are many
            logger.warning("orders wait: %s", done.trouble)
        self._last_trouble = done.trouble
        self._rounds_away = self._rounds_away + 1 if done.is_away else 0
        if done.is_away:
            return min(self._pace.troubled * self._rounds_away, max(self._pace.idle, self._pace.troubled))
        if not done.unfinished:
            return self._pace.idle
        quiet = 0.0 if done.changed else self._pace.quiet_rounds * (time.monotonic() - begun)
        return max(self._pace.busy, quiet)

    async def rest(self, seconds: float) -> None:
        """See `Deliverer.rest`. Calls that come all the time make no more rounds than orders on their way do."""
        least = min(seconds, self._pace.busy)
        await anyio.sleep(least)
        with anyio.move_on_after(seconds - least):
            await self._left_some.wait()

    async def settle(self, session_id: str, *, most_rounds: int = 6) -> Delivered:
        """Rounds over one session's orders, as long as each brings something new."""
        changed = 0
        for _ in range(most_rounds):
            done = await self.round(session_id)
            changed += done.changed
            if done.is_away or not done.changed or not done.unfinished:
                break
        if done.unfinished:
            self._left_some.set()
        return replace(done, changed=changed)

    async def round(self, session_id: str = "") -> Delivered:
        """Asks, concludes, cancels and sends once, over the orders of one session or of all."""
        async with self._turn:
            found = await self._unsettled(session_id)
            changed = await self._lapse(found.every)
            found = await self._unsettled(session_id) if changed else found
            away = uncancelled = ""
            try:
                if found.mine:
                    await self._require()
                    heard, away = await self._ask(found.mine)
                    found = await self._unsettled(session_id) if heard else found
                    cancelled, uncancelled = await self._cancels.send(found.mine)
                    changed += heard + cancelled
                    if uncancelled:  # whoever can't be told to cancel may be away altogether
                        await self._require()
                    if not away:
                        changed += await self._sending.send(found.mine)
            except (Blocked, OrderSystemTrouble) as error:
                away = error.message
            unfinished = sum(order.state not in ENDED for order in found.mine)
            others = _told_of(found.others, here=self.system.name, mode=self.terms.execution_mode)
            return Delivered(changed, unfinished, away or uncancelled or others, is_away=bool(away))

    async def _require(self) -> None:
        await self.system.require(self.terms.execution_mode)

    async def _unsettled(self, session_id: str) -> _Unsettled:
        """The orders that this order system may have news of, and those that are another's, or of the other mode."""
        since, mode = self.clock.now().date() - LATE_FILLS, self.terms.execution_mode
        here = ("", self.system.name)
        every = await self.records.unsettled(since, execution_mode=mode)
        strange = await self.records.unsettled(since, execution_mode="live" if mode == "simulated" else "simulated")
        wanted = [order for order in every if session_id in ("", order.session_id)]
        return _Unsettled(
            mine=[order for order in wanted if order.order_system in here],
            others=[
                *(order for order in wanted if order.order_system not in here),
                *(order for order in strange if session_id in ("", order.session_id)),
            ],
        )

    async def _ask(self, orders: Sequence[OrderRow]) -> tuple[int, str]:
        """Asks about the orders that may have left, and takes what is said.

        Says of how many there is news, and what went wrong: whoever can't tell how orders stand may still cancel them.
        """
        asked = [order for order in orders if self._to_ask(order)]
        if not asked:
            return 0, ""
        now = time.monotonic()
        self._ended_asked_at |= {order.session_id: now for order in asked if order.state in ENDED}
        try:
            answer = await self.system.look([placing(order) for order in asked])
        except OrderSystemTrouble as error:
            return await self._without_news(asked), error.message
        changed = await self._ledger.take(asked, answer)
        return changed + await self._without_news(asked), ""

    def _to_ask(self, order: OrderRow) -> bool:
        if not may_have_left(order):
            return False
        if order.state == "Submitted":  # whoever sent it may still wait for its answer
            return silent_for(order, self.clock.now()) >= timedelta(seconds=self._pace.answered_within)
        return order.state not in ENDED or self._ended_too(order.session_id)

    def _ended_too(self, session_id: str) -> bool:
        """At the start and now and then: a fill may have been on its way when an order ended.

        Session by session: somebody who looks at one of them all the time takes no other its turn.
        """
        last = self._ended_asked_at.get(session_id)
        return last is None or time.monotonic() - last >= self._pace.ended_asked_every

    async def _without_news(self, orders: Sequence[OrderRow]) -> int:
        """Orders that were sent, and of which nobody says anything; not those that somebody sent again meanwhile."""
        sent_at = {order.client_order_id: order.sent_at for order in orders}

        def become(order: OrderRow) -> OrderRow | None:
            still = order.state == "Submitted" and order.sent_at == sent_at[order.client_order_id]
            return after(order, "hear_nothing", why=SILENCE) if still else None

        return await self._ledger.become(orders, become)

    async def _lapse(self, orders: Sequence[OrderRow]) -> int:
        """Ends the orders that wait for longer than their approval lasts, whichever order system they left for."""
        now = self.clock.now()
        return await self._ledger.become(
            orders,
            lambda order: lapsed(order, why=LAPSED) if is_ready(order) and now >= order.valid_until else None,
        )


def _told_of(others: Sequence[OrderRow], *, here: str, mode: ExecutionMode) -> str:
    """Orders that another order system has: nobody here may say what became of them, or send them again."""
    waiting = [order for order in others if order.state not in ENDED]
    if not waiting:
        return ""
    modes = {order.execution_mode for order in waiting} - {mode}
    if modes:
        return (
            f"{len(waiting)} orders are not {mode}, as this server's are: only one that is set to {modes.pop()} "
            "follows and cancels them."
        )
    systems = ", ".join(sorted({order.order_system for order in waiting}))
    return (
        f"Orders at {systems} ({len(waiting)}) are left alone, as this server talks to {here}. "
        "Set TRIMTAB_OMS, or for one inside the process TRIMTAB_HOME, as it was."
    )
