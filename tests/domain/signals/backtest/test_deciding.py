from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.signals.backtest.drawn_market import SECTORS, SYMBOLS, Drawn, drawn, panel
from tests.domain.signals.backtest.slow_decision import slow_decision, slow_said
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.backtest.deciding import SignalDecider
from trimtab.domain.signals.backtest.rules import Rules, Sizing
from trimtab.domain.signals.constraints import Constraints
from trimtab.domain.signals.methods import CombiningMethod, SizingMethod

COMBINING, SIZING = get_args(CombiningMethod), get_args(SizingMethod)
METHODS = st.tuples(st.sampled_from(COMBINING), st.sampled_from(SIZING))
CONSTRAINTS = (
    Constraints(),
    Constraints(long_only=False, gross_limit=1.6),
    Constraints(max_position_weight=0.3),
    Constraints(
        max_position_weight=0.4,
        max_sector_weight=0.5,
        max_turnover=0.3,
        min_positions=3,
        min_trade_weight=0.05,
        long_only=False,
    ),
)
NOTHING = np.zeros(5)


def rules(combining="weighted", sizing="proportional", *, days=40, constraints=CONSTRAINTS[0], **more) -> Rules:
    return Rules(combining=combining, sizing=Sizing(method=sizing, estimate_days=days), constraints=constraints, **more)


def decider(market: Drawn, given_rules: Rules, *rows: int, sectors=SECTORS) -> SignalDecider:
    return SignalDecider(
        market.prices, market.panels, rules=given_rules, rows=np.array(rows, dtype=np.int64), sectors=sectors
    )


def steady(alphas, closes=None, *, days: int = 60) -> Drawn:
    """One strategy that always says the same of A, B and so on; prices that swing alike, unless given."""
    names = list("ABCDE"[: len(alphas)])
    swing = 100 * np.exp(0.01 * np.cumsum(np.random.default_rng(3).normal(0.1, 1, (days, len(names))), axis=0))
    prices = pd.DataFrame(swing if closes is None else closes, columns=names)
    prices.index = pd.bdate_range("2024-01-01", periods=len(prices))
    alpha = pd.DataFrame(np.tile(np.array(alphas, dtype=float), (len(prices), 1)), prices.index, names)
    return Drawn(prices, [panel("one", alpha, alpha.abs())])


@pytest.mark.parametrize("combining", COMBINING)
@pytest.mark.parametrize("sizing", SIZING)
@pytest.mark.parametrize("constraints", CONSTRAINTS)
def test_what_is_decided_is_what_the_formulas_say(combining, sizing, *, constraints):
    market = drawn(SIZING.index(sizing) * 10 + COMBINING.index(combining))
    asked = rules(combining, sizing, constraints=constraints, risk_free=0.03, weights={"strategy_1": 2.0})
    rows, held = (12, 44, 79), np.array([0.2, 0.1, 0.0, 0.3, 0.0])
    found = decider(market, asked, *rows)
    for place, row in enumerate(rows):
        wanted = slow_decision(
            market.prices, market.panels, asked, row=row, held=dict(zip(SYMBOLS, held, strict=True)), sectors=SECTORS
        )
        decided = found.decide(place, held)
        assert decided.weights.tolist() == pytest.approx([wanted.weights[symbol] for symbol in SYMBOLS], abs=1e-9)
        assert decided.without_estimate == len(wanted.without)
        unsized = {symbol for symbol, none in zip(SYMBOLS, found.unsized(place), strict=True) if none}
        assert unsized == wanted.without


@pytest.mark.parametrize("combining", COMBINING)
def test_credit_goes_to_the_strategies_that_spoke_for_the_side_of_alpha(combining):
    market, asked = drawn(5), rules(combining)
    found = decider(market, asked, 30, 31)
    for place, row in enumerate((30, 31)):
        said = slow_said(market.prices, market.panels, asked, row=row)
        for number, symbol in enumerate(SYMBOLS):
            parts = np.array(said[symbol].parts if symbol in said else [0.0] * 3)
            alpha = said[symbol].alpha if symbol in said else 0.0
            spoken = np.maximum(parts * np.sign(alpha), 0)
            wanted = spoken / spoken.sum() if alpha else spoken
            assert found.credit[place, number] == pytest.approx(wanted, abs=1e-12)
            assert found.alpha[place, number] == pytest.approx(alpha if symbol in said else np.nan, nan_ok=True)
            assert np.isnan(found.confidence[place, number]) == (symbol not in said)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), METHODS, st.sampled_from(CONSTRAINTS), st.integers(0, 79))
