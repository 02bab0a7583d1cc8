"""Modes beside each other."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.domain.frameworks.backtest.drawn_prices import TARGETS, drawn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.backtest.comparing import KEEPING, side_by_side
from trimtab.domain.frameworks.backtest.plan import Plan
from trimtab.domain.frameworks.backtest.simulating import simulate
from trimtab.domain.frameworks.methods import MODES
from trimtab.domain.signals.metrics import sharpe, total_return


def test_each_mode_has_its_run_its_metrics_and_what_keeping_it_takes():
    prices, plan = drawn(1), Plan(TARGETS, cadence="M", absolute_band_bps=100)
    found = side_by_side(prices, plan)
    assert tuple(found.runs) == MODES == tuple(found.metrics.columns) == tuple(found.keeping.columns)
    assert tuple(found.keeping.index) == KEEPING
    for mode in MODES:
        alone = simulate(prices, plan, mode=mode)
        assert found.runs[mode].equity.tolist() == alone.equity.tolist()
        assert found.metrics.loc["total_return", mode] == pytest.approx(total_return(alone.returns), abs=1e-12)
        assert found.metrics.loc["sharpe", mode] == pytest.approx(sharpe(alone.returns), abs=1e-9)
        done = alone.executions
        assert found.keeping[mode].tolist() == pytest.approx(
            [
                len(done.executed),
                done.turnover.sum(),
                done.turnover.max(),
                done.cost_value.sum(),
                alone.time_out_of_band,
            ]
        )
    assert found.metrics.loc["beta"].isna().all()


def test_a_benchmark_is_aligned_by_its_days():
    prices = drawn(1)
    market = prices["A"].pct_change().iloc[1:]
    found = side_by_side(prices, Plan({"A": 1.0}, lag_days=0, cost_bps=0), modes=["static"], benchmark=market)
    assert found.metrics.loc["beta", "static"] == pytest.approx(1.0)
    assert found.metrics.loc["tracking_error", "static"] == pytest.approx(0.0, abs=1e-12)


def test_a_run_that_ends_early_has_no_returns_where_others_go_on():
    # What is held without trading halves; the band sells it into what rises.
    prices = pd.DataFrame(
        {"A": [100.0, 50, 100, 10, 10], "B": [100.0, 100, 50, 100, 100]}, index=pd.bdate_range("2024-01-01", periods=5)
    )
    plan = Plan({"A": 0.5, "B": 0.5}, lag_days=0, cost_bps=0, initial_capital=100, flows={date(2024, 1, 4): -60.0})
    found = side_by_side(prices, plan, modes=["static", "band"])
    assert [len(found.runs[mode].dates) for mode in found.runs] == [3, 5]
    assert np.isfinite(found.metrics.loc["total_return"]).all()


def test_modes_that_cannot_be_kept_are_refused_at_once():
    bare = Plan({"A": 1.0}, cadence="none", absolute_band_bps=None)
    twice: Any = ["band", "periodic", "band"]
    with pytest.raises(InvalidInput) as refused:
        side_by_side(drawn(1), bare, modes=twice)
    assert [problem.field for problem in refused.value.problems] == ["absolute_band_bps", "cadence", "modes"]
    with pytest.raises(InvalidInput, match="modes is empty"):
        side_by_side(drawn(1), bare, modes=[])
