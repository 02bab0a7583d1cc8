"""Examples worked by hand, against the second computation: it must say what a person finds with a pencil."""

from datetime import date, timedelta

import pytest

from tests.oracle.book_rows import AS_OF, NewInstrument, NewLot, NewModel, NewPortfolio, make_book, one_portfolio
from tests.oracle.oracle import analyse_buys, decide_on_buys, decide_on_sells, plan_book, reduce_buys
from tests.oracle.oracle_buys import decide_buys, set_cash
from tests.oracle.oracle_tiers import reduce_by_tiers
from tests.oracle.oracle_types import Decision, GradualExit, Line, Plan, Session, Substitution, TaxRule
from trimtab.domain.trading.book import Book, Restriction
from trimtab.domain.trading.policy import Policy

POLICY = Policy()
AU = TaxRule("AU", "individual", 12, 50.0, date(1999, 9, 21))


def buys_plan(buys: dict[str, tuple[float, float, float]], *, available: float) -> Plan:
    """A plan in its Buys phase: code > (amount at $1 a unit, actual weight, target)."""
    lines = [
        Line(
            account_number="P1",
            code=code,
            units=0.0,
            unit_value=1.0,
            lot_size=1.0,
            value=actual * 5_000,
            target_pct=target,
            tolerance_pct=0.5,
            own_target_pct=target,
            actual_pct=actual,
            variance_pct=actual - target,
            status="under",
            max_amount=amount,
            planned_units=amount,
            planned_amount=amount,
        )
        for code, (amount, actual, target) in buys.items()
    ]
    plan = Plan("P1", cash=available, total=500_000, investable=500_000, weight_base=500_000, lines=lines)
    set_cash(plan)
    return plan


def final(plan: Plan) -> dict[str, float]:
    return {line.code: line.final_units for line in plan.lines}


# Lines and status.


def test_a_line_at_8_5_against_6_plus_minus_2_needs_20_percent():
    # 8.5 - 6.0 = 2.5 over; the edge is at 2.0, so 0.5 of 2.5 ends the breach: 20 %. On 100,000: to the target
    # -2,500, to the edge -500.
    [plan] = plan_book(one_portfolio({"CBA": (8_500, 6.0)}, cash=91_500, target_cash_pct=94), POLICY)
    cba = plan.line("CBA")
    assert (cba.actual_pct, cba.variance_pct) == pytest.approx((8.5, 2.5))
    assert cba.status == "over"
    assert (cba.max_amount, cba.min_amount) == pytest.approx((-2_500, -500))
    assert cba.planned_units == -2_500
    assert cba.min_proceed_percent == 20


def test_a_withdrawal_puts_a_holding_on_the_edge_of_its_band_and_the_edge_is_inside():
    # 500,000 - 50,000 = 450,000 investable. CBA 36,000 / 450,000 = 8.0 %, 2.0 over 6.0: the edge itself. Cash
    # 45,000 is 10 % against 12.5 %: 2.5 under. Everything else is one line at its target, 419,000 = 93.1 %.
    book = one_portfolio(
        {"CBA": (36_000, 6.0), "REST": (419_000, 81.5)}, cash=45_000, withdrawal=50_000, target_cash_pct=12.5
    )
    [plan] = plan_book(book, POLICY)
    assert plan.total == 500_000
    assert plan.investable == 450_000
    cba = plan.line("CBA")
    assert cba.actual_pct == pytest.approx(8.0)
    assert (cba.status, cba.triggered, cba.planned_units, cba.max_amount) == ("within", False, 0, 0)
    assert plan.cash_line is not None
    assert plan.cash_line.actual_pct == pytest.approx(10.0)
    assert plan.cash_line.status == "under"
    # REST 93.111 - 81.5 = 11.611 over: 52,250 to sell, and the withdrawal needs only 5,000.
    assert plan.line("REST").planned_units == -52_250
    assert plan.missing_cash == 0