def test_nothing_after_a_day_changes_what_is_decided_on_it(seed, methods, constraints, row):
    market, other = drawn(seed), drawn(seed + 1)

    def turned(frame: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([frame.iloc[: row + 1], later.iloc[row + 1 :]])

    after = Drawn(
        turned(market.prices, other.prices * 3),
        [
            replace(one, alpha=turned(one.alpha, two.alpha), confidence=turned(one.confidence, two.confidence))
            for one, two in zip(market.panels, other.panels, strict=True)
        ],
    )
    asked = rules(*methods, constraints=constraints)
    held = np.full(5, 0.1)
    # One is asked among decisions on other days, the other is asked alone.
    some, alone = decider(market, asked, 3, row, 79), decider(after, asked, row)
    assert some.decide(1, held).weights.tolist() == alone.decide(0, held).weights.tolist()
    assert some.decide(1, held).without_estimate == alone.decide(0, held).without_estimate
    for figure in ("alpha", "confidence", "credit"):
        np.testing.assert_array_equal(getattr(some, figure)[1], getattr(alone, figure)[0])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), METHODS, st.permutations(range(5)), st.sampled_from(CONSTRAINTS))
def test_neither_the_order_of_symbols_matters_nor_do_sums_miss_a_bit(seed, methods, order, constraints):
    market, asked = drawn(seed), rules(*methods, constraints=constraints)
    turned = Drawn(
        market.prices.iloc[:, order],
        [
            replace(one, alpha=one.alpha.iloc[:, order], confidence=one.confidence.iloc[:, order])
            for one in market.panels
        ],
    )
    held = np.array([0.2, 0.0, 0.1, 0.0, 0.05])
    decided = decider(market, asked, 70).decide(0, held)
    assert decider(turned, asked, 70).decide(0, held[order]).weights.tolist() == decided.weights[order].tolist()
    weights = decided.weights
    assert weights.sum() + (1 - weights.sum()) == sum(weights) + (1 - weights.sum()) == 1.0
    assert np.abs(weights).sum() <= constraints.gross_limit + 1e-12


def test_of_equal_symbols_the_first_by_name_is_opened_in_whatever_order_they_stand():
    market, asked = steady([0.5, 0.5, 0.5]), rules(constraints=Constraints(max_turnover=0.1, min_trade_weight=0.2))
    for order in (["A", "B", "C"], ["C", "B", "A"]):
        turned = Drawn(market.prices[order], [panel("one", *[market.panels[0].alpha[order]] * 2)])
        decided = decider(turned, asked, 59).decide(0, np.zeros(3))
        assert dict(zip(order, decided.weights.tolist(), strict=True)) == {"A": pytest.approx(0.2), "B": 0.0, "C": 0.0}


@pytest.mark.parametrize("sizing", SIZING)
def test_many_symbols_are_decided_alike_alone_and_among_other_days(sizing):
    # Long rows are summed in parts, which mustn't depend on how many rows there are.
    chosen = np.random.default_rng(9)
    names = [f"S{number}" for number in range(143)]
    closes = 100 * np.exp(np.cumsum(chosen.normal(0, 0.02, (60, 143)), axis=0))
    prices = pd.DataFrame(closes, index=pd.bdate_range("2024-01-01", periods=60), columns=names)
    alpha = pd.DataFrame(chosen.uniform(-1, 1, closes.shape), index=prices.index, columns=names)
    market = Drawn(prices, [panel("one", alpha, alpha.abs()), panel("two", -(alpha**3), alpha.abs())])
    asked = rules(sizing=sizing, days=45, constraints=Constraints(long_only=False, max_position_weight=0.01))
    some, alone = decider(market, asked, *range(48, 60)), decider(market, asked, 55)
    assert some.decide(7, np.zeros(143)).weights.tolist() == alone.decide(0, np.zeros(143)).weights.tolist()


@pytest.mark.parametrize("sizing", SIZING)
def test_where_nothing_is_wanted_all_is_cash(sizing):
    market = steady([0.0, 0.0, -0.5])
    decided = decider(market, rules(sizing=sizing), 59).decide(0, np.array([0.5, 0.2, 0.0]))
    assert (decided.weights.tolist(), decided.without_estimate, decided.unmet) == ([0.0] * 3, 0, ())


@pytest.mark.parametrize("sizing", ["proportional", "risk_parity"])
def test_one_symbol_gets_all(sizing):
    assert decider(steady([0.3]), rules(sizing=sizing), 59).decide(0, np.zeros(1)).weights.tolist() == [1.0]


@pytest.mark.parametrize("sizing", SIZING)
def test_a_symbol_without_a_price_that_day_has_no_signal(sizing):
    market = drawn(2, gaps=0.0)
    market.prices.loc[market.prices.index[70], "A"] = np.nan
    found = decider(market, rules(sizing=sizing, constraints=CONSTRAINTS[1]), 69, 70)
    assert np.isnan(found.alpha[:, 1]).tolist() == [False, True]
    decided = found.decide(1, np.array([0.0, 0.5, 0.0, 0.0, 0.0]))
    assert decided.weights[1] == 0
    assert not found.unsized(1)[1]


