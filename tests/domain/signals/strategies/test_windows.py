from fractions import Fraction

import numpy as np
import pytest

from tests.domain.signals.strategies.series_of_prices import WAVES
from trimtab.domain.signals.strategies.windows import windows


@pytest.mark.parametrize("days", [1, 2, 3, 4, 7, 20, 300])
def test_a_window_holds_the_sum_and_the_squares_of_its_rows(days: int) -> None:
    found = windows(WAVES[:, None], days=days, squares=True)
    seen = np.lib.stride_tricks.sliding_window_view(WAVES, days)
    assert found.days == days
    assert found.total[:, 0] == pytest.approx(seen.sum(axis=1), rel=1e-13)
    assert found.squares[:, 0] == pytest.approx(seen.var(axis=1) * days, rel=1e-12)
    plain = windows(WAVES[:, None], days=days, squares=False)
    np.testing.assert_array_equal(plain.total, found.total)
    assert (plain.squares == 0).all()


def test_little_squares_of_large_values_keep_their_digits():
    values = 1e9 + np.array([0.0, 1, 3, 2, 7, 4, 4, 9, 5, 1, 6]) / 8
    exact = [Fraction(value) for value in values.tolist()]
    mean = sum(exact) / len(exact)
    wanted = float(sum((value - mean) ** 2 for value in exact))
    assert windows(values[:, None], days=11, squares=True).squares.item() == pytest.approx(wanted, rel=1e-7)


@pytest.mark.parametrize("days", [3, 8, 20])
def test_a_window_is_the_same_wherever_it_is_and_missing_where_a_row_is(days: int) -> None:
    values = WAVES[:60, None].copy()
    values[30] = np.nan
    found = windows(values, days=days, squares=True)
    alone = [windows(values[row : row + days], days=days, squares=True) for row in range(61 - days)]
    np.testing.assert_array_equal(found.squares, np.vstack([each.squares for each in alone]))
    np.testing.assert_array_equal(found.total, np.vstack([each.total for each in alone]))
    assert np.flatnonzero(np.isnan(found.squares[:, 0])).tolist() == list(range(31 - days, 31))