@pytest.mark.parametrize("beyond_pct", [2.3e-9, -2.3e-9])
def test_the_band_edge_allows_a_billionth_of_a_point(beyond_pct):
    units = 1_000_000 * (8.0 + beyond_pct) / 100
    [plan] = plan_book(one_portfolio({"CBA": (units, 6.0)}, cash=1_000_000 - units, target_cash_pct=94), POLICY)
    assert plan.line("CBA").status == ("over" if beyond_pct > 0 else "within")


def test_a_full_liquidation_has_no_targets_and_sells_every_unit():
    # 10,000 + 5,000 cash - 15,000: nothing investable. Weights are shares of the total: 66.7 % and 33.3 %.
    [plan] = plan_book(one_portfolio({"CBA": (10_000.5, 60)}, cash=4_999.5, withdrawal=15_000), POLICY)
    cba = plan.line("CBA")
    assert plan.full_liquidation
    assert cba.actual_pct == pytest.approx(10_000.5 / 15_000 * 100)
    assert (cba.target_pct, cba.tolerance_pct, cba.planned_units) == (0, 0, -10_000.5)
    assert (cba.max_amount, cba.min_amount) == pytest.approx((-10_000.5, -10_000.5))
    assert plan.missing_cash == 0


def test_a_withdrawal_over_the_total_says_what_is_missing():
    [plan] = plan_book(one_portfolio({"CBA": (10_000, 60)}, cash=0, withdrawal=10_001), POLICY)
    assert [(reason.reason, reason.missing_amount) for reason in plan.unable] == [("withdrawal_over_total", 1.0)]
    assert plan.lines == []


def test_pence_and_inverse_rates_are_understood():
    # 250 p at 1.9 AUD a pound: 2.50 x 1.9 = 4.75. USD: 0.64 USD buys one AUD, so 10 USD are 15.625 AUD.
    book = make_book(
        instruments=[
            NewInstrument("HSBA", 250, "GBX"),
            NewInstrument("MSFT", 10, "USD"),
            NewInstrument("X", 1, "JPY"),
        ],
        models=[NewModel()],
        portfolios=[NewPortfolio("P1"), NewPortfolio("P2")],
        lots=[NewLot("P1", "HSBA", 100), NewLot("P1", "MSFT", 100), NewLot("P2", "X", 1)],
        fx={("GBP", "AUD"): 1.9, ("AUD", "USD"): 0.64},
    )
    first, second = plan_book(book, POLICY)
    assert first.line("HSBA").value == pytest.approx(475)
    assert first.line("MSFT").value == pytest.approx(1_562.5)
    assert [(reason.reason, reason.code) for reason in second.unable] == [("unknown_currency", "X")]


# Rules, gradual exits, substitutions.


def test_hold_stands_over_the_other_rules():
    rules = (Restriction("CBA", "do_not_sell", "a"), Restriction("CBA", "hold", "b", until=AS_OF))
    book = one_portfolio({"CBA": (50_000, 6.0)}, cash=50_000, target_cash_pct=94, restrictions=rules)
    [plan] = plan_book(book, POLICY)
    assert (plan.line("CBA").planned_units, plan.line("CBA").reason) == (0, "hold")


def test_a_gradual_exit_caps_the_sell_and_the_cash_that_is_raised():
    # 8,000 units out of the model; 10 % a session: 800, in lots of 100. The withdrawal misses 5,000 - 2,000 -
    # 800 = 2,200 and the cap is used up.
    book = one_portfolio({"CBA": (8_000, 0)}, cash=2_000, withdrawal=5_000, lot_size=100)
    [plan] = plan_book(book, POLICY, session=Session(gradual_exits=(GradualExit("CBA", 10),)))
    assert plan.line("CBA").planned_units == -800
    assert plan.missing_cash == pytest.approx(2_200)
    assert plan.hard_failures == ("cash_overdrawn",)


def test_a_substitute_takes_the_missing_share_with_its_band():
    # CBA 2 % of 10 % misses 8 points; NAB has 3 of 3 and now wants 11 with CBA's band of 2: buy 8 % of
    # 100,000.
    book = one_portfolio({"CBA": (2_000, 10.0), "NAB": (3_000, 3.0)}, cash=95_000, target_cash_pct=87)
    [plan] = plan_book(book, POLICY, session=Session(substitutions=(Substitution("CBA", "NAB"),)))
    assert plan.line("CBA").target_pct == pytest.approx(2)
    assert plan.line("CBA").reason == "substituted"
    assert plan.line("NAB").target_pct == pytest.approx(11)
    assert plan.line("NAB").planned_units == 8_000


