"""Plans kept over days: beside a plain slow run, beside bt, and beside what must hold of any."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.frameworks.backtest.drawn_prices import TARGETS, closes, drawn
from tests.domain.frameworks.backtest.slow_keep import slow_keep
from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.backtest.plan import Plan
from trimtab.domain.frameworks.backtest.result import Run
from trimtab.domain.frameworks.backtest.simulating import simulate
from trimtab.domain.frameworks.methods import MODES, Mode

HALVES = {"A": 0.5, "B": 0.5}
FREE = Plan(HALVES, absolute_band_bps=1000, lag_days=0, cost_bps=0, initial_capital=100)
SEEDS = st.integers(0, 2**32 - 1)
ANY_MODE = st.sampled_from(MODES)


def some_plan(seed: int, prices: pd.DataFrame) -> Plan:
    draw = np.random.default_rng(seed)
    days = prices.index[draw.integers(0, len(prices), 3)]
    return Plan(
        TARGETS,
        cadence=draw.choice(["M", "Q", "S", "A"]),
        absolute_band_bps=(None, 0.0, 50.0, 200.0)[draw.integers(4)],
        relative_band_pct=draw.choice([5.0, 25.0]),
        min_weights={"A": 0.38} if draw.random() < 0.3 else {},
        max_weights={"D": 0.11} if draw.random() < 0.3 else {},
        lag_days=int(draw.choice([0, 1, 3])),
        cost_bps=float(draw.choice([0.0, 10.0, 500.0])),
        initial_capital=1000.0,
        flows={day.date(): float(draw.choice([-450.0, -50.0, 300.0])) for day in days} if draw.random() < 0.7 else {},
    )


def rows(run: Run) -> list[tuple]:
    done = run.executions
    columns = (done.decided, done.executed, done.reason, done.turnover, done.cost_value, done.untraded)
    return list(zip(*columns, strict=True))


def test_a_band_brings_back_what_has_left_it_at_a_cost():
    prices = closes([[10, 10], [12, 10], [20, 10], [20, 10], [20, 15]])
    run = simulate(prices, replace(FREE, lag_days=1, cost_bps=100, initial_capital=101), mode="band")
    done = run.executions
    # Bought for 50 each on the second day, after a lag; a third of 150 is out of the band on the third.
    assert run.equity[:3] == pytest.approx(np.array([101, 100, 50 / 12 * 20 + 50]))
    assert (done.decided.tolist(), done.executed.tolist()) == ([0, 2], [1, 3])
    assert done.reason == ("start", "band")
    assert done.turnover == pytest.approx(np.array([50 / 101, (50 / 12 * 20 - 50) / 2 / (50 / 12 * 20 + 50)]), rel=0.01)
    assert run.ended is None


def test_the_edge_of_a_band_does_not_decide():
    # 60 of 100: weights of exactly 0.6 and 0.4.
    run = simulate(closes([[10, 10], [12, 8], [12.0001, 8]]), FREE, mode="band")
    assert run.executions.executed.tolist() == [0, 2]


def test_both_decide_only_where_both_would():
    prices = closes([[10, 10]] * 5 + [[20, 10]] * 60)
    run = simulate(prices, replace(FREE, cadence="M"), mode="cadence_and_band")
    assert [str(day) for day in run.dates[run.executions.executed]] == ["2024-01-01", "2024-02-01"]
    assert run.executions.reason == ("start", "band")


def test_while_a_decision_waits_no_other_is_taken():
    prices = closes([[10, 10], [20, 10], [40, 10], [80, 10], [80, 10], [160, 10]])
    run = simulate(prices, replace(FREE, lag_days=2), mode="band")
    assert run.executions.decided.tolist() == [0, 3]
    assert run.pending is None
    assert simulate(prices.iloc[:5], replace(FREE, lag_days=2), mode="band").pending == 3


def test_money_that_comes_is_invested_where_it_brings_weights_out_of_their_bands():
    run = simulate(closes([[10, 10]] * 4), replace(FREE, flows={date(2024, 1, 3): 100.0}), mode="band")
    assert run.executions.executed.tolist() == [0, 2]
    assert run.units.tolist() == [[5, 5], [5, 5], [10, 10], [10, 10]]
    assert simulate(closes([[10, 10]] * 4), replace(FREE, flows={date(2024, 1, 3): 10.0}), mode="band").cash[-1] == 10


@pytest.mark.parametrize("lag", [0, 1])
def test_static_is_buying_and_holding(lag: int):
    prices = drawn(3)
    run = simulate(prices, Plan(TARGETS, lag_days=lag, cost_bps=0), mode="static")
    held = (prices[list(TARGETS)] / prices[list(TARGETS)].iloc[lag] * list(TARGETS.values())).sum(axis=1).iloc[lag:]
    assert run.equity[lag:] == pytest.approx(held.to_numpy() * 1e6, rel=1e-12)


def test_bands_of_no_width_are_daily_rebalancing():
    prices = drawn(4)
    run = simulate(prices, Plan(TARGETS, absolute_band_bps=0, lag_days=0, cost_bps=0), mode="band")
    daily = (1 + (prices[list(TARGETS)].pct_change().fillna(0) * list(TARGETS.values())).sum(axis=1)).cumprod()
    assert run.equity == pytest.approx(daily.to_numpy() * 1e6, rel=1e-12)
    assert run.executions.executed.tolist() == list(range(len(prices)))


def test_without_costs_and_lag_it_is_what_bt_has():
    """Made by bt 1.4 of the same prices.

    Its algos are `SelectAll`, `WeighSpecified(**weights)`, `RunIfOutOfBounds(0.15)` and `Rebalance`, in a `Backtest`
    with `integer_positions=False`; its prices without their first row, over 100.
    """
    day = np.arange(500)
    walk = np.stack([0.02 * np.sin((k + 1) * day * day * 0.37 + k) + 0.0004 * k for k in range(5)], axis=1)
    prices = closes(100 * np.exp(np.cumsum(walk, axis=0)), start="2020-01-01", assets="ABCDE")
    weights = dict(zip("ABCDE", (0.4, 0.25, 0.2, 0.1, 0.05), strict=True))
    plan = Plan(weights, absolute_band_bps=None, relative_band_pct=15, lag_days=0, cost_bps=0)
    run = simulate(prices, plan, mode="band")
    theirs = [1.0, 1.203993829483908, 1.1955951786347994, 1.2072123057537385, 1.3002984906067483, 1.11254382035389]
    assert run.equity[[0, 99, 199, 299, 399, 499]] / 1e6 == pytest.approx(np.array(theirs), rel=1e-9)
    assert run.executions.executed.tolist() == [0, 27, 81, 106, 129, 162, 217, 247, 374, 425, 448, 466, 484]


def test_money_that_is_taken_out_beyond_what_there_is_ends_the_run_the_day_before():
    plan = replace(FREE, flows={date(2024, 1, 3): -150.0})
    for mode in MODES:
        run = simulate(closes([[10, 10]] * 5), plan, mode=mode)
        assert (len(run.dates), run.equity.tolist(), run.flows.tolist()) == (2, [100, 100], [0, 0])
        assert run.ended is not None
        assert (run.ended.code, run.ended.field) == ("nothing_left", "flows")
        assert run.ended.message.startswith("On 2024-01-03 nothing is left")
        assert run.executions.executed.tolist() == [0]
    with pytest.raises(InvalidInput, match="On 2024-01-01 nothing is left"):
        simulate(closes([[10, 10]]), replace(FREE, flows={date(2024, 1, 1): -100.0}), mode="static")


def test_costs_that_would_take_the_last_of_it_end_the_run_too():
    # 99.9 are owed for the 100 that are held, and are sold at 5 %.
    plan = replace(FREE, cadence="M", cost_bps=500, initial_capital=105, flows={date(2024, 1, 31): -99.9})
    run = simulate(closes([[10, 10]] * 60), plan, mode="periodic")
    assert str(run.dates[-1]) == "2024-01-31"
    assert run.ended is not None
    assert run.ended.message.startswith("On 2024-02-01 nothing is left")


def test_a_wait_that_the_end_of_all_money_cuts_is_not_pending():
    plan = replace(FREE, lag_days=4, flows={date(2024, 1, 3): -150.0})
    assert simulate(closes([[10, 10]] * 4), plan, mode="band").pending is None


def test_prices_that_must_be_wrong_are_refused():
    wild = closes([[1e-15, 1], [1e15, 1]] * 10, assets="AB")
    with pytest.raises(InvalidInput, match=r"the portfolio is worth more than 1e\+100"):
        simulate(wild, replace(FREE, absolute_band_bps=0), mode="band")


def test_a_mode_that_the_plan_cannot_have_is_refused():
    with pytest.raises(InvalidInput, match="There is no band, and band needs one"):
        simulate(closes([[10, 10]]), replace(FREE, absolute_band_bps=None), mode="band")


@settings(max_examples=50, deadline=None)
@given(seed=SEEDS, mode=ANY_MODE, gaps=st.sampled_from([0.0, 0.1, 0.4]))
def test_a_plain_slow_run_does_the_same(*, seed: int, mode: Mode, gaps: float):
    prices = drawn(seed, gaps=gaps)
    plan = some_plan(seed, prices)
    slow = slow_keep(prices, plan, mode=mode)
    try:
        run = simulate(prices, plan, mode=mode)
    except InvalidInput:
        assert not slow.dates
        return
    assert run.dates.tolist() == slow.dates
    assert run.equity == pytest.approx(np.array(slow.equity), abs=1e-8)
    assert run.cash == pytest.approx(np.array(slow.cash), abs=1e-8)
    assert run.units == pytest.approx(np.array(slow.units), abs=1e-9)
    assert run.flows.tolist() == slow.flows
    assert len(run.executions.executed) == len(slow.executions)
    for ours, theirs in zip(rows(run), slow.executions, strict=True):
        assert ours[:3] == theirs[:3]
        assert ours[3:] == pytest.approx(theirs[3:], abs=1e-8)
    assert run.gain_values == pytest.approx(np.array(slow.earned), abs=1e-8)
    assert (run.pending, run.ended and run.ended.code) == (slow.pending, slow.ended)
    after = slow.out[slow.executions[0][1] + 1 :] if slow.executions else []
    assert run.time_out_of_band == pytest.approx(np.mean(after) if after else np.nan, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, mode=ANY_MODE, gaps=st.sampled_from([0.0, 0.1]))
def test_money_comes_out_even(*, seed: int, mode: Mode, gaps: float):
    prices = drawn(seed, gaps=gaps)
    plan = replace(some_plan(seed, prices), initial_capital=5000.0)
    run = simulate(prices, plan, mode=mode)
    scale = run.equity.max()
    assert np.abs(run.cash + (run.units * run.prices).sum(axis=1) - run.equity).max() <= 1e-12 * scale
    assert abs(run.contributions.sum() + run.cost_contribution - run.gain) <= 1e-10
    gained = run.equity[-1] - plan.initial_capital - run.flows.sum()
    assert abs(run.gain_values.sum() - run.executions.cost_value.sum() - gained) <= 1e-10 * scale
    traded = np.bincount(run.trades.execution, np.abs(run.trades.value), minlength=len(run.executions.executed))
    assert run.executions.cost_value == pytest.approx(traded * plan.cost_bps / 10_000, abs=1e-10 * scale)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, mode=ANY_MODE, gaps=st.sampled_from([0.0, 0.1]), cut=st.integers(20, 125))
def test_what_comes_later_moves_nothing_before(*, seed: int, mode: Mode, gaps: float, cut: int):
    prices = drawn(seed, gaps=gaps)
    plan = replace(some_plan(seed, prices), initial_capital=5000.0)
    changed = prices.copy()
    changed.iloc[cut:] *= np.random.default_rng(seed).uniform(0.5, 2.0, (len(prices) - cut, 4))
    whole = simulate(prices, plan, mode=mode)
    days = int(np.searchsorted(whole.dates, prices.index[cut].to_datetime64()))
    for other in (simulate(prices.iloc[:cut], plan, mode=mode), simulate(changed, plan, mode=mode)):
        for name in ("equity", "cash", "units", "flows", "returns"):
            assert getattr(other, name)[:days].tobytes() == getattr(whole, name)[:days].tobytes()
        before = [[row for row in rows(run) if row[1] < days] for run in (whole, other)]
        assert before[0] == before[1]
