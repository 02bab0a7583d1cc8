"""Limits that nobody can approve away; what is unknown never passes one."""

import math
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.book_rows import UNKNOWN, NewInstrument, NewLot, NewModel, NewPortfolio, make_book
from tests.oracle.product import propose_all
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.limits import (
    KnownSum,
    LimitValue,
    accounts_already_traded,
    accounts_not_allowed,
    book_turnover,
    book_value,
    daily_value,
    exposed,
    known_sum,
    largest_order,
    not_allowed,
    orders_sum,
    other_currencies,
    over_limits,
    session_turnover,
    share_pct,
    unknown_money,
)
from trimtab.domain.trading.orders import OrderColumns, PlannedSide, order_columns
from trimtab.domain.trading.policy import Limits, Policy
from trimtab.domain.trading.sell_plan import TradingFacts

INF = math.inf
NOT_NUMBERS = (UNKNOWN, INF, -INF)
LIMITS = Limits(max_order_value=1_000, max_session_turnover_pct=50, max_daily_value=10_000, max_book_turnover_pct=25)


def book(*, fx: bool = True) -> Book:
    """P1 and P2 in AUD and P3 in USD, each of 6,000 in cash and 2,000 of A and of B; a dollar is 2 AUD: 40,000 AUD."""
    return make_book(
        instruments=[NewInstrument("A"), NewInstrument("B", exchange="LSE"), NewInstrument("U", currency="USD")],
        models=[
            NewModel(target_cash_pct=60, lines=(("A", 20.0), ("B", 20.0))),
            NewModel("US", target_cash_pct=60, lines=(("U", 40.0),)),
        ],
        portfolios=[
            NewPortfolio("P1", cash=6_000),
            NewPortfolio("P2", cash=6_000),
            NewPortfolio("P3", model="US", cash=6_000, base_currency="USD"),
        ],
        lots=[NewLot(account, code, 2_000) for account in ("P1", "P2") for code in ("A", "B")]
        + [NewLot("P3", "U", 4_000)],
        fx={("USD", "AUD"): 2.0} if fx else {},
    )


def facts_of(limits: Limits = LIMITS, *, fx: bool = True) -> TradingFacts:
    return propose_all(book(fx=fx), Policy(limits=limits)).facts


