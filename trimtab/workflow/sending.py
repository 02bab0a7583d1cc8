"""Sends orders, once each: written as sent first, under the lock, then sent in one request that is never repeated."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import anyio

from trimtab.domain.trading.order_states import OrderDeed
from trimtab.workflow.delivery_pace import DeliveryPace
from trimtab.workflow.order_changes import after, placing
from trimtab.workflow.order_ledger import AT_ONCE, OrderLedger, is_ready, portions
from trimtab.workflow.ports.order_system import NoAnswer, NotSent, OrderSystem, TurnedDown
from trimtab.workflow.ports.records import OrderRow, Scope, Standing
from trimtab.workflow.releasing import buys_to_leave

LEFT_OUT: Final = "The order system's answer didn't mention it"
TOO_LATE: Final = "Orders didn't leave soon enough after they were written as sent; they are sent again."
MOST_REMEMBERED: Final = 100_000
"""Portfolios; forgetting them costs no more than reading their orders once again."""
UNWANTED: Final = "It never left, and was to be cancelled"

_Portfolio = tuple[str, str]
"""A session's account."""


@dataclass(slots=True)
class _Claim:
    """Orders on their way out, as they were before they were written as sent.

    That was `at` in monotonic seconds, and `sent_at` as the orders have it.
    """

    buys: bool
    at: float = 0.0
    sent_at: str = ""
    before: dict[str, OrderRow] = field(default_factory=dict)

    def choose(self, standing: Standing) -> Sequence[OrderRow]:
        """What of the orders may leave. It is asked under the lock: waiting for that makes no claim older."""
        self.at = time.monotonic()
        self.before = {order.client_order_id: order for order in standing.orders}
        if self.buys:
            return buys_to_leave(standing.orders, parked=standing.parked, most=AT_ONCE)
        return standing.orders

    @property
    def age_seconds(self) -> float:
        """How long ago the orders were written as sent."""
        return time.monotonic() - self.at

    def holds(self, order: OrderRow) -> bool:
        """Whether the order still stands as it was claimed: somebody else may have claimed it again, long after."""
        return order.state == "Submitted" and order.sent_at == self.sent_at

    def given_up(self, order: OrderRow, *, why: str) -> OrderRow | None:
        """The order as one that never left: it waits again, unless somebody has cancelled it since it was claimed."""
        if not self.holds(order):
            return None
        before = self.before[order.client_order_id]
        deed: OrderDeed = "withdraw" if order.cancel else "send_again"
        reason = UNWANTED if order.cancel else why
        return after(order, deed, why=reason, order_system=before.order_system, sent_at=before.sent_at)


