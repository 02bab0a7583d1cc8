import numpy as np
import pandas as pd
import pytest

from trimtab.domain.signals.metrics import cagr, total_return


def test_returns_compound():
    assert total_return(pd.Series([0.5, -0.5, 0.2])) == pytest.approx(1.5 * 0.5 * 1.2 - 1, rel=1e-14)


def test_years_are_observations_over_periods_per_year():
    # 1.21 in two years of two periods, one of them without an observation: 3 / 2 years.
    returns = pd.Series([0.1, np.nan, 0.1, 0.0])
    assert cagr(returns, periods_per_year=2) == pytest.approx(1.21 ** (2 / 3) - 1, rel=1e-14)


def test_who_lost_everything_grew_by_minus_one():
    assert cagr(pd.Series([0.1, -1.0, 0.3])) == -1


def test_debt_does_not_compound():
    assert np.isnan(cagr(pd.Series([0.1, -1.5])))
