import numpy as np
import pandas as pd
import pytest

from trimtab.domain.signals.metrics import max_drawdown, volatility


def test_volatility_is_the_sample_deviation_of_a_year():
    # Around 0.02: -0.01, 0.01, 0: sqrt(0.0002 / 2) = 0.01.
    assert volatility(pd.Series([0.01, 0.03, 0.02]), periods_per_year=4) == pytest.approx(0.02, rel=1e-12)


def test_one_return_has_no_volatility_and_equal_ones_have_none():
    assert np.isnan(volatility(pd.Series([0.01])))
    assert volatility(pd.Series([0.1, 0.1, 0.1])) == 0


def test_a_drawdown_starts_from_the_money_that_was_put_in():
    assert max_drawdown(pd.Series([-0.1, 0.05, -0.1])) == pytest.approx(0.9 * 1.05 * 0.9 - 1, rel=1e-14)
    assert np.isnan(max_drawdown(pd.Series([np.nan])))