def orders_of(facts: TradingFacts, *values: float, sign: int = -1) -> OrderColumns:
    """Orders of so much money on the lines P1 A, P1 B, P2 A, P2 B, P3 U."""
    line = np.arange(len(values))
    value = np.array(values, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        reported = value * facts.reporting_rate[facts.positions.portfolio[line]]
    return order_columns(facts, PlannedSide(sign, line, np.ones(len(values)), value, reported))


def all_of(facts: TradingFacts, *values: float) -> KnownSum:
    sells, buys = orders_sum(orders_of(facts, *values))
    return sells + buys


def rules_of(limits: Sequence[LimitValue]) -> list[str]:
    return [finding.rule for finding in over_limits(*limits)]


def test_sells_and_buys_are_summed_in_the_reporting_currency():
    facts = facts_of()
    assert orders_sum(orders_of(facts, 1, 2, 3, 4, 5)) == (KnownSum(20), KnownSum(0))
    assert orders_sum(orders_of(facts, 1, 2, 3, 4, 5, sign=1)) == (KnownSum(0), KnownSum(20))


@pytest.mark.parametrize("number", NOT_NUMBERS)
def test_what_is_unknown_is_counted_beside_the_sum(number: float) -> None:
    assert known_sum(np.array([1.0, number, 2.0])) == KnownSum(3, 1)
    assert exposed({"AUD": Decimal(number)}, "AUD") == KnownSum(0, 1)


def test_other_orders_count_in_their_currency_only():
    assert exposed({"AUD": Decimal("1.25"), "USD": Decimal(9)}, "AUD") == KnownSum(1.25)
    assert exposed({}, "AUD") == KnownSum(0)


def test_a_share_of_nothing_is_known_only_for_nothing():
    assert share_pct(KnownSum(10), 40) == KnownSum(25)
    assert share_pct(KnownSum(0), 0) == KnownSum(0)
    assert share_pct(KnownSum(10), 0) == KnownSum(0, 1)
    assert share_pct(KnownSum(10, 2), -5) == KnownSum(0, 3)


def test_the_largest_order_is_told_in_its_own_currency():
    facts = facts_of()
    limit = largest_order(facts, orders_of(facts, 900, 1, 1, 1, 1_000), over=False)
    assert limit == LimitValue(
        rule="max_order_value",
        allowed=1_000,
        value=1_000,
        unit="USD",
        passed=True,
        message="1,000.00 USD of 1,000.00 USD allowed",
    )
    assert not largest_order(facts, orders_of(facts, 1_000.01), over=True).passed


@pytest.mark.parametrize("number", NOT_NUMBERS)
def test_an_order_of_unknown_value_is_not_within_its_limit(number: float) -> None:
    facts = facts_of()
    some = largest_order(facts, orders_of(facts, 5, number), over=False)
    assert (some.passed, some.value, some.unit) == (False, 5, "AUD")
    assert some.message == "at least 5.00 AUD of 1,000.00 AUD allowed; what can't be valued can't be checked"
    alone = largest_order(facts, orders_of(facts, number), over=False)
    assert (alone.passed, alone.value) == (False, 0)


def test_without_orders_every_limit_is_kept():
    facts = facts_of()
    money = all_of(facts)
    limits = (
        largest_order(facts, orders_of(facts), over=False),
        session_turnover(facts, money, total=np.zeros(3)),
        daily_value(facts, money, of_day={}),
        book_turnover(facts, money, of_book={}),
    )
    assert [(limit.passed, limit.value) for limit in limits] == [(True, 0)] * 4
    assert over_limits(*limits) == ()


# Totals of 10,000 AUD, 10,000 AUD and 10,000 USD: 40,000 in all, of which half is 20,000.
@pytest.mark.parametrize(("last", "passed"), [(10_000, True), (10_000 + 1e-9, True), (10_001, False)])
def test_exactly_the_turnover_of_a_session_is_within_it(last: float, passed: bool) -> None:
    facts = facts_of()
    limit = session_turnover(facts, KnownSum(10_000) + KnownSum(last), total=np.full(3, 10_000.0))
    assert (limit.rule, limit.unit, limit.allowed) == ("max_session_turnover_pct", "%", 50)
    assert limit.passed == passed
    assert rules_of([limit]) == ([] if passed else ["max_session_turnover_pct"])


def test_what_a_turnover_is_over_by_is_told_in_points():
    facts = facts_of()
    [finding] = over_limits(session_turnover(facts, KnownSum(22_000), total=np.full(3, 10_000.0)))
    assert finding.excess_pct == pytest.approx(5)
    assert finding.excess_value is None
    assert finding.message == "55.00 % of 50.00 % allowed"
    assert (finding.symbol, finding.account_number) == ("", None)


@pytest.mark.parametrize(("money", "passed"), [(4_000, True), (4_000.004, True), (4_000.01, False)])
def test_exactly_the_value_of_a_day_is_within_it(money: float, passed: bool) -> None:
    limit = daily_value(facts_of(), KnownSum(money), of_day={"AUD": Decimal(6_000)})
    assert limit.passed == passed
    assert limit.value == pytest.approx(6_000 + money)
    assert limit.unit == "AUD"
    assert [finding.excess_value for finding in over_limits(limit)] == ([] if passed else [pytest.approx(0.01)])


@pytest.mark.parametrize(("others", "passed"), [("9000", True), ("9001", False)])
def test_all_orders_over_a_book_are_a_share_of_the_whole_book(others: str, passed: bool) -> None:
    # 1,000 and 9,000 are a quarter of 40,000.
    limit = book_turnover(facts_of(), KnownSum(1_000), of_book={"AUD": Decimal(others)})
    assert (limit.rule, limit.passed) == ("max_book_turnover_pct", passed)
    assert limit.value == pytest.approx(25, abs=0.01)


@pytest.mark.parametrize("number", NOT_NUMBERS)
def test_an_unknown_number_is_within_no_limit(number: float) -> None:
    facts = facts_of()
    orders, unknown = all_of(facts, 5, number), {"AUD": Decimal(number)}
    limits = [
        session_turnover(facts, orders, total=np.full(3, 10_000.0)),
        session_turnover(facts, KnownSum(5), total=np.full(3, number)),
        session_turnover(facts, KnownSum(number), total=np.full(3, 10_000.0)),
        daily_value(facts, orders, of_day={}),
        daily_value(facts, KnownSum(5), of_day=unknown),
        daily_value(facts, KnownSum(number), of_day={}),
        book_turnover(facts, orders, of_book={}),
        book_turnover(facts, KnownSum(5), of_book=unknown),
    ]
    assert len(over_limits(*limits)) == len(limits)
    assert all(math.isfinite(limit.value) for limit in limits)


@given(st.floats(), st.floats(), st.sampled_from((10_000.0, 1.0)))
def test_whatever_passes_is_a_number_under_its_limit(money: float, other: float, allowed: float) -> None:
    facts = facts_of(Limits(max_daily_value=allowed))
    limit = daily_value(facts, known_sum(np.array([money])), of_day={"AUD": Decimal(other)})
    within = -math.inf < money + other <= allowed + 0.005
    assert limit.passed == within


def test_a_book_is_worth_all_its_portfolios_that_can_be_valued():
    # Without a rate P3 is left out, with an instrument that isn't in the book P2 too.
    assert book_value(book()) == pytest.approx(40_000)
    assert book_value(book(fx=False)) == pytest.approx(20_000)
    whole = book(fx=False)
    instrument = np.where(whole.lots.portfolio == 1, -1, whole.lots.instrument)
    assert book_value(replace(whole, lots=replace(whole.lots, instrument=instrument))) == pytest.approx(10_000)


def test_a_book_of_unknown_cash_is_worth_its_holdings_and_the_estimate():
    whole = book(fx=False)
    unknown = replace(whole, portfolios=replace(whole.portfolios, cash=np.full(3, UNKNOWN)))
    assert book_value(unknown) == pytest.approx(8_000 / 0.98)


def test_orders_of_a_portfolio_without_a_rate_are_told_once():
    facts = facts_of(fx=False)
    [finding] = unknown_money(facts, orders_of(facts, 1, 1, 1, 1, 1))
    assert (finding.rule, finding.account_number, finding.count) == ("no_rate", "P3", 1)
    assert finding.message == "there is no rate to AUD, so no limit can be checked"
    assert unknown_money(facts, orders_of(facts, 1, 1, 1, 1)) == ()


@pytest.mark.parametrize("number", NOT_NUMBERS)
def test_an_order_without_a_value_or_a_price_is_told(number: float) -> None:
    facts = facts_of()
    [finding] = unknown_money(facts, orders_of(facts, 5, number))
    assert (finding.rule, finding.symbol, finding.account_number) == ("price_missing", "B", "P1")
    instruments = replace(facts.book.instruments, price=np.array([number, 1.0, 1.0]))
    unpriced = replace(facts, book=replace(facts.book, instruments=instruments))
    assert [f.symbol for f in unknown_money(unpriced, orders_of(unpriced, 5, 5))] == ["A"]


def test_instruments_outside_the_policys_lists_are_told_once_each():
    lists = Limits(allowed_exchanges=("ASX", "NYSE"), allowed_types=("ETF",))
    facts = facts_of(lists)
    found = not_allowed(facts, orders_of(facts, 1, 1, 1, 1))
    assert [(finding.rule, finding.symbol, finding.count) for finding in found] == [
        ("exchange_not_allowed", "B", 2),
        ("type_not_allowed", "A", 2),
        ("type_not_allowed", "B", 2),
    ]
    assert found[0].message == "the policy allows no orders of LSE, only of ASX, NYSE"
    assert not_allowed(facts_of(), orders_of(facts_of(), 1, 1, 1, 1)) == ()


def test_accounts_that_may_not_trade_live_are_told_with_their_orders():
    facts = facts_of()
    found = accounts_not_allowed(facts, orders_of(facts, 1, 1, 1), allowed={"P1", "P3"})
    assert [(finding.rule, finding.account_number, finding.count) for finding in found] == [
        ("account_not_allowed", "P2", 1)
    ]


def test_an_account_with_orders_of_another_session_may_not_trade_again():
    facts = facts_of()
    orders = orders_of(facts, 1, 1, 1)
    sessions = {"P1": "theirs", "P2": "mine", "P3": "theirs"}
    found = accounts_already_traded(facts, orders, session_of=sessions, session_id="mine")
    assert [(finding.rule, finding.account_number, finding.count) for finding in found] == [
        ("account_already_traded", "P1", 2)
    ]
    assert accounts_already_traded(facts, orders, session_of={}, session_id="mine") == ()


def test_money_of_another_currency_can_not_be_added():
    day, whole = {"AUD": Decimal(5), "USD": Decimal(1), "NZD": Decimal(0)}, {"USD": Decimal(1), "EUR": Decimal("NaN")}
    found = other_currencies(facts_of(), day, whole)
    assert [finding.rule for finding in found] == ["other_currency"] * 2
    assert found[0].message == "other orders are summed in EUR, these in AUD: they can't be added up"
    assert other_currencies(facts_of(), {"AUD": Decimal(5)}, {}) == ()
