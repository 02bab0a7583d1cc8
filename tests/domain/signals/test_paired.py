import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trimtab.domain.signals.observations import observe
from trimtab.domain.signals.paired import Paired, paired

NONE = np.nan
PERCENT = st.integers(-60, 60).map(lambda percent: percent / 100)
SOME = st.one_of(st.just(NONE), PERCENT, PERCENT)


def pairs(left, right) -> Paired:
    return paired(observe(np.asarray(left, dtype=float)), observe(np.asarray(right, dtype=float)))


def slowly(x, y) -> tuple[int, float, float]:
    """Common periods, correlation and slope, plainly."""
    both = ~(np.isnan(x) | np.isnan(y))
    x, y = x[both], y[both]
    if len(x) < 2 or len(set(y)) == 1:
        return len(x), NONE, NONE
    covariance = np.cov(x, y)
    correlation = NONE if len(set(x)) == 1 else covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    return len(x), correlation, covariance[0, 1] / covariance[1, 1]


def test_sums_run_over_the_periods_that_a_pair_has_in_common():
    # Common: (1, 2), (2, 4), (3, 9); around their means 2 and 5: -1, 0, 1 and -3, -1, 4. Products 7, squares 2 and 26.
    found = pairs([[1], [2], [3], [50], [NONE]], [[2], [4], [9], [NONE], [70]])
    assert found.n.item() == 3
    sums = [found.products.item(), found.left_squares.item(), found.right_squares.item()]
    assert sums == pytest.approx([7, 2, 26])
    assert found.correlation.item() == pytest.approx(7 / 52**0.5, rel=1e-14)
    assert found.slope.item() == pytest.approx(7 / 26, rel=1e-14)


@pytest.mark.parametrize("gap", ["none", "left", "right", "both"])
@given(
    left=arrays(np.float64, (12, 3), elements=PERCENT),
    right=arrays(np.float64, (12, 2), elements=PERCENT),
    left_gaps=arrays(np.bool_, (12, 3)),
    right_gaps=arrays(np.bool_, (12, 2)),
)
def test_every_pair_is_as_if_it_were_alone(gap, *, left, right, left_gaps, right_gaps):
    left = np.where(left_gaps & (gap in {"left", "both"}), NONE, left)
    right = np.where(right_gaps & (gap in {"right", "both"}), NONE, right)
    found = pairs(left, right)
    assert found.n.shape == found.correlation.shape == found.slope.shape == (3, 2)
    for row in range(3):
        for column in range(2):
            n, correlation, slope = slowly(left[:, row], right[:, column])
            assert found.n[row, column] == n
            assert found.correlation[row, column] == pytest.approx(correlation, abs=1e-12, nan_ok=True)
            assert found.slope[row, column] == pytest.approx(slope, abs=1e-12, rel=1e-12, nan_ok=True)


def test_a_pair_far_from_the_means_of_its_columns_keeps_its_digits():
    # Over the three common periods both move by a millionth, elsewhere by 0.5.
    left = np.array([0.5, -0.5, 0.5, 0.3, 0.3 + 2e-6, 0.3 + 1e-6])[:, None]
    right = np.array([NONE, NONE, NONE, -0.2, -0.2 + 1e-6, -0.2])[:, None]
    found = pairs(left, right)
    _, correlation, slope = slowly(left[:, 0], right[:, 0])
    assert found.correlation.item() == pytest.approx(correlation, abs=1e-9)
    assert found.slope.item() == pytest.approx(slope, rel=1e-9)
    assert pairs(right, left).slope.item() == pytest.approx(slowly(right[:, 0], left[:, 0])[2], rel=1e-9)


def test_one_side_that_hardly_moves_is_enough_to_need_care():
    moving, hardly = np.array([0.1, -0.2, 0.4, 0.3]), np.array([0.5, 0.5 + 3e-7, 0.5 - 1e-7, 0.5 + 1e-7])
    _, correlation, slope = slowly(moving, hardly)
    assert pairs(moving[:, None], hardly[:, None]).correlation.item() == pytest.approx(correlation, abs=1e-12)
    assert pairs(moving[:, None], hardly[:, None]).slope.item() == pytest.approx(slope, rel=1e-12)
    assert pairs(hardly[:, None], moving[:, None]).correlation.item() == pytest.approx(correlation, abs=1e-12)


def test_what_does_not_vary_has_no_correlation_and_a_slope_of_nothing():
    still, moving = [[0.1], [0.1], [0.1]], [[0.1], [0.3], [0.4]]
    assert np.isnan(pairs(still, moving).correlation)
    assert pairs(still, moving).slope.item() == 0
    assert np.isnan([pairs(moving, still).correlation, pairs(moving, still).slope]).all()


def test_a_correlation_is_never_beyond_one():
    values = np.random.default_rng(3).normal(size=(7, 200))
    assert np.abs(pairs(values, 3 * values - 1).correlation).max() == 1.0


@pytest.mark.parametrize("gap", [False, True])
def test_what_is_beyond_all_numbers_has_neither_a_correlation_nor_a_slope(*, gap: bool) -> None:
    huge = np.array([[1e162, 1e308], [0.1, 1e308], [0.3, -1e308], [NONE if gap else 0.4, 1e308]])
    small = np.array([[0.1], [0.3], [0.2], [0.5]])
    for found in (pairs(huge, small), pairs(small, huge), pairs(huge, huge)):
        assert np.isnan(found.correlation).all()
        assert np.isnan(found.slope).all()
    assert pairs([[7.0]] * 4, huge[:, :1]).products.item() == 0


def test_the_least_that_varies_beside_the_most_has_a_finite_slope():
    assert pairs([[1e153], [-1e153]], [[1e-13], [-1e-13]]).slope.item() == pytest.approx(1e166)
