import numpy as np
import pytest

from tests.oracle.book_rows import NewInstrument, NewLot, NewModel, NewPortfolio, make_book, one_portfolio
from tests.oracle.oracle_types import Decision, Session, Substitution
from tests.oracle.product import Bought, Product, buy, propose_all, sell
from trimtab.domain.trading.buy_plan import progress_pct
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.trades import Reason

POLICY = Policy()


def short_of_cash() -> Product:
    """25,000 in cash and 40,000 to buy, of 500,000 at $1 a unit; R is inside its band.

    A 2.3 of 4.0 is 8,500, B 1.6 of 4.0 is 12,000, C 2.8 of 4.0 is 6,000 and D 1.3 of 4.0 is 13,500.
    """
    held = {"A": 11_500.0, "B": 8_000.0, "C": 14_000.0, "D": 6_500.0, "R": 435_000.0}
    lines = (("A", 4.0), ("B", 4.0), ("C", 4.0), ("D", 4.0), ("R", 84.0, 5.0))
    book = make_book(
        instruments=[NewInstrument(code) for code in held],
        models=[NewModel(tolerance_pct=1, lines=lines)],
        portfolios=[NewPortfolio(cash=25_000)],
        lots=[NewLot("P1", code, units) for code, units in held.items()],
    )
    return propose_all(book, POLICY)


def bought(product: Product, *decisions: Decision, by_tiers: bool = False) -> Bought:
    return buy(product, sell(product, ()), decisions=decisions, by_tiers=by_tiers)


def test_25_000_for_buys_of_40_000_leaves_15_000_to_put_off():
    found = bought(short_of_cash())
    assert found.offers.offered.units.tolist() == [8_500, 12_000, 6_000, 13_500]
    assert found.power.available.tolist() == [25_000]
    assert found.power.demand.tolist() == [40_000]
    assert found.power.deferral_needed.tolist() == [15_000]
    # Everything proceeds and is scaled: x 0.625, the unit that is left to the first half.
    assert found.plan.units.tolist() == [5_313, 7_500, 3_750, 8_437]


def test_decided_percentages_are_of_the_planned_units():
    found = bought(
        short_of_cash(),
        Decision("P1", "A", "partial", proceed_percent=84),
        Decision("P1", "B", "partial", proceed_percent=50),
        Decision("P1", "C", "partial", proceed_percent=84),
        Decision("P1", "D", "partial", proceed_percent=50),
    )
    assert found.plan.units.tolist() == [7_140, 6_000, 5_040, 6_750]
    assert found.plan.wanted_units.tolist() == found.plan.units.tolist()


def test_the_tiers_reduce_a_portfolio_that_is_short():
    # A 57.5 %, B 40 %, C 70 %, D 32.5 % of target: B and D (25,500) are tier 3 and may give 20,400; 15,000 of them are
    # 58.8 %: 12,000 x 0.41176 = 4,941.2 and 13,500 x 0.41176 = 5,558.8.
    found = bought(short_of_cash(), by_tiers=True)
    assert found.plan.units.tolist() == [8_500, 4_941, 6_000, 5_558]
    assert (found.plan.by_tiers.tolist(), found.plan.caps_exceeded.tolist()) == ([True], [False])


def test_the_tiers_leave_alone_who_has_the_cash():
    product = propose_all(one_portfolio({"A": (0, 10.0)}, cash=100_000, target_cash_pct=90), POLICY)
    found = bought(product, by_tiers=True)
    assert (found.plan.units.tolist(), found.plan.by_tiers.tolist()) == ([10_000], [False])


def test_a_line_that_falls_under_the_minimum_trade_is_dropped():
    # 1,000 for 2 x 10,000: 500 each, and the minimum is 600.
    book = make_book(
        instruments=[NewInstrument("A"), NewInstrument("B"), NewInstrument("R")],
        models=[NewModel(tolerance_pct=5, lines=(("A", 10.0), ("B", 10.0), ("R", 80.0, 90.0)))],
        portfolios=[NewPortfolio(cash=1_000)],
        lots=[NewLot("P1", "R", 99_000)],
    )
    found = bought(propose_all(book, Policy(min_trade_value=600)))
    assert found.plan.wanted_units.tolist() == [10_000, 10_000]
    assert found.plan.units.tolist() == [0, 0]
    assert [Reason(reason) for reason in found.plan.reason] == [Reason.BELOW_MINIMUM] * 2


@pytest.mark.parametrize("by_tiers", [True, False])
def test_without_cash_all_say_so_but_what_a_decision_stopped(by_tiers: bool) -> None:
    book = make_book(
        instruments=[NewInstrument("A"), NewInstrument("B"), NewInstrument("S")],
        models=[NewModel(tolerance_pct=5, lines=(("A", 10.0), ("B", 10.0), ("S", 80.0, 90.0)))],
        portfolios=[NewPortfolio(cash=0.004)],
        lots=[NewLot("P1", "S", 100_000)],
    )
    found = bought(propose_all(book, POLICY), Decision("P1", "B", "defer"), by_tiers=by_tiers)
    assert found.plan.units.tolist() == [0, 0]
    assert [Reason(reason) for reason in found.plan.reason] == [Reason.NO_CASH, Reason.DEFERRED]


def test_a_line_that_is_sold_for_cash_is_not_bought_even_if_that_sell_is_deferred():
    # A 52 of 55 wants a buy in a band of 2, B gives first; 5 % of 100,000 must be cash.
    lines = {"A": (52_000, 55.0), "B": (46_500, 45.0), "C": (1_500, 0.0)}
    product = propose_all(one_portfolio(lines, cash=0), Policy(minimum_cash_pct=5))
    assert product.proposal.cash_units[0] > 0
    assert bought(product).offers.line.tolist() == []
    deferred = sell(product, [Decision("P1", "A", "defer")])
    assert deferred.plan.units[0] == 0
    assert buy(product, deferred).offers.line.tolist() == []


def test_progress_is_actual_over_the_target_in_force():
    # CBA 2 of 10 goes to WBC, which has no target of its own: 20 %. NAB 3 of 4: 75 %.
    book = make_book(
        instruments=[NewInstrument("CBA"), NewInstrument("NAB"), NewInstrument("WBC"), NewInstrument("XRO")],
        models=[NewModel(target_cash_pct=86, lines=(("CBA", 10.0), ("NAB", 4.0)))],
        portfolios=[NewPortfolio(cash=94_000)],
        lots=[NewLot("P1", "CBA", 2_000), NewLot("P1", "NAB", 3_000), NewLot("P1", "XRO", 1_000)],
    )
    product = propose_all(book, POLICY, session=Session(substitutions=(Substitution("CBA", "WBC"),)))
    assert progress_pct(product.proposal, np.arange(4)) == pytest.approx([100, 75, 20, 0])
