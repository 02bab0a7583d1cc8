import numpy as np
import pandas as pd
import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.metrics import information_ratio, tracking_error

RETURNS = pd.Series([0.03, 0.01, 0.04, 0.5, np.nan], index=list("abcde"))
BENCHMARK = pd.Series([0.7, 0.01, 0.02, 0.02], index=list("ecba"))
"""In common a, b and c: active returns of 0.01, -0.01 and 0.03, mean 0.01, s = 0.02."""


def test_the_tracking_error_is_the_deviation_of_the_active_return():
    assert tracking_error(RETURNS, BENCHMARK, periods_per_year=4) == pytest.approx(0.04, rel=1e-12)


def test_the_information_ratio_is_a_years():
    assert information_ratio(RETURNS, BENCHMARK, periods_per_year=4) == pytest.approx(1.0, rel=1e-12)


def test_a_steady_lead_has_no_tracking_error_and_no_ratio():
    lead = BENCHMARK + 0.001
    assert tracking_error(lead, BENCHMARK) == 0
    assert np.isnan(information_ratio(lead, BENCHMARK))


@pytest.mark.parametrize("metric", [tracking_error, information_ratio])
def test_one_common_period_says_nothing(metric) -> None:
    assert np.isnan(metric(RETURNS, BENCHMARK[["a"]]))


@pytest.mark.parametrize("metric", [tracking_error, information_ratio])
def test_a_benchmark_of_another_length_is_refused(metric) -> None:
    with pytest.raises(InvalidInput, match="benchmark has the shape"):
        metric(np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.2]))
