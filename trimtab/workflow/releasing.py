"""Which buys of a session may leave now: those whose cash is there, nearest their target first."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, IntColumn
from trimtab.domain.trading.fill_value import rest_value_cents
from trimtab.domain.trading.order_states import ENDED, OUTSTANDING
from trimtab.domain.trading.release import OrderMoney, cash_left_cents, releasable
from trimtab.workflow.filled_values import filled_cents
from trimtab.workflow.order_changes import PAST_LIMIT
from trimtab.workflow.order_ledger import is_ready
from trimtab.workflow.ports.order_system import CANCEL_REFUSED, WRONG_SHAPE
from trimtab.workflow.ports.records import OrderRow, Parked

HARMLESS: Final = frozenset({WRONG_SHAPE, PAST_LIMIT, CANCEL_REFUSED})
"""What is parked by these rules leaves no cash in doubt."""


def buys_to_leave(orders: Sequence[OrderRow], *, parked: Iterable[Parked] = (), most: int) -> Sequence[OrderRow]:
    """The buys that may leave, at most so many; `orders` are all of their portfolios: a session's accounts.

    None leaves of a portfolio of which something is parked that leaves its cash in doubt: a person looks first.
    """
    rows = {portfolio: row for row, portfolio in enumerate(dict.fromkeys(order.portfolio for order in orders))}
    of = np.array([rows[order.portfolio] for order in orders], dtype=np.int64)
    in_doubt = frozenset(each.client_order_id for each in parked if each.rule not in HARMLESS)
    held = {order.portfolio for order in orders if order.client_order_id in in_doubt}
    waits = np.array([_waits(order) and order.portfolio not in held for order in orders], dtype=np.bool_)
    waiting = [order for order, is_one in zip(orders, waits.tolist(), strict=True) if is_one]
    if not waiting:
        return []
    goes = releasable(
        of[waits],
        np.array([_cents(order.value) for order in waiting], dtype=np.int64),
        progress_pct=np.array([float(order.progress_pct) for order in waiting]),
        cash_cents=cash_left_cents(_cash_before(orders, of), _money(orders, of)),
        selling=_selling(orders, of),
    )
    return [order for order, leaves in zip(waiting, goes.tolist(), strict=True) if leaves][:most]


def _waits(order: OrderRow) -> bool:
    return order.side == "buy" and is_ready(order)


def _cash_before(orders: Sequence[OrderRow], of: IntColumn) -> IntColumn:
    """With a cent more for each order: that much a value may have been rounded up, and the plan's buys fit its cash."""
    count = np.bincount(of)
    cash = np.zeros(len(count), dtype=np.int64)
    cash[of] = [_cents(order.cash_value) for order in orders]
    return cash + count


def _money(orders: Sequence[OrderRow], of: IntColumn) -> OrderMoney:
    return OrderMoney(
        portfolio=of,
        side=np.array([-1 if order.side == "sell" else 1 for order in orders], dtype=np.int8),
        filled_cents=np.array([filled_cents(order, order.value) for order in orders], dtype=np.int64),
        rest_cents=np.array([_rest_cents(order) for order in orders], dtype=np.int64),
        outstanding=np.array([order.state in OUTSTANDING for order in orders], dtype=np.bool_),
    )


def _selling(orders: Sequence[OrderRow], of: IntColumn) -> BoolColumn:
    """Portfolios whose sells may still bring cash."""
    selling = np.zeros(int(of.max()) + 1, dtype=np.bool_)
    selling[of[np.array([order.side == "sell" and order.state not in ENDED for order in orders], dtype=np.bool_)]] = (
        True
    )
    return selling


def _rest_cents(order: OrderRow) -> int:
    return rest_value_cents(order.quantity, order.filled_quantity, value=order.value)


def _cents(value: Decimal) -> int:
    return int(value.scaleb(2))
