import numpy as np
import pytest

from trimtab.domain.signals import measures
from trimtab.domain.signals.observations import Observations, observe

NONE = np.nan


def column(*values: float) -> Observations:
    return observe(np.array(values, dtype=float)[:, None])


def test_growth_is_compounded_and_annual():
    # 1.1 x 0.9 x 1.2 = 1.188 in 3 months: 1.188 ^ 4 a year.
    returns = column(0.1, NONE, -0.1, 0.2)
    assert measures.total_return(returns).item() == pytest.approx(0.188, rel=1e-14)
    assert measures.compounded(returns).growth.item() == pytest.approx(1.188, rel=1e-14)
    annual = measures.annual_growth(np.array([1.188]), np.array([3]), periods_per_year=12)
    assert annual.item() == pytest.approx(1.188**4 - 1, rel=1e-14)


def test_without_an_observation_nothing_is_defined():
    nothing = column(NONE, NONE)
    found = measures.compounded(nothing)
    assert np.isnan([measures.total_return(nothing), found.growth, found.max_drawdown]).all()
    assert np.isnan(measures.annual_growth(np.array([1.0]), np.array([0]), periods_per_year=12)).all()
    assert np.isnan(measures.volatility(nothing, periods_per_year=12)).all()
    assert np.isnan(measures.sharpe(nothing, periods_per_year=12)).all()


def test_what_is_too_large_or_below_zero_is_undefined_never_infinite():
    endless = column(*[1e200] * 3)
    assert np.isnan(measures.total_return(endless)).all()
    assert np.isnan(measures.compounded(endless).growth).all()
    assert np.isnan(measures.annual_growth(np.array([-0.5, 1e300]), np.array([3, 1]), periods_per_year=12)).all()


def test_volatility_and_sharpe_have_the_sample_deviation():
    # Mean 0.02, deviations -0.01, 0.01, 0: s = sqrt(0.0002 / 2) = 0.01.
    returns = column(0.01, 0.03, 0.02)
    assert measures.volatility(returns, periods_per_year=12).item() == pytest.approx(0.01 * 12**0.5, rel=1e-12)
    assert measures.sharpe(returns, periods_per_year=12).item() == pytest.approx(2 * 12**0.5, rel=1e-12)


def test_a_sharpe_ratio_without_volatility_is_undefined():
    still = column(0.01, 0.01, 0.01)
    assert measures.volatility(still, periods_per_year=12).item() == 0
    assert np.isnan(measures.sharpe(still, periods_per_year=12)).all()