def test_what_has_too_little_history_gets_nothing_and_is_counted():
    closes = steady([1.0, 1.0]).prices.to_numpy().copy()
    closes[25, 1] = np.nan
    market = steady([0.2, 0.4], closes)
    # 20 returns need 21 prices: A has them at row 20, B after its gap at row 46.
    found = decider(market, rules(sizing="risk_parity", days=20), 19, 20, 45, 46)
    decided = [found.decide(place, np.zeros(2)) for place in range(4)]
    assert [each.without_estimate for each in decided] == [2, 0, 1, 0]
    assert [np.count_nonzero(each.weights) for each in decided] == [0, 2, 1, 2]


def test_what_is_not_worth_a_trade_is_left_as_it_is_and_what_is_not_wanted_is_sold():
    asked = rules(constraints=Constraints(min_trade_weight=0.05))
    found = decider(steady([0.5, 0.5, 0.0, 0.0]), asked, 59)
    decided = found.decide(0, np.array([0.52, 0.3, 1e-16, 0.0]))
    assert decided.left is not None
    assert decided.left.tolist() == [True, False, False, False]
    assert decided.weights.tolist() == pytest.approx([0.52, 0.48, 0.0, 0.0])
    assert found.decide(0, np.zeros(4)).left is None


def test_positions_are_left_in_the_order_of_the_symbols_whatever_it_is():
    market = steady([0.5, 0.5])
    turned = Drawn(market.prices[["B", "A"]], [panel("one", *[market.panels[0].alpha[["B", "A"]]] * 2)])
    asked = rules(constraints=Constraints(min_trade_weight=0.05))
    decided = decider(turned, asked, 59).decide(0, np.array([0.52, 0.3]))
    assert decided.left is not None
    assert decided.left.tolist() == [True, False]


def test_symbols_that_hedge_each_other_leave_what_is_held_as_it_is():
    returns = np.random.default_rng(0).normal(0, 0.01, 59)
    closes = np.cumprod(np.vstack([[100.0, 100.0], np.column_stack([1 + returns, 1 - returns])]), axis=0)
    market = steady([0.5, 0.5], closes)
    held = np.array([0.1, 0.7])
    decided = decider(market, rules(sizing="risk_parity"), 59).decide(0, held)
    assert decided.weights.tolist() == pytest.approx(held, abs=1e-14)
    assert decided.stands_still
    assert [(problem.field, problem.message) for problem in decided.unmet] == [
        (
            "covariance",
            "What is held is kept: The covariance is singular: A, B hedge each other completely, and have no equal "
            "contributions; leave one out.",
        )
    ]
    # On the next day one of them alone is wanted.
    alone = decider(steady([0.5, 0.0], closes), rules(sizing="risk_parity"), 59).decide(0, held)
    assert (alone.weights.tolist(), alone.unmet) == ([1.0, 0.0], ())


def test_where_what_is_held_is_kept_the_limits_that_it_breaks_are_named_too():
    bound = Constraints(max_position_weight=0.4, min_positions=3)
    hedged = np.cumprod(1 + np.random.default_rng(0).normal(0, 0.01, 60) * np.array([[1], [-1]]), axis=1).T * 100
    decided = decider(steady([0.5, 0.5], hedged), rules(sizing="risk_parity", constraints=bound), 59).decide(
        0, np.array([0.1, 0.7])
    )
    assert [problem.field for problem in decided.unmet] == ["covariance", "max_position_weight", "min_positions"]
    assert "one position is 0.7" in decided.unmet[1].message


def test_constraints_that_are_not_kept_are_named():
    asked = rules(constraints=Constraints(min_positions=3, max_turnover=0.2, max_position_weight=0.5))
    decided = decider(steady([0.5, 0.5]), asked, 59).decide(0, np.array([0.0, 0.95]))
    assert [problem.field for problem in decided.unmet] == ["max_turnover", "min_positions"]
    assert decided.weights.tolist() == pytest.approx([0.0, 0.5], abs=1e-12)


def test_a_sector_limit_needs_a_sector_of_each_symbol():
    asked = rules(constraints=Constraints(max_sector_weight=0.5))
    for sectors in (None, {"A": "energy"}):
        with pytest.raises(InvalidInput, match="max_sector_weight needs a sector of each symbol; none is known of"):
            decider(drawn(1), asked, 5, sectors=sectors)


@pytest.mark.parametrize("sizing", SIZING)
def test_no_decisions_are_none(sizing):
    found = decider(drawn(1), rules(sizing=sizing))
    assert (found.alpha.shape, found.confidence.shape, found.credit.shape) == ((0, 5), (0, 5), (0, 5, 3))
