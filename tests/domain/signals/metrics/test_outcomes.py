import numpy as np
import pandas as pd
import pytest

from trimtab.domain.signals.metrics import average_win_loss, profit_factor, win_rate

RETURNS = pd.Series([0.04, 0.0, -0.03, np.nan, 0.02, -0.01, 0.03])
"""Three gains of 0.03 on average, two losses of 0.02, and one period that was neither."""


def test_a_return_of_zero_is_neither_won_nor_lost():
    assert win_rate(RETURNS) == 0.6


def test_the_profit_factor_is_what_was_won_over_what_was_lost():
    assert profit_factor(RETURNS) == pytest.approx(0.09 / 0.04, rel=1e-12)


def test_the_average_win_is_compared_with_the_average_loss():
    assert average_win_loss(RETURNS) == pytest.approx(1.5, rel=1e-12)


def test_who_only_loses_has_a_rate_and_a_factor_of_zero_and_no_average_win():
    losses = np.array([-0.01, -0.02])
    assert win_rate(losses) == 0
    assert profit_factor(losses) == 0
    assert np.isnan(average_win_loss(losses))


def test_without_a_loss_nothing_can_be_divided_by_it():
    gains = np.array([0.01, 0.0])
    assert win_rate(gains) == 1
    assert np.isnan(profit_factor(gains))
    assert np.isnan(average_win_loss(gains))


@pytest.mark.parametrize("metric", [win_rate, profit_factor, average_win_loss])
def test_where_nothing_happened_nothing_is_defined(metric) -> None:
    frame = pd.DataFrame({"still": [0.0, 0.0], "none": [np.nan, np.nan]})
    assert metric(frame).isna().all()


def test_gains_beyond_all_numbers_have_no_factor():
    assert np.isnan(profit_factor(np.array([1.5e308, 1.5e308, -0.1])))
