import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.metrics import average_holding_period, turnover

SHARES = arrays.arrays(np.float64, st.tuples(st.integers(2, 8), st.integers(1, 5)), elements=st.floats(0.01, 1))


def test_turnover_is_half_of_what_is_bought_and_sold():
    # First a tenth goes from x to y, then everything from both to z: 0.1 and 1.
    weights = pd.DataFrame({"x": [0.6, 0.5, 0.0], "y": [0.4, 0.5, 0.0], "z": [np.nan, 0.0, 1.0]})
    assert turnover(weights) == pytest.approx(0.55, rel=1e-12)


def test_what_leaves_cash_counts_whole_only_where_cash_is_a_column():
    weights = pd.DataFrame({"x": [0.0, 1.0], "CASH": [1.0, 0.0]})
    assert turnover(weights) == 1
    assert turnover(weights[["x"]]) == 0.5


def test_a_row_that_says_nothing_is_left_out():
    weights = np.array([[0.5, 0.5], [np.nan, np.nan], [0.5, 0.5]])
    assert turnover(weights) == 0
    assert average_holding_period(weights) == 2


def test_one_row_is_no_change():
    assert np.isnan(turnover(np.array([[1.0, 0.0]])))


@given(SHARES)
def test_a_portfolio_turns_over_at_most_once(shares: np.ndarray) -> None:
    weights = shares / shares.sum(axis=1, keepdims=True)
    assert 0 <= turnover(weights) <= 1 + 1e-12


def test_a_position_lasts_while_its_weight_has_one_sign():
    # x is held for two rows and again for one; y long for two, then short for two: 7 rows of four positions.
    weights = pd.DataFrame({"x": [0.5, 0.4, 0.0, 0.2], "y": [0.1, 0.2, -0.1, -0.3], "z": [0.0, 0.0, np.nan, 0.0]})
    assert average_holding_period(weights) == 1.75


def test_what_rounding_left_of_a_weight_is_no_position():
    assert average_holding_period(np.array([[0.5], [1e-17], [0.5]])) == 1


@pytest.mark.parametrize("weights", [np.zeros((3, 2)), np.full((3, 2), np.nan), np.zeros((0, 2))])
def test_where_nothing_is_held_no_period_is_defined(weights: np.ndarray) -> None:
    assert np.isnan(average_holding_period(weights))


@given(SHARES)
def test_what_is_never_sold_is_held_as_long_as_it_is_seen(shares: np.ndarray) -> None:
    assert average_holding_period(shares) == len(shares)


@pytest.mark.parametrize("metric", [turnover, average_holding_period])
def test_weights_that_cannot_be_are_refused(metric) -> None:
    with pytest.raises(InvalidInput, match="weights holds an infinite value"):
        metric(np.array([[np.inf], [1.0]]))
