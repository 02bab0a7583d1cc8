"""What comes of what an order system says, as tests look at it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from tests.clock import NOON
from trimtab.workflow.order_changes import Concluding, News, after_reported, changes, of_ours
from trimtab.workflow.ports.order_system import OmsAnswer, Reported
from trimtab.workflow.ports.records import Fill, OrderRow, Parked

SECOND = timedelta(seconds=1)
LATER = NOON + 60 * SECOND


def concluding(now: datetime = LATER) -> Concluding:
    return Concluding(now, absent_after=20 * SECOND)


def by_id(orders: Iterable[OrderRow]) -> dict[str, OrderRow]:
    return {order.client_order_id: order for order in orders}


def told(
    *orders: OrderRow,
    answer: OmsAnswer,
    asked: Sequence[OrderRow] | None = None,
    now: datetime = LATER,
    known: Iterable[Parked] = (),
) -> tuple[News, ...]:
    """What an answer leads to; the orders stand as they were asked about, unless it is said how they stood."""
    before = by_id(orders if asked is None else asked)
    return changes(orders, of_ours(answer, before), asked=before, concluding=concluding(now), known=known)


def heard(order: OrderRow, said: Reported, *, is_newer: bool = False) -> tuple[OrderRow, list[Fill], list[str]]:
    """The order after a report, its new fills, and the rules by which something was parked."""
    rows = after_reported(order, said, at=LATER, is_newer=is_newer)
    orders = [row for row in rows if isinstance(row, OrderRow)]
    fills = [row for row in rows if isinstance(row, Fill)]
    return (orders or [order])[-1], fills, rules(rows)


def rules(rows: Iterable[News]) -> list[str]:
    return [row.rule for row in rows if isinstance(row, Parked)]