class Sending:
    """Sells first; then the buys whose cash is there."""

    def __init__(self, ledger: OrderLedger, system: OrderSystem, *, pace: DeliveryPace) -> None:
        self._ledger = ledger
        self._system = system
        self._pace = pace
        self._tried: dict[_Portfolio, int] = {}

    async def send(self, orders: Sequence[OrderRow]) -> int:
        """Sends what of these orders may leave now; says how many left.

        Raises:
            NotSent, NoAnswer, TurnedDown: The order system's; what became of the orders is written.
        """
        ready = [order for order in orders if is_ready(order)]
        left = 0
        for _, ids in _portions(_ids_by_portfolio(order for order in ready if order.side == "sell")):
            for portion in portions(ids):
                left += await self._send(Scope(client_order_ids=tuple(portion)), buys=False)
        marks = self._changed(orders, ready)
        for portfolios, ids in _portions(await self._all_ids(marks)):
            sent = AT_ONCE
            while sent == AT_ONCE:
                sent = await self._send(Scope(client_order_ids=tuple(ids)), buys=True)
                left += sent
            self._tried |= {portfolio: marks[portfolio] for portfolio in portfolios}
        return left

    def _changed(self, orders: Sequence[OrderRow], ready: Sequence[OrderRow]) -> dict[_Portfolio, int]:
        """Portfolios whose buys wait, with a mark of how their orders stand.

        Only where that has changed since their cash was last looked at, which costs reading all their orders.
        """
        if len(self._tried) > MOST_REMEMBERED:
            self._tried.clear()
        waiting = {order.portfolio for order in ready if order.side == "buy"}
        standing: dict[_Portfolio, list[tuple[object, ...]]] = defaultdict(list)
        for order in orders:
            if order.portfolio in waiting:
                standing[order.portfolio].append((order.client_order_id, order.state, order.filled_quantity))
        marks = {portfolio: hash(tuple(stand)) for portfolio, stand in standing.items()}
        return {portfolio: mark for portfolio, mark in marks.items() if self._tried.get(portfolio) != mark}

    async def _all_ids(self, portfolios: Iterable[_Portfolio]) -> dict[_Portfolio, list[str]]:
        """The ids of all orders of these portfolios: what was filled brought cash, or took it."""
        found: dict[_Portfolio, list[str]] = {portfolio: [] for portfolio in portfolios}
        for session_id in dict.fromkeys(session_id for session_id, _ in found):
            texts = (await self._ledger.records.order_columns(session_id)).texts
            for account, client_order_id in zip(texts["account_number"], texts["client_order_id"], strict=True):
                if (session_id, account) in found:
                    found[session_id, account].append(client_order_id)
        return found

    async def _send(self, scope: Scope, *, buys: bool) -> int:
        """Claims and sends the scope's orders, or of whole portfolios the buys that may leave; says how many left.

        A caller who goes away in the middle doesn't end it: of an order that may have left somebody has to write it.
        """
        claim = _Claim(buys=buys)
        with anyio.CancelScope(shield=True):
            claimed = await self._ledger.claim(scope, choose=claim.choose, system=self._system.name)
            if not claimed or await self._leave(claimed, claim):
                return len(claimed)
        return await self._send_apart(claimed, claim)

    async def _leave(self, claimed: Sequence[OrderRow], claim: _Claim) -> bool:
        """Sends what was claimed, and writes what became of it.

        False where several portfolios were turned down together: then all wait again, to be sent apart.
        """
        claim.sent_at = claimed[0].sent_at
        try:
            if claim.age_seconds > self._pace.leaves_within:
                raise NotSent(TOO_LATE)
            answer = await self._system.place([placing(order) for order in claimed])
        except NotSent as error:
            await self._ledger.become(claimed, partial(claim.given_up, why=error.message))
            raise
        except TurnedDown as error:
            if len({order.portfolio for order in claimed}) > 1:
                await self._ledger.become(claimed, partial(claim.given_up, why=error.message))
                return False
            await self._conclude(claimed, "refuse", claim=claim, why=error.message)
            raise
        except NoAnswer as error:
            await self._conclude(claimed, "hear_nothing", claim=claim, why=error.message)
            raise
        await self._ledger.take(claimed, answer)
        said = {report.client_order_id for report in answer.reports}
        silent = [order for order in claimed if order.client_order_id not in said]
        await self._conclude(silent, "hear_nothing", claim=claim, why=LEFT_OUT)
        return True

    async def _send_apart(self, claimed: Sequence[OrderRow], claim: _Claim) -> int:
        """Sends portfolio by portfolio what was turned down together: what is wrong with one ends no other's orders."""
        left, trouble = 0, None
        for portfolio in dict.fromkeys(order.portfolio for order in claimed):
            ids = tuple(each for each, order in claim.before.items() if order.portfolio == portfolio)
            try:
                left += await self._send(Scope(client_order_ids=ids), buys=claim.buys)
            except TurnedDown as error:
                trouble = trouble or error
        if trouble is not None:
            raise trouble
        return left

    async def _conclude(self, orders: Sequence[OrderRow], deed: OrderDeed, *, claim: _Claim, why: str) -> None:
        await self._ledger.become(orders, lambda order: after(order, deed, why=why) if claim.holds(order) else None)


def _ids_by_portfolio(orders: Iterable[OrderRow]) -> dict[_Portfolio, list[str]]:
    found: dict[_Portfolio, list[str]] = defaultdict(list)
    for order in orders:
        found[order.portfolio].append(order.client_order_id)
    return found


def _portions(ids: Mapping[_Portfolio, Sequence[str]]) -> Iterator[tuple[list[_Portfolio], list[str]]]:
    """Portfolios with the ids of their orders, as many as are written at once; a larger one is alone, and whole."""
    portfolios, portion = list[_Portfolio](), list[str]()
    for portfolio, of_it in ids.items():
        if portion and len(portion) + len(of_it) > AT_ONCE:
            yield portfolios, portion
            portfolios, portion = [], []
        portfolios.append(portfolio)
        portion += of_it
    if portion:
        yield portfolios, portion
