"""Runs of given weights: a hand-worked one, and random ones beside a plain slow run and beside their own ledger."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from tests.domain.signals.backtest.given_weights import NONE, WIDE, GivenWeights, frame, given, run
from tests.domain.signals.backtest.slow_run import slow_run
from trimtab.domain.errors import Problem
from trimtab.domain.signals.backtest.result import Backtest
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.constraints import Constraints

SEEDS = st.integers(0, 2**32 - 1)
DAILY = Rules(cadence="daily", cost_bps=250, initial_capital=1020.0)
PRICES = frame([[10, 20], [10, 20], [12, 16]])


def case(seed: int) -> tuple[pd.DataFrame, GivenWeights, Rules]:
    """Prices with gaps, weights on both sides, and rules of all kinds; some runs end in ruin."""
    draw = np.random.default_rng(seed)
    days, symbols = int(draw.integers(2, 70)), int(draw.integers(1, 5))
    steps = draw.normal(0, draw.choice([0.02, 0.2]), size=(days, symbols))
    prices = 50 * np.exp(np.cumsum(steps, axis=0))
    prices[draw.random((days, symbols)) < draw.choice([0.0, 0.1, 0.5])] = NONE
    gross = float(draw.choice([0.5, 1.0, 4.0, 16.0]))
    weights = draw.normal(size=(days, symbols)) * (draw.random((days, symbols)) < 0.8)
    weights *= gross / np.maximum(np.abs(weights).sum(axis=1, keepdims=True), 1.0)
    credit = draw.random((days, symbols, 3)) * (draw.random((days, symbols, 1)) < 0.8)
    credit /= np.where(credit.any(axis=2), credit.sum(axis=2), 1.0)[..., None]
    alpha = np.where(draw.random((days, symbols)) < 0.8, np.sign(weights), -0.5)
    rules = Rules(
        cadence=draw.choice(["daily", "weekly", "monthly"]),
        lag_days=int(draw.choice([0, 1, 3, 12])),
        cost_bps=float(draw.choice([0, 5, 500])),
        constraints=Constraints(gross_limit=gross, max_position_weight=gross, long_only=False),
    )
    kept = 0.5 if gross <= 1 else 0.0
    table = frame(prices, freq=str(draw.choice(["D", "B"])))
    decider = given(weights, alpha=alpha, credit=credit, kept=kept)
    if draw.random() < 0.5:
        decider.left = draw.random((days, symbols)) < 0.4
        decider.still = frozenset(np.flatnonzero(draw.random(days) < 0.1).tolist())
    return table, decider, rules


def test_two_symbols_and_three_days_by_hand():
    # Of 1020, 20 are costs: 2.5 % of what 0.5 and 0.3 of 1000 cost. On the third day all is sold at 2.5 % of 840.
    found = run(PRICES, given([[0.5, 0.3], [0, 0], [1, 0]]), rules=DAILY)
    assert found.equity == pytest.approx([1020, 1000, 1040 - 21])
    assert found.cash == pytest.approx([1020, 200, 1019])
    assert found.units == pytest.approx(np.array([[0, 0], [50, 15], [0, 0]]))
    assert found.returns == pytest.approx([0, -20 / 1020, 19 / 1000])
    assert found.trades.day.tolist() == [1, 1, 2, 2]
    assert found.trades.symbol.tolist() == [0, 1, 0, 1]
    assert found.trades.units == pytest.approx([50, 15, -50, -15])
    assert found.trades.price.tolist() == [10, 20, 12, 16]
    assert found.trades.cost_value == pytest.approx([12.5, 7.5, 15, 6])
    assert found.decisions.decided.tolist() == [0, 1, 2]
    assert found.decisions.executed.tolist() == [1, 2, 3]
    assert found.pending.tolist() == [False, False, True]
    assert found.decisions.held == pytest.approx(np.array([[0.5, 0.3], [0, 0], [1, 0]]))
    assert found.contribution_names == ("strategy_0", "unattributed", "costs")
    assert found.contributions == pytest.approx(np.array([[0, 0, -20], [100 - 60, 0, -21], [0, 0, 0]]))
    assert found.ruined is None


def test_what_a_decision_said_beside_its_weights_is_kept():
    decider = given([[0.5, 0.5], [0, 0], [0, 0]], alpha=[[0.1, NONE], [0.2, 0.3], [0, 0]])
    decider.unmet[1] = (Problem("max_turnover", "too much"),)
    found = run(PRICES, decider, rules=DAILY)
    np.testing.assert_array_equal(found.decisions.alpha, decider.alpha)
    np.testing.assert_array_equal(found.decisions.confidence, np.abs(decider.alpha))
    assert found.decisions.unmet == {1: (Problem("max_turnover", "too much"),)}
    assert found.decisions.without_estimate.tolist() == [0, 1, 2]


def test_an_earlier_decision_is_executed_before_the_next_is_taken_on_the_same_day():
    decider = given([[0.5, 0.0], [0, 0], [0, 0]])
    run(PRICES, decider, rules=Rules(cadence="daily", cost_bps=0))
    assert np.array(decider.held) == pytest.approx(np.array([[0, 0], [0.5, 0], [0, 0]]))


def test_a_decision_before_the_one_before_it_was_executed_sees_what_is_held_then():
    decider = given([[0.5], [1.0], [0.0], [0.0]])
    found = run(frame([[10], [10], [10], [20]]), decider, rules=Rules(cadence="daily", lag_days=2, cost_bps=0))
    assert np.ravel(decider.held).tolist() == pytest.approx([0, 0, 0.5, 1.0])
    assert found.decisions.executed.tolist() == [2, 3, 4, 4]


def test_with_a_lag_of_0_it_trades_on_the_day_of_decision():
    found = run(frame([[10], [20]]), given([[1.0], [0.0]]), rules=Rules(cadence="daily", lag_days=0, cost_bps=0))
    assert found.equity.tolist() == [1e6, 2e6]
    assert found.decisions.executed.tolist() == [0, 1]


def test_where_no_decision_is_executed_nothing_is_earned():
    found = run(PRICES, given([[1.0, 0.0]]), rules=Rules(lag_days=3))
    assert found.equity.tolist() == [1e6] * 3
    assert found.pending.tolist() == [True]
    assert found.contributions.tolist() == [[0, 0, 0]]
    assert len(found.trades.day) == 0
    assert found.decisions.held.tolist() == [[1, 0]]


def test_what_a_decision_leaves_as_it_is_is_not_traded_though_prices_moved():
    decider = given([[0.5, 0.2], [0.5, 0.4], [0.5, 0.4]])
    decider.left = np.array([[False, False], [True, False], [True, False]])
    found = run(frame([[10, 10], [10, 10], [16, 10]]), decider, rules=Rules(cadence="daily", cost_bps=5))
    assert found.trades.symbol.tolist() == [0, 1, 1]
    # Of 1.3 A is 0.8, which leaves B less than 0.4.
    assert found.decisions.held[1] == pytest.approx([0.8 / 1.3, 1 - 0.8 / 1.3], rel=1e-3)


def test_a_position_left_as_it_was_is_brought_to_its_weight_where_a_pending_decision_has_traded_it():
    decider = given([[0.5], [0.0], [0.5], [0.5], [0.5]])
    decider.left = np.array([[False], [False], [True], [True], [True]])
    # The third decision is taken when 0.5 are held, and executed after the second one has sold them.
    found = run(frame([[10]] * 5), decider, rules=Rules(cadence="daily", lag_days=2, cost_bps=0))
    assert found.decisions.executed.tolist() == [2, 3, 4, 5, 5]
    assert found.units[:, 0].tolist() == [0, 0, 5e4, 0, 5e4]


def test_a_decision_that_decides_nothing_trades_nothing_whatever_was_traded_since():
    decider = given([[0.5], [0.0], [0.5], [0.5], [0.5]])
    decider.still = frozenset({2})
    found = run(frame([[10]] * 5), decider, rules=Rules(cadence="daily", lag_days=2, cost_bps=0))
    assert found.units[:, 0].tolist() == [0, 0, 5e4, 0, 0]
    assert found.decisions.untraded.tolist() == [0] * 5


def test_symbols_that_could_not_be_traded_are_counted():
    prices = frame([[10, 20, 5], [10, NONE, NONE], [10, NONE, 5]])
    found = run(prices, given([[0.5, 0.5, 0], [0.5, 0, 0.1], [0, 0, 0]]), rules=Rules(cadence="daily", cost_bps=0))
    assert found.decisions.untraded.tolist() == [1, 0, 0]
    assert found.decisions.held == pytest.approx(np.array([[0.5, 0, 0], [0.5, 0, 0.1], [0, 0, 0]]))


def test_what_could_not_be_traded_is_credited_as_before():
    prices = frame([[10], [10], [NONE], [20]])
    credit = [[[1.0, 0.0]], [[0.0, 1.0]], [[0.0, 1.0]], [[0.0, 1.0]]]
    decider = given([[1.0]] * 4, credit=credit)
    found = run(prices, decider, rules=Rules(cadence="daily", cost_bps=0))
    assert found.contributions[:, :2].tolist() == [[0, 0], [0, 0], [1e6, 0], [0, 0]]


def test_ruin_ends_the_run():
    # Sold short twice; the price rises by 60 %: 100,000 of debt are nobody's loss.
    decider = given([[-2.0]] * 5, alpha=[[-1.0]] * 5)
    found = run(
        frame([[10], [10], [16], [1], [1]]), decider, rules=Rules(cadence="daily", cost_bps=0, constraints=WIDE)
    )
    assert found.ruined == 2
    assert found.equity.tolist() == [1e6, 1e6, 0, 0, 0]
    assert found.cash.tolist() == [1e6, 3e6, 0, 0, 0]
    assert found.units[:, 0].tolist() == pytest.approx([0, -2e5, 0, 0, 0])
    assert found.decisions.decided.tolist() == [0, 1]
    # The second decision can never be executed, and doesn't wait for it.
    assert found.decisions.executed.tolist() == [1, 5]
    assert (found.was_executed.tolist(), found.pending.tolist()) == ([True, False], [False, False])
    assert found.contributions == pytest.approx(np.array([[0, 0, 0], [-1.2e6, 2e5, 0]]))
    np.testing.assert_array_equal(found.returns, [0, 0, -1, NONE, NONE])


def test_ruin_by_costs_is_theirs():
    rules = Rules(cadence="daily", cost_bps=500, constraints=WIDE, initial_capital=180.0)
    found = run(frame([[10], [10], [9.4], [9.4]]), given([[16.0], [0.0], [0.0], [0.0]]), rules=rules)
    assert found.ruined == 2
    assert found.equity == pytest.approx([180, 100, 0, 0])
    assert found.trades.day.tolist() == [1]
    assert found.contributions == pytest.approx(np.array([[0, 0, -80], [-96, 0, -4]]))


def test_progress_rises_to_the_end_and_what_it_raises_ends_the_run():
    done: list[float] = []
    run(PRICES, given([[0, 0]] * 3), rules=DAILY, watch=done.append)
    assert done == [pytest.approx(1 / 3), pytest.approx(2 / 3), 1.0, 1.0]

    def stop(_done: float) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        run(PRICES, given([[0, 0]] * 3), rules=DAILY, watch=stop)


@settings(max_examples=50, deadline=None)
@drawn(SEEDS)
def test_it_is_what_a_plain_slow_run_comes_to(seed: int) -> None:
    prices, decider, rules = case(seed)
    found, slow = run(prices, decider, rules=rules), slow_run(prices, decider, rules=rules)
    assert found.ruined == slow.ruined
    np.testing.assert_allclose(found.equity, slow.equity, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(found.cash, slow.cash, rtol=1e-9, atol=1e-5)
    np.testing.assert_allclose(found.units, slow.units, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(found.contributions.sum(axis=0), slow.contributions, rtol=1e-9, atol=1e-5)
    executed = len(slow.untraded) - (found.ruined is not None and len(slow.untraded) > len(found.contributions) - 1)
    assert found.decisions.untraded[:executed].tolist() == slow.untraded[:executed]


def replayed(found: Backtest) -> list[tuple[float, list[float], float]]:
    """Cash, units and equity day by day, of nothing but the trades."""
    cash, units, days = found.initial_capital, [0.0] * len(found.symbols), []
    rows = zip(*(getattr(found.trades, name).tolist() for name in ("day", "symbol", "units", "price")), strict=True)
    trades = [(*row, cost) for row, cost in zip(rows, found.trades.cost_value.tolist(), strict=True)]
    for day in range(len(found.dates) if found.ruined is None else found.ruined):
        for _, symbol, traded, price, cost in (trade for trade in trades if trade[0] == day):
            cash -= traded * price + cost
            units[symbol] += traded
        worth = [u * p for u, p in zip(units, found.prices[day].tolist(), strict=True) if u]
        days.append((cash, list(units), cash + sum(worth)))
    return days


@settings(max_examples=30, deadline=None)
@drawn(SEEDS)
def test_trades_alone_lead_to_the_same_cash_units_and_equity(seed: int) -> None:
    found = run(*case(seed)[:2], rules=case(seed)[2])
    for day, (cash, units, equity) in enumerate(replayed(found)):
        gross = abs(found.cash[day]) + found.equity[day]
        assert found.cash[day] == pytest.approx(cash, abs=min(0.01, 1e-9 * gross))
        assert found.equity[day] == pytest.approx(equity, abs=min(0.01, 1e-9 * gross))
        assert found.units[day].tolist() == pytest.approx(units, rel=1e-9, abs=1e-9)


@settings(max_examples=30, deadline=None)
@drawn(SEEDS)
def test_contributions_are_together_the_total_return_and_between_executions_the_gain(seed: int) -> None:
    prices, decider, rules = case(seed)
    found = run(prices, decider, rules=rules)
    parts = found.contributions.sum(axis=1)
    scale = max(found.equity.max() / found.initial_capital, 1.0)
    assert parts.sum() / rules.initial_capital == pytest.approx(
        found.equity[-1] / rules.initial_capital - 1, abs=1e-10 * scale
    )
    days = found.decisions.executed[: len(parts) - 1]
    levels = [rules.initial_capital, *found.equity[days], found.equity[-1]]
    assert parts == pytest.approx(np.diff(levels), abs=1e-10 * scale * rules.initial_capital)


def figures(found: Backtest) -> dict[str, np.ndarray]:
    trades = {
        f"trades {name}": getattr(found.trades, name) for name in ("day", "symbol", "units", "price", "cost_value")
    }
    names = ("decided", "weights", "alpha", "confidence", "without_estimate")
    decisions = {f"decisions {name}": getattr(found.decisions, name) for name in names}
    return {**{name: getattr(found, name) for name in ("equity", "cash", "units", "prices")}, **trades, **decisions}


@settings(max_examples=20, deadline=None)
@drawn(SEEDS)
def test_the_same_goes_in_and_the_same_bytes_come_out(seed: int) -> None:
    first, second = (run(*case(seed)[:2], rules=case(seed)[2]) for _ in range(2))
    for name, column in figures(first).items():
        assert column.tobytes() == figures(second)[name].tobytes(), name
    assert first.contributions.tobytes() == second.contributions.tobytes()


def until(found: Backtest, day: int) -> dict[str, np.ndarray]:
    """What was known at a day's closes."""
    traded, decided = found.trades.day <= day, found.decisions.decided <= day
    kept = {"trades": traded, "decisions": decided}
    by_day = np.arange(len(found.dates)) <= day
    return {name: column[kept.get(name.split()[0], by_day)] for name, column in figures(found).items()}


@settings(max_examples=50, deadline=None)
@drawn(seed=SEEDS, share=st.floats(0, 1))
def test_nothing_that_comes_later_moves_anything_before_by_a_bit(*, seed: int, share: float) -> None:
    prices, decider, rules = case(seed)
    day = int(share * (len(prices) - 1))
    known = until(run(prices, decider, rules=rules), day)
    later = prices.copy()
    later.iloc[day + 1 :] = np.random.default_rng(seed + 1).uniform(1, 1000, later.iloc[day + 1 :].shape)
    for other in (later, prices.iloc[: day + 1]):
        for name, column in until(run(other, decider, rules=rules), day).items():
            assert column.tobytes() == known[name].tobytes(), name


def test_dates_and_names_are_those_of_the_stage():
    found = run(PRICES, given([[0, 0]] * 3), rules=DAILY)
    assert found.dates.tolist() == [date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 3)]
    assert (found.symbols, found.strategies, found.initial_capital) == (("A", "B"), ("strategy_0",), 1020.0)
