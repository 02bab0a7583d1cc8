"""Sends orders, once each: written as sent first, under the lock, then sent in one request that is never repeated."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from trimtab.domain.trading.order_states import OrderDeed
from trimtab.workflow.delivery_pace import DeliveryPace
from trimtab.workflow.order_changes import after, placing
from trimtab.workflow.order_ledger import AT_ONCE, OrderLedger, is_ready
from trimtab.workflow.ports.order_system import NoAnswer, NotSent, OrderSystem, TurnedDown
from trimtab.workflow.ports.records import OrderRow, Scope, Standing
from trimtab.workflow.releasing import buys_to_leave

LEFT_OUT: Final = "The order system's answer didn't mention it"
TOO_LATE: Final = "It didn't leave in time; it is sent again"


class Sending:
    """Sells first; then the buys whose cash is there."""

    def __init__(self, ledger: OrderLedger, system: OrderSystem, *, pace: DeliveryPace) -> None:
        self._ledger = ledger
        self._system = system
        self._pace = pace
        self._tried: dict[str, int] = {}

    async def send(self, orders: Sequence[OrderRow]) -> int:
        """Sends what of these orders may leave now; says how many left.

        Raises:
            NotSent, NoAnswer, TurnedDown: The order system's; what became of the orders is written.
        """
        ready = [order for order in orders if is_ready(order)]
        left = 0
        for ids in _portions([order for order in ready if order.side == "sell"]):
            left += await self._send(Scope(client_order_ids=ids), buys=False)
        for session_id in self._worth_trying(orders, ready):
            while sent := await self._send(Scope(session_id=session_id), buys=True):
                left += sent
        return left

    def _worth_trying(self, orders: Sequence[OrderRow], ready: Sequence[OrderRow]) -> Iterator[str]:
        """Sessions whose buys wait, where something changed since their cash was last looked at: that costs reading
        all their orders."""
        waiting = dict.fromkeys(order.session_id for order in ready if order.side == "buy")
        marks: dict[str, list[tuple[object, ...]]] = defaultdict(list)
        for order in orders:
            if order.session_id in waiting:
                marks[order.session_id].append((order.client_order_id, order.state, order.filled_quantity))
        for session_id in waiting:
            mark = hash(tuple(marks[session_id]))
            if self._tried.get(session_id) != mark:
                yield session_id
                self._tried[session_id] = mark

    async def _send(self, scope: Scope, *, buys: bool) -> int:
        """Claims and sends the scope's orders, or of a whole session the buys that may leave."""
        begun = time.monotonic()

        def choose(standing: Standing) -> Sequence[OrderRow]:
            if buys:
                return buys_to_leave(standing.orders, parked=standing.parked, most=AT_ONCE)
            return standing.orders

        claimed = await self._ledger.claim(scope, choose=choose, system=self._system.name)
        if not claimed:
            return 0
        if time.monotonic() - begun > self._pace.leaves_within:
            await self._all(claimed, "send_again", why=TOO_LATE)
            return 0
        try:
            answer = await self._system.place([placing(order) for order in claimed])
        except NotSent as error:
            await self._all(claimed, "send_again", why=error.message)
            raise
        except TurnedDown as error:
            await self._all(claimed, "refuse", why=error.message)
            raise
        except NoAnswer as error:
            await self._all(claimed, "hear_nothing", why=error.message)
            raise
        await self._ledger.take(claimed, answer)
        said = {report.client_order_id for report in answer.reports}
        await self._all([order for order in claimed if order.client_order_id not in said], "hear_nothing", why=LEFT_OUT)
        return len(claimed)

    async def _all(self, orders: Sequence[OrderRow], deed: OrderDeed, *, why: str) -> None:
        await self._ledger.become(
            orders, lambda order: after(order, deed, why=why) if order.state == "Submitted" else None
        )


def _portions(orders: Sequence[OrderRow]) -> Iterator[tuple[str, ...]]:
    """The ids of orders in portions that fit one request, the orders of a portfolio together where they fit."""
    portion: list[str] = []
    for ids in _by_portfolio(orders):
        if portion and len(portion) + len(ids) > AT_ONCE:
            yield tuple(portion)
            portion = []
        portion += ids
        while len(portion) > AT_ONCE:
            yield tuple(portion[:AT_ONCE])
            portion = portion[AT_ONCE:]
    if portion:
        yield tuple(portion)


def _by_portfolio(orders: Sequence[OrderRow]) -> Iterator[list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for order in orders:
        found[order.session_id, order.account_number].append(order.client_order_id)
    yield from found.values()
