import numpy as np
import pytest

from tests.oracle.book_rows import UNKNOWN, NewInstrument, NewLot, NewModel, NewPortfolio, make_book
from tests.oracle.product import Product, propose_all, sell
from trimtab.domain.trading.aftermath import weigh_aftermath
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.checks import (
    Finding,
    cash_overdrawn,
    large_trades,
    orders_over_limit,
    raised_to_block,
    symbol_of,
    tolerance_breaches,
)
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.policy import Limits, Policy

NO_MINIMUM = Policy(min_trade_value=0, min_trade_pct=0)


def book(*instruments: NewInstrument) -> Book:
    """Two portfolios of 100,000 at $1; P1 has A 8.5 and B 9 of 6 +/- 2, P2 has A 9 of them and B none."""
    return make_book(
        instruments=instruments or (NewInstrument("A"), NewInstrument("B")),
        models=[NewModel(target_cash_pct=88, lines=(("A", 6.0), ("B", 6.0)))],
        portfolios=[NewPortfolio("P1", cash=82_500), NewPortfolio("P2", cash=91_000)],
        lots=[NewLot("P1", "A", 8_500), NewLot("P1", "B", 9_000), NewLot("P2", "A", 9_000)],
    )


def deferred(product: Product) -> tuple[Finding, ...]:
    offers = sell(product, ()).offers
    verdict = np.full(len(offers.line), Verdict.DEFER, dtype=np.int8)
    aftermath = weigh_aftermath(product.proposal, offers=offers, units=np.zeros(len(offers.line)), verdict=verdict)
    return tolerance_breaches(product.facts, offers=offers, aftermath=aftermath, cure_pct=np.array([20.0, 35.0, 35.0]))


def test_breaches_are_told_once_an_instrument_with_the_worst():
    # A is left 0.5 over in P1 and 1.0 over in P2, B 1.0 over in P1: 1,000 of 100,000. Ties by code.
    first, second = deferred(propose_all(book(), NO_MINIMUM))
    assert (first.rule, first.symbol, first.account_number, first.count) == ("tolerance_breach", "A", "P2", 2)
    assert (first.excess_pct, first.excess_value) == pytest.approx((1, 1_000))
    assert first.message == (
        "2 portfolios stay outside the band, the worst by 1.00 points (1,000); proceeding with 35 % would end it"
    )
    assert (second.symbol, second.account_number, second.count) == ("B", "P1", 1)
    assert second.message.startswith("1 portfolio stays outside the band, the worst by 1.00 points")


def test_a_trade_over_its_share_of_a_days_value_is_told_largest_first():
    # P1 sells A 2,500 and B 3,000, P2 sells A 3,000. A: 5,500 of 50,000 a day is 11 %; B: 3,000 of 10,000 is 30 %.
    product = propose_all(book(NewInstrument("A", adv_value=50_000), NewInstrument("B", adv_value=10_000)), NO_MINIMUM)
    sold = sell(product, ())
    found = large_trades(product.facts, offers=sold.offers, units=sold.plan.decided.units)
    assert [(f.rule, f.symbol) for f in found] == [("adv_share", "B"), ("adv_share", "A")]
    assert (
        found[0].message
        == "the plan's sells are 30.0 % of an average day's value, over 10 %; 33 % of it would stay within"
    )
    assert (found[0].excess_pct, found[0].excess_value) == pytest.approx((20, 2_000))
    assert (found[1].excess_pct, found[1].excess_value) == pytest.approx((1, 500))


@pytest.mark.parametrize("adv_value", [55_000, 0.0, UNKNOWN])
def test_a_tenth_of_a_days_value_or_an_unknown_one_is_no_warning(adv_value: float) -> None:
    product = propose_all(book(NewInstrument("A", adv_value=adv_value), NewInstrument("B")), NO_MINIMUM)
    sold = sell(product, ())
    assert large_trades(product.facts, offers=sold.offers, units=sold.plan.decided.units) == ()


def test_an_order_over_the_limit_is_a_failure_of_its_line():
    policy = NO_MINIMUM.model_copy(update={"limits": Limits(max_order_value=2_999.99)})
    product = propose_all(book(), policy)
    sold = sell(product, ())
    found = orders_over_limit(product.facts, offers=sold.offers, units=sold.plan.decided.units)
    assert [(f.rule, f.symbol, f.account_number) for f in found] == [
        ("max_order_value", "B", "P1"),
        ("max_order_value", "A", "P2"),
    ]
    assert found[0].message == "the order is worth 3,000, over the limit of 3,000 for one order"
    assert found[0].excess_value == pytest.approx(0.01)


def test_cash_that_can_not_be_raised_is_a_failure_of_its_portfolio():
    product = propose_all(book(), NO_MINIMUM)
    [finding] = cash_overdrawn(product.facts, np.array([0.004, 1_234.5]))
    assert (finding.rule, finding.symbol, finding.account_number) == ("cash_overdrawn", "CASH", "P2")
    assert finding.message == "1,234.50 are missing for the withdrawal and the minimum cash"
    assert finding.excess_value == 1_234.5


def test_the_firm_can_raise_a_soft_rule_to_a_block():
    findings = (Finding("tolerance_breach", "A", "x"), Finding("adv_share", "A", "y"))
    assert raised_to_block(findings, ("adv_share",)) == findings[1:]
    assert raised_to_block(findings, ()) == ()


def test_a_line_is_named_by_its_instrument():
    product = propose_all(book(), NO_MINIMUM)
    assert [symbol_of(product.facts, line) for line in range(4)] == ["A", "B", "A", "B"]


def test_the_largest_excess_is_told_first():
    # A is left 0.5 over, B 3.0 over.
    instruments = [NewInstrument("A"), NewInstrument("B")]
    worse = make_book(
        instruments=instruments,
        models=[NewModel(target_cash_pct=88, lines=(("A", 6.0), ("B", 6.0)))],
        portfolios=[NewPortfolio("P1", cash=80_500)],
        lots=[NewLot("P1", "A", 8_500), NewLot("P1", "B", 11_000)],
    )
    product = propose_all(worse, NO_MINIMUM)
    offers = sell(product, ()).offers
    verdict = np.full(2, Verdict.DEFER, dtype=np.int8)
    aftermath = weigh_aftermath(product.proposal, offers=offers, units=np.zeros(2), verdict=verdict)
    found = tolerance_breaches(product.facts, offers=offers, aftermath=aftermath, cure_pct=np.array([20.0, 60.0]))
    assert [f.symbol for f in found] == ["B", "A"]
    assert [f.excess_pct for f in found] == pytest.approx([3, 0.5])
