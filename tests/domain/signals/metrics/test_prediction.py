import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.metrics import alpha_decay, information_coefficient

_DATE, _SYMBOL = np.meshgrid(np.arange(40), np.arange(12), indexing="ij")
DATES = pd.date_range("2024-01-01", periods=40, freq="D")
SYMBOLS = [f"S{number:02d}" for number in range(12)]
SCORES = pd.DataFrame(np.sin(0.9 * _SYMBOL + 0.21 * _DATE).round(1), index=DATES, columns=SYMBOLS)
SCORES = SCORES.mask((_DATE + 3 * _SYMBOL) % 17 == 0)
RETURNS = pd.DataFrame(
    0.01 * np.sin(0.9 * _SYMBOL + 0.21 * _DATE - 0.5) + 0.02 * np.cos(1.7 * _SYMBOL**2 + 0.6 * _DATE**2),
    index=DATES,
    columns=SYMBOLS,
).mask((2 * _DATE + _SYMBOL) % 23 == 0)
NEXT = RETURNS.shift(-1)
TABLES = arrays.arrays(np.float64, (6, 5), elements=st.sampled_from([-0.2, -0.1, 0.0, 0.1, 0.3, np.nan]))
ORDERS = np.array([[1.0, 2.0, 3.0], [1.0, 3.0, 2.0], [1.0, 2.0, 3.0], [2.0, 1.0, 3.0]])
"""Beside 1, 2, 3 their coefficients are 1, 0.5, 1 and 0.5."""
STEADY = np.tile([1.0, 2.0, 3.0], (4, 1))


def test_coefficients_are_those_of_alphalens():
    # Made with alphalens-reloaded 0.5.1: factor_information_coefficient, mean_information_coefficient, and
    # scipy.stats.ttest_1samp of the coefficients, as its tear sheet has it.
    found = information_coefficient(SCORES, NEXT)
    assert found.by_date.index.equals(DATES)
    assert found.by_date[:4].tolist() == pytest.approx(
        [0.3295272158829083, -0.09558552218387947, 0.7310827788960076, 0.4128767539417481], rel=1e-9
    )
    assert (found.mean, found.t_stat) == pytest.approx((0.44551689897168156, 10.171015037777659), rel=1e-9)
    assert (found.n_dates, found.by_date.isna().sum()) == (39, 1)


def test_decay_is_that_of_alphalens_with_the_error_of_newey_and_west():
    # The means as above, of the compounded returns of 5 days; the second t-statistic made with statsmodels 0.15.0:
    # OLS of the coefficients on a constant, cov_type="HAC", maxlags=4, use_correction=True.
    found = alpha_decay(SCORES, RETURNS, horizons=[1, 5])
    assert found.index.tolist() == [1, 5]
    assert found.index.name == "horizon_periods"
    assert found["mean"].tolist() == pytest.approx([0.44551689897168156, 0.7810907073457146], rel=1e-9)
    assert found["t_stat"].tolist() == pytest.approx([10.171015037777659, 20.14880430143487], rel=1e-9)
    assert found["n_dates"].tolist() == [39, 35]


def test_mean_and_t_statistic_are_those_of_the_dates():
    # 1, 0.5, 1, 0.5: mean 0.75, s = sqrt(0.25 / 3).
    found = information_coefficient(STEADY, ORDERS)
    assert found.by_date.tolist() == pytest.approx([1, 0.5, 1, 0.5], rel=1e-12)
    assert found.t_stat == pytest.approx(0.75 / (0.25 / 3 / 4) ** 0.5, rel=1e-12)


def test_a_date_without_a_coefficient_keeps_its_place_between_its_neighbours():
    # Coefficients 1, none, 1, 0.5, 0.5, so deviations of +-0.25: four squares of 1 / 16, and of the two pairs of
    # neighbours one -1 / 16 and one 1 / 16. Those on both sides of the gap are no neighbours.
    orders = np.vstack((ORDERS[:1], np.full((1, 3), 5.0), ORDERS[2:], ORDERS[3:]))
    found = information_coefficient(np.tile([1.0, 2.0, 3.0], (5, 1)), orders, horizon_periods=2)
    assert found.n_dates == 4
    assert found.t_stat == pytest.approx(0.75 / (0.25 / 12) ** 0.5, rel=1e-12)


