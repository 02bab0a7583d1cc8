"""Rules out of their range are refused, all at once, each with what is allowed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.backtest.rules import Rules, Sizing

NAN = float("nan")


def fields_of(make: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        make()
    return {problem.field: problem.message for problem in refused.value.problems}


def test_the_defaults_are_monthly_a_day_late_and_cost_five_basis_points() -> None:
    rules = Rules()
    assert (rules.cadence, rules.lag_days, rules.cost_bps, rules.combining) == ("monthly", 1, 5.0, "weighted")
    assert rules.sizing == Sizing("proportional", estimate_days=252, kelly_fraction=0.5, kelly_cap=0.25)


def test_all_that_is_wrong_with_rules_is_named_at_once() -> None:
    wrong: dict[str, Any] = {
        "combining": "magic", "weights": {"a": -1.0}, "cadence": "hourly", "lag_days": 253, "cost_bps": NAN,
        "initial_capital": 0.0, "risk_free": -1.0, "start": date(2026, 1, 2), "end": date(2026, 1, 1),
    }  # fmt: skip
    said = fields_of(lambda: Rules(**wrong))
    assert {*said} == {*wrong} - {"start"}
    assert "weighted, confidence_weighted, rank_average, best" in said["combining"]
    assert said["end"] == "end is 2026-01-01; give a day that isn't before start."


@pytest.mark.parametrize("weight", [-0.1, NAN, float("inf")])
def test_weights_have_to_be_numbers_of_0_or_more(weight: float) -> None:
    assert {*fields_of(lambda: Rules(weights={"a": 1.0, "b": weight}))} == {"weights"}
    assert Rules(weights={"a": 0.0}).weights == {"a": 0.0}


def test_all_that_is_wrong_with_sizing_is_named_at_once() -> None:
    wrong: dict[str, Any] = {"method": "magic", "estimate_days": 19, "kelly_fraction": 1.5, "kelly_cap": 0.0}
    assert {*fields_of(lambda: Sizing(**wrong))} == {*wrong}
