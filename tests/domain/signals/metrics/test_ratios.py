import numpy as np
import pandas as pd
import pytest

from trimtab.domain.signals.metrics import sharpe

RETURNS = pd.Series([0.01, 0.03, 0.02, 0.06], index=list("abcd"))


def test_the_deviation_is_that_of_the_excess_return():
    # Cash takes the last return with it: 0.01, 0.03, 0.02 and 0.02 are left, mean 0.02, s = sqrt(0.0002 / 3).
    cash = pd.Series([0.04, 0.0, 0.0, 0.0], index=list("dcba"))
    assert sharpe(RETURNS, risk_free=cash, periods_per_year=12) == pytest.approx(
        0.02 / (0.0002 / 3) ** 0.5 * 12**0.5, rel=1e-12
    )


def test_a_period_without_a_risk_free_return_does_not_count():
    cash = pd.Series([0.0, 0.0, 0.0], index=list("abc"))
    assert sharpe(RETURNS, risk_free=cash) == pytest.approx(sharpe(RETURNS[:3]), rel=1e-12)


def test_a_rate_per_year_lowers_the_mean_and_nothing_else():
    per_month = 1.06 ** (1 / 12) - 1
    assert sharpe(RETURNS, risk_free=0.06, periods_per_year=12) == pytest.approx(
        (RETURNS.mean() - per_month) / RETURNS.std() * 12**0.5, rel=1e-12
    )


def test_an_excess_return_that_does_not_vary_has_no_ratio():
    assert np.isnan(sharpe(RETURNS, risk_free=RETURNS - 0.001))
    assert np.isnan(sharpe(RETURNS[:1]))
