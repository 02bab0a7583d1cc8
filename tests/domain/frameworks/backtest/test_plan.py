"""Plans that can't be kept are refused, with all that is wrong."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.backtest.plan import Plan, unfit_mode

NAN = float("nan")


def said_of(make: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        make()
    return {problem.field: problem.message for problem in refused.value.problems}


def test_a_plan_is_quarterly_with_a_band_of_five_points_and_trades_a_day_later():
    plan = Plan({"A": 0.6, "B": 0.4})
    assert (plan.cadence, plan.absolute_band_bps, plan.relative_band_pct, plan.lag_days) == ("Q", 500, None, 1)
    assert plan.assets == ("A", "B")
    assert plan.weights.tolist() == [0.6, 0.4]
    assert plan.bands.high == pytest.approx(np.array([0.65, 0.45]))


def test_the_least_and_the_largest_weight_cut_the_bands():
    plan = Plan({"A": 0.6, "B": 0.4}, relative_band_pct=5, min_weights={"B": 0.39}, max_weights={"A": 0.61})
    assert plan.bands.low == pytest.approx(np.array([0.57, 0.39]))
    assert plan.bands.high == pytest.approx(np.array([0.61, 0.42]))


def test_all_that_is_wrong_is_named_at_once():
    wrong: dict[str, Any] = {
        "cadence": "W", "absolute_band_bps": -1, "relative_band_pct": 101, "lag_days": 253, "cost_bps": NAN,
        "initial_capital": 0.0,
    }  # fmt: skip
    said = said_of(lambda: Plan({"A": 1.2}, **wrong, flows={date(2024, 1, 2): NAN}))
    assert {*said} == {*wrong, "targets.A", "flows.2024-01-02"}
    assert said["cadence"] == "cadence is W; give one of M, Q, S, A, none."
    assert said["targets.A"] == "targets.A is 1.2; give a number within 0 and 1."


def test_targets_have_to_be_there_and_to_sum_to_at_most_1():
    assert {*said_of(lambda: Plan({}))} == {"targets"}
    assert "sum to 1.1;" in said_of(lambda: Plan({"A": 0.6, "B": 0.5}))["targets"]
    assert "sum to 0;" in said_of(lambda: Plan({"A": 0.0}))["targets"]
    assert Plan({"A": 0.1, "B": 0.2, "C": 0.7000000001}).assets == ("A", "B", "C")
    assert Plan({"A": 0.5}).weights.tolist() == [0.5]


def test_the_least_and_the_largest_weight_are_of_assets_whose_target_lies_between():
    said = said_of(
        lambda: Plan({"A": 0.6, "B": 0.4}, min_weights={"A": 0.7, "C": 0.1}, max_weights={"A": 2.0, "B": 0.3})
    )
    assert {*said} == {"min_weights.A", "min_weights.C", "max_weights.A", "max_weights.B"}
    assert said["min_weights.A"] == "The target of A, 0.6, is below min_weights.A, 0.7; change one."
    assert "is above max_weights.B" in said["max_weights.B"]


def test_no_band_is_a_plan_too():
    assert not Plan({"A": 1.0}, absolute_band_bps=None).bands.has_edges


def test_a_mode_needs_what_it_decides_by():
    bare = Plan({"A": 1.0}, cadence="none", absolute_band_bps=None)
    assert unfit_mode(bare, "static") == []
    assert [problem.field for problem in unfit_mode(bare, "periodic")] == ["cadence"]
    assert [problem.field for problem in unfit_mode(bare, "band")] == ["absolute_band_bps"]
    assert [problem.field for problem in unfit_mode(bare, "cadence_and_band")] == ["cadence", "absolute_band_bps"]
    unknown: Any = "daily"
    (problem,) = unfit_mode(bare, unknown)
    assert problem.message == "mode is daily; give one of static, periodic, band, cadence_and_band."