# Raising cash.


def test_cash_is_raised_from_what_is_over_target_and_then_from_all_in_proportion():
    # 90,000 investable after a withdrawal of 10,000; no cash. Model 40 / 58, so A 38,000 is 42.22 (2.22 over,
    # out of its band: -2,000 to the target) and B 62,000 is 68.89 (10.89 over: -9,800). Sold 11,800, more
    # than enough.
    [plan] = plan_book(one_portfolio({"A": (38_000, 40.0), "B": (62_000, 58.0)}, cash=0, withdrawal=10_000), POLICY)
    assert {line.code: line.planned_units for line in plan.lines} == {"A": -2_000, "B": -9_800}
    assert all(line.cash_raise_units == 0 for line in plan.lines)


def test_cash_raising_takes_the_largest_excess_first_and_rounds_up():
    # 98,000 investable: A 50,000 is 51.02 (1.02 over 50 = 1,000), B 49,000 is 50.00 (2.00 over 48 = 1,960),
    # both inside. Needed 2,000 - 1,000 cash = 1,000, all of it from B, in lots of 300: 3.33 lots, so 4:
    # 1,200.
    lines = {"A": (50_000, 50.0), "B": (49_000, 48.0)}
    [plan] = plan_book(one_portfolio(lines, cash=1_000, withdrawal=2_000, target_cash_pct=2, lot_size=300), POLICY)
    assert {line.code: line.cash_raise_units for line in plan.lines} == {"A": 0, "B": 1_200}


def test_cash_raising_in_proportion_shares_what_excess_does_not_cover():
    # 100,000 and no cash, of which 5 % must be cash: 5,000. A 52 of 55 wants a buy; B 46.5 of 45 and C 1.5 of
    # 0 are inside and give their excess first, 1,500 each. The other 2,000 from 52,000 and 45,000: A
    # 1,072.16, up to 1,073, then B the missing 927. A is sold, so it isn't bought.
    lines = {"A": (52_000, 55.0), "B": (46_500, 45.0), "C": (1_500, 0)}
    [plan] = plan_book(one_portfolio(lines, cash=0), Policy(minimum_cash_pct=5))
    assert {line.code: line.planned_units for line in plan.lines} == {"A": -1_073, "B": -2_427, "C": -1_500}
    assert [line.reason for line in plan.lines] == ["sold_for_cash", "", ""]


def test_a_deferral_sends_the_need_to_the_other_lines():
    # 100,000 - 10,000. A 20,000 is 22.2 against 10: -11,000. B 80,000 is 88.9 against 90, inside its band.
    # Deferring A leaves 10,000 to be raised, from B alone.
    [plan] = plan_book(one_portfolio({"A": (20_000, 10.0), "B": (80_000, 90.0)}, cash=0, withdrawal=10_000), POLICY)
    assert (plan.line("A").planned_units, plan.line("B").planned_units) == (-11_000, 0)
    # The band needs (12.22 - 2) / 12.22 = 83.6 %, the cash 10,000 / 11,000 = 90.9 %: up to 95.
    assert plan.line("A").min_proceed_percent == 95
    decide_on_sells([plan], [Decision("P1", "A", "defer")])
    assert (plan.line("A").decided_units, plan.line("B").decided_units) == (0, -10_000)
    assert plan.missing_cash == 0


# Flags.


