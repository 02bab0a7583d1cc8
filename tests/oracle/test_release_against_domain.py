"""Cash at hand and the buys that may leave, against the slow second computation, over orders in every state."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.oracle_release import Order, cash_left, release
from tests.oracle.test_against_domain import compared
from trimtab.domain.columns import IntColumn
from trimtab.domain.trading.fill_value import filled_value_cents, rest_value_cents
from trimtab.domain.trading.order_states import OUTSTANDING, STATES
from trimtab.domain.trading.release import OrderMoney, cash_left_cents, releasable

ACCOUNTS = 3
PARTS = {"PartiallyFilled": (1, 999), "Filled": (1_000, 1_000), "Cancelled": (0, 999), "Expired": (0, 999)}
"""Thousandths of an order that may be filled, by its state."""


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """An order of up to 360 of money, some in a currency that isn't the portfolio's."""
    state = draw(st.sampled_from(STATES))
    quantity, price = Fraction(draw(st.integers(1, 240)), 4), Fraction(draw(st.integers(1, 400)), 100)
    filled = quantity * Fraction(draw(st.integers(*PARTS.get(state, (0, 0)))), 1_000)
    return Order(
        account=draw(st.integers(0, ACCOUNTS - 1)),
        side=draw(st.sampled_from(("buy", "buy", "sell"))),
        quantity=quantity,
        price=price,
        value=Fraction(round(quantity * price * Fraction(draw(st.sampled_from((1, 2, 3))), 2) * 100), 100),
        state=state,
        filled_quantity=filled,
        average_price=price * Fraction(draw(st.sampled_from((98, 100, 101, 103))), 100) if filled else Fraction(0),
        progress_pct=draw(st.sampled_from((0.0, 50.0, 50.0, 95.5))),
    )


def exact(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def filled_cents(order: Order) -> int:
    return filled_value_cents(
        exact(order.filled_quantity),
        exact(order.average_price),
        quantity=exact(order.quantity),
        price=exact(order.price),
        value=exact(order.value),
    )


def rest_cents(order: Order) -> int:
    return rest_value_cents(exact(order.quantity), exact(order.filled_quantity), value=exact(order.value))


def column(numbers: list[int]) -> IntColumn:
    return np.array(numbers, dtype=np.int64)


@compared
@given(
    st.lists(orders(), max_size=20),
    st.lists(st.integers(-2_000, 20_000), min_size=ACCOUNTS, max_size=ACCOUNTS),
)
def test_the_same_cash_is_left_and_the_same_buys_may_leave(every: list[Order], cash: list[int]) -> None:
    for account in range(ACCOUNTS):
        release(cash[account], [order for order in every if order.account == account])
    money = OrderMoney(
        portfolio=column([order.account for order in every]),
        side=np.array([-1 if order.side == "sell" else 1 for order in every], dtype=np.int8),
        filled_cents=column([filled_cents(order) for order in every]),
        rest_cents=column([rest_cents(order) for order in every]),
        outstanding=np.array([order.state in OUTSTANDING for order in every], dtype=np.bool_),
    )
    left = cash_left_cents(column(cash), money)
    assert left.tolist() == [
        cash_left(cash[account], [order for order in every if order.account == account]) for account in range(ACCOUNTS)
    ]
    intent = np.array([order.state == "Intent" for order in every], dtype=np.bool_)
    sells = (money.side < 0) & (intent | money.outstanding)
    waiting = np.flatnonzero(intent & (money.side > 0))
    found = releasable(
        money.portfolio[waiting],
        money.rest_cents[waiting],
        progress_pct=np.array([every[row].progress_pct for row in waiting.tolist()]),
        cash_cents=left,
        selling=np.isin(np.arange(ACCOUNTS), money.portfolio[sells]),
    )
    assert found.tolist() == [every[row].may_leave for row in waiting.tolist()]
