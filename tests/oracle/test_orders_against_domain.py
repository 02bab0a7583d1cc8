"""Orders and limits against the slow second computation, over books drawn towards every edge."""

import math
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import oracle
from tests.oracle.books import NO_FAULTS, books, policies
from tests.oracle.oracle_orders import PlainOrder, Sums, orders_of, sums_of
from tests.oracle.oracle_rows import read_instruments, read_portfolios
from tests.oracle.product import Product, buy, propose_all, sell
from tests.oracle.sessions import TAX_RULES, decisions, sessions
from tests.oracle.test_against_domain import compared
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.limits import (
    KnownSum,
    LimitValue,
    book_turnover,
    daily_value,
    orders_sum,
    session_turnover,
    unknown_money,
)
from trimtab.domain.trading.orders import OrderColumns, PlannedSide, order_columns, whole_lot_findings
from trimtab.domain.trading.policy import Limits, Policy
from trimtab.workflow.figures import in_cents

CENT = 0.01


@st.composite
def limits(draw: st.DrawFn) -> Limits:
    """Limits that some plans keep and others don't."""
    return Limits(
        price_move_pct=draw(st.sampled_from((0.0, 0.5, 2.0, 12.5))),
        max_session_turnover_pct=draw(st.sampled_from((0.0, 5.0, 20.0, 60.0))),
        max_daily_value=draw(st.sampled_from((0.0, 5_000.0, 100_000.0, 50_000_000.0))),
        max_book_turnover_pct=draw(st.sampled_from((0.0, 5.0, 20.0, 60.0))),
    )


@compared
@given(st.data(), st.one_of(books(), books(NO_FAULTS)), policies(), limits())
def test_every_order_and_every_limit_is_the_same(data: st.DataObject, book: Book, policy: Policy, top: Limits) -> None:
    policy = policy.model_copy(update={"limits": top})
    session = data.draw(sessions(book))
    plans = oracle.plan_book(book, policy, session=session, tax_rules=TAX_RULES)
    product = propose_all(book, policy, session=session, tax_rules=TAX_RULES)
    on_sells = data.draw(decisions(plans, sells=True))
    oracle.decide_on_sells(plans, on_sells)
    on_buys = data.draw(decisions(plans, sells=False))
    oracle.decide_on_buys(plans, on_buys)
    if any(plan.close_call for plan in plans):
        return
    portfolios = read_portfolios(book)
    expected = orders_of(plans, portfolios=portfolios, instruments=read_instruments(book), fx=book.fx, policy=policy)
    sold = sell(product, on_sells)
    bought = buy(product, sold, decisions=on_buys)
    every = np.arange(len(product.facts.positions.units))
    found = order_columns(
        product.facts,
        side_of(product, -1, line=every, units=sold.plan.units),
        side_of(product, 1, line=bought.offers.line, units=bought.plan.units),
    )
    compare_orders(found, expected, product=product)
    assert all(order.whole for order in expected)
    assert whole_lot_findings(product.facts, found) == ()
    compare_limits(found, sums_of(expected, plans, portfolios=portfolios, fx=book.fx), product=product)


def side_of(product: Product, sign: int, *, line: np.ndarray, units: np.ndarray) -> PlannedSide:
    positions = product.facts.positions
    value = np.where(units > 0, units * np.nan_to_num(positions.unit_value[line]), 0.0)
    reported = value * product.facts.reporting_rate[positions.portfolio[line]]
    return PlannedSide(sign, line, units, in_cents(value), in_cents(reported))


def compare_orders(found: OrderColumns, expected: Sequence[PlainOrder], *, product: Product) -> None:
    assert len(found.line) == len(expected)
    accounts, codes = product.facts.book.portfolios.account_number, product.facts.book.instruments.code
    for row, order in enumerate(expected):
        account = accounts[product.facts.positions.portfolio_row[found.portfolio[row]]]
        side = "sell" if found.side[row] < 0 else "buy"
        assert (account, side, codes[found.instrument[row]]) == (order.account_number, order.side, order.code)
        assert math.isclose(found.quantity(row), order.quantity, rel_tol=1e-12, abs_tol=2e-9)
        assert (found.price(row), found.limit_price(row)) == (order.price, order.limit_price)
        assert math.isclose(found.value[row], order.value, rel_tol=1e-9, abs_tol=CENT)
        if order.reported is None:
            assert math.isnan(found.reported_value[row])
        else:
            assert math.isclose(found.reported_value[row], order.reported, rel_tol=1e-9, abs_tol=CENT)


def compare_limits(found: OrderColumns, sums: Sums, *, product: Product) -> None:
    facts, noise = product.facts, CENT * (len(found.line) + 1)
    sells, buys = orders_sum(found)
    money = sells + buys
    assert math.isclose(money.value, sums.orders, rel_tol=1e-9, abs_tol=noise)
    assert money.unknown == sums.unknown
    assert bool(unknown_money(facts, found)) == (sums.unknown > 0)
    compare_limit(daily_value(facts, money, of_day={}), float(sums.orders), noise=noise, unknown=sums.unknown)
    other = Decimal(1_000)
    compare_limit(
        daily_value(facts, money, of_day={"AUD": other, "USD": other}),
        float(sums.orders) + 1_000,
        noise=noise,
        unknown=sums.unknown,
    )
    for total, limit in (
        (float(sums.session), session_turnover(facts, money, total=product.proposal.drift.total)),
        (float(sums.book), book_turnover(facts, money, of_book={})),
    ):
        if total > 1:
            share, slack = float(sums.orders) / total * 100, noise / total * 100
            compare_limit(limit, share, noise=slack, unknown=sums.unknown)
        elif money != KnownSum(0.0):
            assert not limit.passed


def compare_limit(limit: LimitValue, expected: float, *, noise: float, unknown: int) -> None:
    """What lies beside its limit by less than the rounding of orders may be judged either way."""
    assert math.isclose(limit.value, expected, rel_tol=1e-9, abs_tol=noise)
    if unknown:
        assert not limit.passed
    elif abs(expected - limit.allowed) > noise or not expected:
        assert limit.passed == (expected <= limit.allowed)
