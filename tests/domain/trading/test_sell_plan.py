import pytest

from tests.oracle.book_rows import NewInstrument, NewLot, NewModel, NewPortfolio, make_book, one_portfolio
from tests.oracle.oracle_types import Decision, GradualExit, Session, SessionRule
from tests.oracle.product import Product, Sold, propose_all, sell
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.sell_plan import minimum_trade_value, offers_with_raised
from trimtab.domain.trading.trades import Reason

POLICY = Policy()
# Investable 90,000, no cash, 10,000 to pay. A 22.2 of 10 sells 11,000; B 88.9 of 90 is inside its band.
SHORT = one_portfolio({"A": (20_000, 10.0), "B": (80_000, 90.0)}, cash=0, withdrawal=10_000)


def decided(product: Product, *decisions: Decision) -> Sold:
    return sell(product, decisions)


def test_a_sell_says_what_cash_needs_of_it():
    found = decided(propose_all(SHORT, POLICY))
    assert found.offers.line.tolist() == [0]
    # 10,000 of the 11,000; to the edge of 12 % 9,200, to the other edge of 8 % 12,800.
    assert found.offers.cash_need == pytest.approx([10_000 / 11_000])
    offered = found.offers.offered
    assert (offered.units[0], offered.planned_amount[0]) == (11_000, pytest.approx(11_000))
    assert (offered.edge_amount[0], offered.far_edge_amount[0]) == (pytest.approx(9_200), pytest.approx(12_800))
    assert found.plan.missing_cash.tolist() == [0]


def test_a_deferral_sends_the_need_to_lines_that_nobody_held_back():
    found = decided(product := propose_all(SHORT, POLICY), Decision("P1", "A", "defer"))
    assert found.plan.units.tolist() == [0, 10_000]
    assert found.plan.raised_units.tolist() == [0, 10_000]
    assert [Reason(reason) for reason in found.plan.decided.reason] == [Reason.DEFERRED]
    every = offers_with_raised(
        product.facts, product.proposal, offers=found.offers, raised_units=found.plan.raised_units
    )
    assert (every.line.tolist(), every.offered.for_cash.tolist()) == ([0, 1], [False, True])


def test_offers_stay_as_they_are_where_nothing_was_raised_elsewhere():
    found = decided(product := propose_all(SHORT, POLICY))
    raised = found.plan.raised_units
    assert offers_with_raised(product.facts, product.proposal, offers=found.offers, raised_units=raised) is found.offers


def test_what_decisions_and_rules_leave_unpaid_is_missing():
    product = propose_all(SHORT, POLICY, session=Session(rules=(SessionRule("B", "do_not_sell"),)))
    found = decided(product, Decision("P1", "A", "partial", proceed_percent=50))
    assert (found.plan.units.tolist(), found.plan.value.tolist()) == ([5_500, 0], [5_500])
    assert found.plan.missing_cash.tolist() == [4_500]


def test_a_gradual_exit_binds_the_planned_amount_and_every_later_sell():
    # A may sell 20 % of 20,000 = 4,000; the other 6,000 come from B.
    product = propose_all(SHORT, POLICY, session=Session(gradual_exits=(GradualExit("A", 20),)))
    assert product.proposal.sell_units.tolist() == [4_000, 6_000]
    assert product.proposal.sell_limit_units.tolist() == [4_000, 80_000]
    assert decided(product).offers.offered.planned_amount == pytest.approx([4_000, 6_000])


def test_selling_a_line_under_its_band_for_cash_ends_no_breach():
    # A 92 of 100 is to be bought, but of 100,000 a tenth must be cash and only 8,000 are.
    product = propose_all(one_portfolio({"A": (92_000, 100.0)}, cash=8_000), Policy(minimum_cash_pct=10))
    offers = decided(product).offers
    assert offers.offered.units.tolist() == [2_000]
    assert offers.offered.for_cash.tolist() == [True]
    assert offers.offered.edge_amount.tolist() == [0]


def test_a_book_without_breaches_offers_nothing():
    product = propose_all(one_portfolio({"A": (100_000, 100.0)}, cash=0), POLICY)
    found = decided(product)
    assert (found.offers.line.tolist(), found.plan.value.tolist()) == ([], [0])


def test_cash_is_raised_where_nothing_is_triggered():
    product = propose_all(one_portfolio({"A": (100_000, 100.0)}, cash=0, withdrawal=1_000), POLICY)
    found = decided(product)
    assert product.proposal.planned.line.tolist() == []
    assert (found.offers.offered.units.tolist(), found.offers.offered.edge_amount.tolist()) == ([1_000], [0])


def test_the_minimum_trade_is_the_larger_of_money_and_share():
    book = make_book(
        instruments=[NewInstrument("A")],
        models=[NewModel(lines=(("A", 100.0),))],
        portfolios=[NewPortfolio("P1", cash=100_000), NewPortfolio("P2", cash=900_000)],
        lots=[NewLot("P1", "A", 1)],
    )
    product = propose_all(book, POLICY)
    least = minimum_trade_value(product.facts, product.proposal.drift)
    assert least == pytest.approx([500, 900])


def test_portfolios_do_not_raise_cash_for_each_other():
    # P1 needs 1,000 and has A; P2 needs nothing and holds far more of it.
    book = make_book(
        instruments=[NewInstrument("A")],
        models=[NewModel(lines=(("A", 100.0),), tolerance_pct=20)],
        portfolios=[NewPortfolio("P1", pending_withdrawal=1_000), NewPortfolio("P2")],
        lots=[NewLot("P1", "A", 10_000), NewLot("P2", "A", 1_000_000)],
    )
    product = propose_all(book, POLICY)
    assert product.proposal.cash_units.tolist() == [1_000, 0]
    assert decided(product).plan.value.tolist() == [1_000, 0]
