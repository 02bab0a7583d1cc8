import pytest

from tests.oracle.book_rows import NewInstrument, NewLot, NewModel, NewPortfolio, make_book, one_portfolio
from tests.oracle.oracle_types import GradualExit, Session, SessionRule
from tests.oracle.product import propose_all
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.trades import PlannedTrades, Reason

NO_MINIMUM = Policy(min_trade_value=0, min_trade_pct=0)


def planned(book: Book, policy: Policy = NO_MINIMUM, **session) -> PlannedTrades:
    return propose_all(book, policy, session=Session(**session)).proposal.planned


def one_line(units: float, target: float, *, lot_size: float = 1.0, price: float = 1.0) -> Book:
    """CBA in a portfolio of 100,000; the tolerance is 2."""
    return make_book(
        instruments=[NewInstrument("CBA", price, lot_size=lot_size)],
        models=[NewModel(target_cash_pct=100 - target, lines=(("CBA", target),) if target else ())],
        portfolios=[NewPortfolio(cash=100_000 - units * price)],
        lots=[NewLot("P1", "CBA", units)] if units else [],
    )


def test_a_trade_goes_to_the_target_and_its_least_to_the_edge_of_the_band():
    # 8.5 against 6.0 +/- 2.0 of 100,000: 2.5 % = 2,500 to the target, 0.5 % = 500 to the edge.
    found = planned(one_line(8_500, 6.0))
    assert (found.side.tolist(), found.units.tolist(), found.reason.tolist()) == ([-1], [2_500], [0])
    assert (found.max_amount[0], found.min_amount[0]) == (pytest.approx(-2_500), pytest.approx(-500))
    bought = planned(one_line(3_500, 6.0))
    assert (bought.side.tolist(), bought.units.tolist()) == ([1], [2_500])
    assert (bought.max_amount[0], bought.min_amount[0]) == (pytest.approx(2_500), pytest.approx(500))


@pytest.mark.parametrize(
    ("units", "target", "lot_size", "price", "planned_units"),
    [
        (8_500, 6.0, 300, 1.0, 2_400),  # 2,500 are 8.3 lots
        (3_500, 6.0, 300, 1.0, 2_400),
        (850.5, 0.0, 100, 10.0, 850.5),  # an exit takes broken lots too
        (2_500, 6.0, 1, 1.5, 1_500),  # 3,750 are 3.75 %: 2.25 % missing are 2,250 / 1.5
    ],
)
def test_trades_are_in_whole_lots_but_an_exit_is_whole(units, target, lot_size, price, planned_units):
    assert planned(one_line(units, target, lot_size=lot_size, price=price)).units.tolist() == [planned_units]


@pytest.mark.parametrize(
    ("units", "rule", "reason"),
    [
        (8_500, "do_not_sell", Reason.DO_NOT_SELL),
        (8_500, "hold", Reason.HOLD),
        (8_500, "do_not_buy", Reason.NONE),
        (3_500, "do_not_buy", Reason.DO_NOT_BUY),
        (3_500, "hold", Reason.HOLD),
        (3_500, "do_not_sell", Reason.NONE),
    ],
)
def test_a_rule_stops_its_direction_and_is_the_reason(units: float, rule: str, reason: Reason) -> None:
    found = planned(one_line(units, 6.0), rules=(SessionRule("CBA", rule),))
    assert found.reason.tolist() == [reason]
    assert (found.units[0] > 0) == (reason is Reason.NONE)


def test_hold_is_named_before_a_rule_of_one_direction():
    rules = (SessionRule("CBA", "do_not_sell"), SessionRule("CBA", "hold"))
    assert planned(one_line(8_500, 6.0), rules=rules).reason.tolist() == [Reason.HOLD]


def test_less_than_a_lot_is_no_trade():
    found = planned(one_line(8_500, 6.0, lot_size=3_000))
    assert (found.units.tolist(), found.reason.tolist()) == ([0], [Reason.UNDER_ONE_LOT])


@pytest.mark.parametrize(
    ("percent", "units", "capped", "reason"),
    [(10, 800, True, Reason.NONE), (100, 2_500, False, Reason.NONE), (1, 0, True, Reason.GRADUAL_EXIT)],
)
def test_a_gradual_exit_caps_a_sell_in_whole_lots(percent: float, units: float, capped: bool, reason: Reason) -> None:
    # 2,500 of 8,500 would be sold; 10 % are 850, in lots of 100: 800; 1 % is less than a lot.
    found = planned(one_line(8_500, 6.0, lot_size=100), gradual_exits=(GradualExit("CBA", percent),))
    assert (found.units.tolist(), found.capped.tolist(), found.reason.tolist()) == ([units], [capped], [reason])


@pytest.mark.parametrize(
    ("policy", "stopped"),
    [
        (Policy(min_trade_value=2_500, min_trade_pct=0), False),
        (Policy(min_trade_value=2_500.004, min_trade_pct=0), False),
        (Policy(min_trade_value=2_501, min_trade_pct=0), True),
        (Policy(min_trade_value=0, min_trade_pct=2.5), False),  # 2.5 % of 100,000
        (Policy(min_trade_value=0, min_trade_pct=2.6), True),
    ],
)
def test_a_trade_under_the_minimum_is_not_planned(policy: Policy, stopped: bool) -> None:
    found = planned(one_line(8_500, 6.0), policy)
    assert found.reason.tolist() == [Reason.BELOW_MINIMUM if stopped else Reason.NONE]
    assert found.units.tolist() == [0 if stopped else 2_500]


def test_one_breach_sends_every_line_to_its_target_where_the_scope_is_the_portfolio():
    # A 9 over 6 breaches; B 5 of 4 is inside its band of 2; C is at its target and D, 3 of 4, is inside.
    book = one_portfolio(
        {"A": (9_000, 6.0), "B": (5_000, 4.0), "C": (4_000, 4.0), "D": (3_000, 4.0)}, cash=79_000, target_cash_pct=82
    )
    assert planned(book).line.tolist() == [0]
    whole = planned(book, NO_MINIMUM.model_copy(update={"trade_scope": "portfolio"}))
    assert whole.line.tolist() == [0, 1, 3]
    assert (whole.side * whole.units).tolist() == [-3_000, -1_000, 1_000]
    assert whole.min_amount == pytest.approx([-1_000, 0, 0])


def test_cash_out_of_its_band_is_a_breach_too():
    policy = NO_MINIMUM.model_copy(update={"trade_scope": "portfolio"})
    # A is 1 over, inside; cash 90 of 94 is out in the first, 93 of 94 inside in the second.
    book = one_portfolio({"A": (5_000, 4.0), "B": (5_000, 6.0)}, cash=90_000, target_cash_pct=94)
    assert planned(book, policy).line.tolist() == [0, 1]
    calm = one_portfolio({"A": (5_000, 4.0), "B": (5_000, 6.0)}, cash=90_000, target_cash_pct=90)
    assert planned(calm, policy).line.tolist() == []


def test_a_full_liquidation_sells_every_unit_and_its_least_is_all():
    found = planned(one_portfolio({"CBA": (10_000.5, 60)}, cash=4_999.5, withdrawal=15_000))
    assert (found.units.tolist(), found.max_amount.tolist(), found.min_amount.tolist()) == (
        [10_000.5],
        [-10_000.5],
        [-10_000.5],
    )


def test_a_reasons_code_is_its_name_in_small_letters():
    assert Reason.UNDER_ONE_LOT.code == "under_one_lot"
