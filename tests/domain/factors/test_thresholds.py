import pytest
from pydantic import ValidationError

from trimtab.domain.factors.thresholds import FactorThresholds


def test_the_defaults_are_those_of_the_maths():
    thresholds = FactorThresholds()
    assert (thresholds.window_months, thresholds.min_observations, thresholds.min_coverage_pct) == (60, 24, 80)
    assert (thresholds.macro_max_per_group, thresholds.macro_deduplicate_threshold) == (3, 0.95)
    assert (thresholds.macro_min_group_coverage_pct, thresholds.macro_budget) == (60, 24)
    assert (thresholds.min_regime_months, thresholds.max_yield_pct, thresholds.benchmark) == (12, 20, "SPY")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("window_months", 3),
        ("min_observations", 3),
        ("min_coverage_pct", 101),
        ("min_coverage_pct", -1),
        ("macro_deduplicate_threshold", 0),
        ("macro_deduplicate_threshold", 1.01),
        ("macro_budget", 1),
        ("benchmark", ""),
        ("min_coverage", 50),
    ],
)
def test_a_value_outside_its_range_or_of_no_threshold_is_refused(name, value):
    with pytest.raises(ValidationError, match=name):
        FactorThresholds.model_validate({name: value})


def test_every_threshold_changes_the_digest():
    assert FactorThresholds().digest == FactorThresholds(min_observations=24).digest
    assert FactorThresholds().digest != FactorThresholds(min_observations=36).digest