@given(TABLES)
def test_scores_that_know_the_future_are_always_right(returns: np.ndarray) -> None:
    found = information_coefficient(2 * returns + 1, returns)
    assert found.mean == pytest.approx(1.0 if found.n_dates else np.nan, nan_ok=True)
    assert np.isnan(found.t_stat)


@given(TABLES, TABLES)
def test_the_opposite_score_has_the_opposite_coefficient(scores: np.ndarray, returns: np.ndarray) -> None:
    found, opposite = information_coefficient(scores, returns), information_coefficient(-scores, returns)
    assert -found.by_date.to_numpy() == pytest.approx(opposite.by_date.to_numpy(), nan_ok=True)
    assert -found.t_stat == pytest.approx(opposite.t_stat, nan_ok=True, rel=1e-9)


def test_nothing_is_defined_without_a_date():
    found = information_coefficient(np.empty((0, 3)), np.empty((0, 3)))
    assert np.isnan([found.mean, found.t_stat]).all()
    assert found.n_dates == 0


def test_the_return_of_the_date_itself_is_not_forward():
    later = RETURNS.copy()
    later.iloc[0] = -later.iloc[0]
    pd.testing.assert_frame_equal(
        alpha_decay(SCORES, later, horizons=[1, 3]), alpha_decay(SCORES, RETURNS, horizons=[1, 3])
    )


def test_a_forward_return_compounds_and_wants_every_period():
    # Over two periods x makes 1.5 * 0.5 = 0.75, y 0.9 * 0.9 = 0.81, z 0.7; w lacks one of them.
    returns = pd.DataFrame({"x": [9, 0.5, -0.5], "y": [9, -0.1, -0.1], "z": [9, 0.0, -0.3], "w": [9, np.nan, 9.0]})
    scores = pd.DataFrame([[2.0, 3.0, 1.0, 9.0]], index=[0], columns=list("xyzw"))
    found = alpha_decay(scores, returns, horizons=(2,))
    assert found["mean"].tolist() == pytest.approx([1.0])
    assert found["n_dates"].tolist() == [1]


def test_horizons_count_rows_of_the_returns_however_seldom_there_are_scores():
    # Seven days apart, windows of five don't overlap: the plain statistic of the same dates.
    weekly = SCORES[::7]
    ahead = np.prod([1 + RETURNS.shift(-step).to_numpy() for step in range(1, 6)], axis=0) - 1
    plain = information_coefficient(weekly, pd.DataFrame(ahead, index=DATES, columns=SYMBOLS))
    found = alpha_decay(weekly, RETURNS, horizons=[5])
    assert found.to_numpy()[0].tolist() == pytest.approx([plain.mean, plain.t_stat, plain.n_dates], rel=1e-9)


def test_a_horizon_beyond_the_data_has_no_coefficient():
    found = alpha_decay(STEADY, ORDERS, horizons=[3, 4, 9])
    assert found["n_dates"].tolist() == [1, 0, 0]
    assert found["mean"].tolist() == pytest.approx([1.0, np.nan, np.nan], nan_ok=True)


def test_returns_that_compound_beyond_all_numbers_are_left_out():
    returns = np.tile([1e200, 0.1, 0.2], (4, 1))
    found = alpha_decay(STEADY, returns, horizons=[2])
    assert found["mean"].tolist() == pytest.approx([1.0])


def test_all_that_is_wrong_with_horizons_is_said_at_once():
    with pytest.raises(InvalidInput, match="horizons: 0 is not a horizon; give a whole number") as refused:
        alpha_decay(SCORES, RETURNS, horizons=[0, 5, -1, 5])
    assert [problem.message.split(" ")[0] for problem in refused.value.problems] == ["0", "-1", "a"]
    with pytest.raises(InvalidInput, match="horizon_periods"):
        information_coefficient(SCORES, NEXT, horizon_periods=0)


def test_tables_that_do_not_fit_are_refused():
    with pytest.raises(InvalidInput, match="forward_returns has the shape"):
        information_coefficient(STEADY, ORDERS[:2])
    with pytest.raises(InvalidInput, match="scores has the shape"):
        alpha_decay(STEADY, ORDERS[:2], horizons=[1])
