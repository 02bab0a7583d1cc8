import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trimtab.domain.signals.wealth import growth, wealth

WIDE = 20
"""Enough columns to be walked through in stretches."""


def slowly(returns) -> tuple[float, float]:
    level = highest = 1.0
    deepest = 0.0
    for change in returns:
        level *= 1 + change
        highest = max(highest, level)
        deepest = min(deepest, level / highest - 1)
    return level, deepest


@pytest.mark.parametrize("columns", [1, WIDE])
def test_the_deepest_fall_is_from_the_highest_wealth_so_far(columns: int) -> None:
    # 1.1, 0.88, 0.968, 1.452, 1.0164: falls of 20 % from 1.1 and of 30 % from 1.452.
    returns = np.repeat([[0.10], [-0.20], [0.10], [0.50], [-0.30]], columns, axis=1)
    found = wealth(returns)
    assert found.growth == pytest.approx([1.0164] * columns, rel=1e-14)
    assert found.max_drawdown == pytest.approx([-0.3] * columns, rel=1e-14)
    assert growth(returns) == pytest.approx(found.growth, rel=1e-14)


@pytest.mark.parametrize("columns", [1, WIDE])
def test_wealth_is_one_before_the_first_return(columns: int) -> None:
    assert wealth(np.full((1, columns), -0.25)).max_drawdown.tolist() == [-0.25] * columns
    assert wealth(np.full((3, columns), 0.25)).max_drawdown.tolist() == [0.0] * columns
    nothing = wealth(np.empty((0, columns)))
    assert (nothing.growth.tolist(), nothing.max_drawdown.tolist()) == ([1.0] * columns, [0.0] * columns)


@pytest.mark.parametrize("columns", [1, WIDE])
def test_what_is_lost_stays_lost(columns: int) -> None:
    found = wealth(np.repeat([[0.5], [-1.0], [0.5], [9.0]], columns, axis=1))
    assert (found.growth.tolist(), found.max_drawdown.tolist()) == ([0.0] * columns, [-1.0] * columns)


@pytest.mark.parametrize("at", [0, 5, 23])
def test_a_loss_of_more_than_everything_is_followed_by_the_plain_formula(at: int) -> None:
    returns = np.full((24, WIDE), 0.01)
    returns[at, 3] = -1.5
    found = wealth(returns)
    level, deepest = slowly(returns[:, 3])
    assert (found.growth[3], found.max_drawdown[3]) == (pytest.approx(level), pytest.approx(deepest))
    assert found.max_drawdown[4] == 0


@given(
    arrays(
        np.float64,
        st.tuples(st.integers(0, 60), st.just(WIDE)),
        elements=st.integers(-100, 120).map(lambda percent: percent / 100),
    )
)
def test_stretches_side_by_side_are_one_walk(returns):
    found = wealth(returns)
    walked = np.array([slowly(column) for column in returns.T])
    np.testing.assert_allclose(found.growth, walked[:, 0], rtol=1e-12)
    np.testing.assert_allclose(found.max_drawdown, walked[:, 1], rtol=1e-12, atol=1e-13)


def test_many_columns_are_walked_through_in_fewer_stretches():
    returns = np.random.default_rng(7).normal(0, 0.02, (47, 9_000))
    found = wealth(returns)
    for column in (0, 4_321, 8_999):
        level, deepest = slowly(returns[:, column])
        assert (found.growth[column], found.max_drawdown[column]) == (pytest.approx(level), pytest.approx(deepest))