def test_a_lot_that_nears_its_holding_period_is_flagged_where_the_sell_takes_it():
    # Acquired 2025-07-09: twelve months end on 2026-07-09, the discount begins on the 10th, ten days after
    # 2026-06-30. Smallest gain first: the lot that cost 0.90 is taken before the old one that cost 0.10 and
    # counts (0.90) x half.
    lots = [
        NewLot("P1", "CBA", 5_000, acquired=date(2025, 7, 9), cost_base=4_500),
        NewLot("P1", "CBA", 5_000, acquired=date(2015, 1, 5), cost_base=500),
    ]
    book = make_book(
        instruments=[
            NewInstrument("CBA", ex_date=AS_OF + timedelta(days=8), dividend_per_share=2.4, return_1m_pct=-8.0)
        ],
        models=[NewModel(target_cash_pct=94, lines=(("CBA", 6.0),))],
        portfolios=[NewPortfolio(cash=90_000)],
        lots=lots,
    )
    flags = {
        method: [flag.text for flag in plan_book(book, Policy(lot_method=method), tax_rules=[AU])[0].line("CBA").flags]
        for method in ("min_gain", "fifo", "lifo", "hifo")
    }
    common = ["div:8d/$2.40", "dip:-8%"]
    with_cgt = [*common, "cgt:10d", "sec:Financials"]
    assert flags == {
        "min_gain": with_cgt,
        "fifo": [*common, "sec:Financials"],
        "lifo": with_cgt,
        "hifo": with_cgt,
    }


# Decisions.


def test_a_partial_is_rounded_up_to_the_lot_that_ends_the_breach():
    # 8.5 against 6 +/- 2 of 100,000, lots of 300: the trade is 2,500 = 8 lots. 20 % are 480 units = 1 lot =
    # 300, which leaves 8.2 %; 20 % of 2,500 would have ended it, so 2 lots = 600 are sold.
    book = one_portfolio({"CBA": (8_500, 6.0)}, cash=91_500, target_cash_pct=94, lot_size=300)
    [plan] = plan_book(book, POLICY)
    assert plan.line("CBA").planned_units == -2_400
    decide_on_sells([plan], [Decision("P1", "CBA", "partial", proceed_percent=20)])
    assert plan.line("CBA").decided_units == -600


def test_a_partial_under_the_minimum_trade_is_not_traded():
    book = one_portfolio({"CBA": (8_500, 6.0)}, cash=91_500, target_cash_pct=94)
    [plan] = plan_book(book, POLICY)
    decide_on_sells([plan], [Decision("P1", "CBA", "partial", amount=499.0)])
    assert (plan.line("CBA").decided_units, plan.line("CBA").reason) == (0, "below_minimum")


# Buys.

SEED_BUYS = {"CBA": (8_500.0, 2.1, 4.0), "BHP": (12_000.0, 1.5, 4.0), "WBC": (6_000.0, 3.2, 4.0)}


def seed_market(*codes: str) -> Book:
    """CBA goes ex in 8 days, WBC in 15, the others not; all but RIO dipped within a good half-year."""
    facts = {
        "CBA": (8, -3.0, 8.0),
        "BHP": (None, -5.0, 12.0),
        "WBC": (15, -1.0, 6.0),
        "RIO": (None, 2.0, 5.0),
    }
    return make_book(
        instruments=[
            NewInstrument(
                code,
                ex_date=None if days is None else AS_OF + timedelta(days=days),
                dividend_per_share=1.0,
                return_1m_pct=month,
                return_6m_pct=half_year,
            )
            for code, (days, month, half_year) in facts.items()
            if code in codes
        ],
        models=[NewModel()],
        portfolios=[NewPortfolio()],
        lots=[],
    )


def test_three_buys_of_26_500_with_25_000_defer_nine_percent_of_the_first_pair():
    # 8,500 + 12,000 + 6,000 = 26,500, so 1,500 too much. Order: BHP (no ex-date), then WBC before CBA (gap
    # 0.8 before 1.9). First pair 18,000: 8 % are 1,440, too few; 9 % are 1,620. BHP 91 % = 10,920, WBC 91 % =
    # 5,460, CBA whole: 24,880.
    plan = buys_plan(SEED_BUYS, available=25_000)
    assert (plan.demand, plan.deferral_needed) == (26_500, 1_500)
    found = analyse_buys([plan], seed_market("CBA", "BHP", "WBC"), policy=POLICY)
    assert [(d.code, d.action, d.proceed_percent) for d in found] == [
        ("BHP", "partial", 91),
        ("WBC", "partial", 91),
        ("CBA", "proceed", None),
    ]
    decide_on_buys([plan], found)
    assert final(plan) == {"CBA": 8_500, "BHP": 10_920, "WBC": 5_460}


