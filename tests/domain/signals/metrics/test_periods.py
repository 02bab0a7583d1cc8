import numpy as np
import pandas as pd
import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.metrics.periods import checked_periods, risk_free_per_period

RETURNS = pd.Series([0.1, 0.2, 0.3])


def test_a_rate_per_year_compounds_to_itself():
    monthly = risk_free_per_period(0.05, RETURNS, periods_per_year=12)
    assert monthly.shape == (1, 1)
    assert (1 + monthly.item()) ** 12 == pytest.approx(1.05, rel=1e-14)


def test_returns_per_period_are_taken_as_they_are():
    found = risk_free_per_period(pd.Series([0.01, 0.02], index=[2, 0]), RETURNS, periods_per_year=12)
    np.testing.assert_array_equal(found, [[0.02], [np.nan], [0.01]])
    assert risk_free_per_period(np.array([0.01, 0.02, 0.03]), RETURNS, periods_per_year=12).shape == (3, 1)


@pytest.mark.parametrize("rate", [-1.0, np.nan, np.inf])
def test_a_rate_that_no_money_earns_is_refused(rate: float) -> None:
    with pytest.raises(InvalidInput, match="a rate per year as a fraction above -1") as refused:
        risk_free_per_period(rate, RETURNS, periods_per_year=12)
    assert refused.value.field == "risk_free"


def test_periods_per_year_may_be_a_fraction():
    assert checked_periods(252.5) == 252.5
