import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from trimtab.domain.signals.ranks import average_ranks, rank_correlation

FEW = st.sampled_from([-1.5, -0.0, 0.0, 0.25, 2.0, np.nan])
TABLES = arrays.arrays(np.float64, st.tuples(st.integers(0, 4), st.integers(0, 7)), elements=FEW)


def test_equal_values_share_the_mean_of_their_ranks():
    values = np.array([[0.3, 0.1, 0.3, np.nan, 0.2], [5.0, 5.0, 5.0, 5.0, 5.0]])
    np.testing.assert_array_equal(average_ranks(values), [[3.5, 1, 3.5, np.nan, 2], [3, 3, 3, 3, 3]])


@given(TABLES)
def test_ranks_are_those_of_pandas(values: np.ndarray) -> None:
    np.testing.assert_array_equal(average_ranks(values), pd.DataFrame(values).rank(axis=1).to_numpy())


def test_only_places_with_both_values_count():
    # Common are the first three: ranks 1 2 3 against 1 3 2, so 1 - 6 (0 + 1 + 1) / (3 (9 - 1)) = 0.5.
    left = np.array([[1.0, 2.0, 3.0, np.nan, 0.0]])
    right = np.array([[10.0, 30.0, 20.0, 5.0, np.nan]])
    assert rank_correlation(left, right).tolist() == pytest.approx([0.5], rel=1e-14)


def test_ties_count_with_their_average_ranks():
    # Ranks 1.5 1.5 3 against 1 2 3: products 1.5, squares 1.5 and 2.
    found = rank_correlation(np.array([[0.0, 0.0, 1.0]]), np.array([[1.0, 2.0, 3.0]]))
    assert found.tolist() == pytest.approx([1.5 / 3**0.5], rel=1e-14)


def test_what_does_not_vary_goes_with_nothing():
    left = np.array([[1.0, 1.0, 1.0], [1.0, np.nan, np.nan], [np.nan, np.nan, np.nan]])
    assert np.isnan(rank_correlation(left, np.array([[1.0, 2.0, 3.0]] * 3))).all()
    assert rank_correlation(np.empty((2, 0)), np.empty((2, 0))).shape == (2,)


@given(st.lists(st.integers(-20, 20), min_size=2, max_size=12))
def test_only_the_order_counts(values: list[int]) -> None:
    row = np.array([values], dtype=float)
    wanted = 1.0 if len(set(values)) > 1 else np.nan
    assert rank_correlation(row, np.exp(row)).tolist() == pytest.approx([wanted], rel=1e-12, nan_ok=True)
    assert rank_correlation(row, -row).tolist() == pytest.approx([-wanted], rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("symbols", range(2, 40))
def test_no_correlation_is_above_1_by_rounding(symbols: int) -> None:
    row = np.arange(float(symbols))[None, :]
    assert rank_correlation(row, row)[0] <= 1
