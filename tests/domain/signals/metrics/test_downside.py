import numpy as np
import pandas as pd
import pytest

from trimtab.domain.signals.metrics import calmar, sortino

RETURNS = pd.Series([0.04, -0.03, 0.02, -0.01], index=list("abcd"))


def test_the_downside_deviation_counts_every_period():
    # Mean 0.005; squares below 0: 0.0009 + 0.0001, over four periods: a root of 0.00025.
    assert sortino(RETURNS, periods_per_year=12) == pytest.approx(0.005 / 0.00025**0.5 * 12**0.5, rel=1e-12)


def test_the_risk_free_return_is_the_target():
    # Less 0.01 each: 0.03, -0.04, 0.01, -0.02: mean -0.005, squares 0.002 over four.
    cash = pd.Series([0.01] * 4, index=list("dcba"))
    assert sortino(RETURNS, risk_free=cash) == pytest.approx(-0.005 / 0.0005**0.5 * 252**0.5, rel=1e-12)
    assert sortino(RETURNS, risk_free=1.01**12 - 1, periods_per_year=12) == pytest.approx(
        -0.005 / 0.0005**0.5 * 12**0.5, rel=1e-9
    )


@pytest.mark.parametrize("values", [[0.01, 0.02, 0.0], [-0.01], [np.nan, -0.01], []])
def test_without_a_shortfall_or_a_second_return_there_is_no_sortino_ratio(values: list[float]) -> None:
    assert np.isnan(sortino(np.array(values)))


def test_a_return_that_is_the_risk_free_one_up_to_rounding_is_no_shortfall():
    per_month = 1.07 ** (1 / 12) - 1
    returns = np.array([per_month - 1e-17, per_month, 0.02])
    assert np.isnan(sortino(returns, risk_free=0.07, periods_per_year=12))


def test_growth_is_divided_by_the_depth_of_the_fall():
    # 1.21 of money after 0.9 and 1.1 / 0.9 and 1.1: two years of two periods and 10 % down.
    returns = np.array([-0.1, 1.1 / 0.9 - 1, 0.1, 0.0])
    assert calmar(returns, periods_per_year=2) == pytest.approx((1.21**0.5 - 1) / 0.1, rel=1e-12)


@pytest.mark.parametrize("values", [[0.1, 0.0, 0.2], [0.1, -1e-16, 0.2], [0.1, -1.5], [np.nan], []])
def test_without_a_fall_or_a_growth_rate_there_is_no_calmar_ratio(values: list[float]) -> None:
    assert np.isnan(calmar(np.array(values)))


def test_squares_beyond_all_numbers_give_no_ratio():
    assert np.isnan(sortino(np.array([-1e200, 1e200])))