def test_four_buys_of_40_000_with_25_000_take_half_of_the_first_pair_and_go_on():
    # RIO 13,500 makes 40,000; 15,000 too much. Order: RIO (no ex-date, no dip), BHP, WBC, CBA. Half of 13,500
    # + 12,000 is 12,750; of 14,500 the missing 2,250 are 15.5 %, so 16 % = 2,320. Left: 6,750 + 6,000 + 5,040
    # + 7,140 = 24,930.
    plan = buys_plan({**SEED_BUYS, "RIO": (13_500.0, 1.0, 4.0)}, available=25_000)
    assert (plan.demand, plan.deferral_needed) == (40_000, 15_000)
    decide_on_buys([plan], analyse_buys([plan], seed_market("CBA", "BHP", "WBC", "RIO"), policy=POLICY))
    assert final(plan) == {"RIO": 6_750, "BHP": 6_000, "WBC": 5_040, "CBA": 7_140}


def test_deferring_the_wrong_buys_scales_the_others_to_the_cash():
    # BHP deferred leaves 8,500 + 6,000 + 13,500 = 28,000 for 25,000: x 25/28 = 7,589.29, 5,357.14, 12,053.57.
    # Down to 7,589 + 5,357 + 12,053 = 24,999; one unit is left, for the largest remainder, RIO.
    plan = buys_plan({**SEED_BUYS, "RIO": (13_500.0, 1.0, 4.0)}, available=25_000)
    decide_buys(plan, [Decision("P1", "BHP", "defer")])
    assert final(plan) == {"CBA": 7_589, "BHP": 0, "WBC": 5_357, "RIO": 12_054}
    assert plan.line("BHP").reason == "deferred"


TIERS = {"A": (20_000.0, 9.0, 10.0), "B": (30_000.0, 7.0, 10.0), "C": (30_000.0, 4.0, 10.0)}


def test_tiers_reduce_the_least_complete_first():
    # 50,000 for 80,000: 30,000 too much. C (40 %, tier 3) gives up to 80 % of 30,000 = 24,000; B (70 %, tier
    # 2) the other 6,000 of its 15,000; A (90 %, tier 1) nothing.
    plan = buys_plan(TIERS, available=50_000)
    reduce_by_tiers(plan, POLICY)
    assert final(plan) == {"A": 20_000, "B": 24_000, "C": 6_000}
    assert not plan.caps_exceeded


def test_tiers_that_are_used_up_reduce_what_is_left_of_all():
    # 18,000 for 80,000. Caps: C 24,000, B 15,000, A 6,000 = 45,000, which leaves 14,000 + 15,000 + 6,000 =
    # 35,000, 17,000 too much: x 18/35 = 7,200, 7,714.29, 3,085.71, down to whole units.
    plan = buys_plan(TIERS, available=18_000)
    reduce_by_tiers(plan, POLICY)
    assert final(plan) == {"A": 7_200, "B": 7_714, "C": 3_085}
    assert plan.caps_exceeded


def test_bounds_belong_to_the_upper_tier_and_no_cash_defers_all():
    # 80 % and 50 % are tiers 1 and 2: 10,000 too much comes from B first, half of its 10,000, then A: 30 %
    # would be 3,000 and 5,000 are wanted, so the caps don't suffice: 7,000 + 5,000 = 12,000 for 10,000, x
    # 10/12.
    plan = buys_plan({"A": (10_000.0, 8.0, 10.0), "B": (10_000.0, 5.0, 10.0)}, available=10_000)
    reduce_by_tiers(plan, POLICY)
    assert final(plan) == {"A": 5_833, "B": 4_166}
    empty = buys_plan({"A": (10_000.0, 8.0, 10.0)}, available=0)
    reduce_buys([empty], POLICY)
    assert (final(empty), empty.line("A").reason) == ({"A": 0}, "no_cash")
