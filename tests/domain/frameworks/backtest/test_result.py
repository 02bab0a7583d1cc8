"""What is read off a run, by hand."""

from datetime import date

import numpy as np
import pytest

from tests.domain.frameworks.backtest.drawn_prices import closes
from trimtab.domain.frameworks.backtest.plan import Plan
from trimtab.domain.frameworks.backtest.result import Run
from trimtab.domain.frameworks.backtest.simulating import simulate

PRICES = closes([[10, 10], [10, 10], [20, 10], [10, 10]])
HALVES = {"A": 0.5, "B": 0.5}


def kept(**given) -> Run:
    plan = {"cost_bps": 0.0, "initial_capital": 100.0, "absolute_band_bps": 500.0, **given}
    return simulate(PRICES, Plan(HALVES, **plan), mode="static")


def test_units_stand_after_the_closes_of_each_day():
    run = kept()
    assert run.units.tolist() == [[0, 0], [5, 5], [5, 5], [5, 5]]
    assert run.equity.tolist() == [100, 100, 150, 100]


def test_trades_name_their_execution():
    trades = kept().trades
    assert (trades.execution.tolist(), trades.asset.tolist()) == ([0, 0], [0, 1])
    assert (trades.units.tolist(), trades.price.tolist(), trades.value.tolist()) == ([5, 5], [10, 10], [50, 50])


def test_returns_leave_out_what_was_put_in():
    run = kept(flows={date(2024, 1, 3): 50.0, date(2024, 1, 1): 100.0})
    # 200 at the start; A doubles what is in it.
    assert run.equity.tolist() == [200, 200, 350, 250]
    assert run.returns == pytest.approx(np.array([0, 0, 0.5, -100 / 350]))


def test_contributions_and_costs_are_the_gain():
    run = simulate(PRICES.iloc[:3], Plan(HALVES, cost_bps=100, initial_capital=101.0, flows={date(2024, 1, 3): 49.0}),
                   mode="static")  # fmt: skip
    assert run.gain_values == pytest.approx(np.array([50, 0]))
    assert run.contributions == pytest.approx(np.array([50 / 150, 0]))
    assert run.cost_contribution == pytest.approx(-1 / 150)
    assert run.gain == pytest.approx(49 / 150)


def test_where_all_was_taken_out_nothing_is_a_fraction_of_it():
    run = simulate(PRICES.iloc[:3], Plan(HALVES, cost_bps=0, initial_capital=100, flows={date(2024, 1, 3): -120.0}),
                   mode="static")  # fmt: skip
    assert run.cash.tolist() == [100, 0, -120]
    assert np.isnan([*run.contributions, run.cost_contribution, run.gain]).all()


def test_time_out_of_band_counts_days_after_the_first_execution():
    assert kept().time_out_of_band == 0.5
    assert kept(lag_days=2).time_out_of_band == 1.0


def test_time_out_of_band_is_not_defined_without_a_day_or_a_band():
    assert np.isnan(kept(lag_days=3).time_out_of_band)
    assert np.isnan(kept(lag_days=4).time_out_of_band)
    assert np.isnan(kept(absolute_band_bps=None).time_out_of_band)


def test_where_nothing_was_executed_nothing_was_earned():
    run = kept(lag_days=4)
    assert (run.pending, run.gain_values.tolist(), len(run.trades.units)) == (0, [0, 0], 0)
