import numpy as np
import pytest

from trimtab.domain.signals.parity_solving import LARGEST, SOLVED, solved

MANY = 240


def correlations(*, periods: int, count: int = MANY, common: float = 0.0) -> np.ndarray:
    draw = np.random.default_rng(4)
    returns = draw.normal(size=(periods, count)) + common * draw.normal(size=(periods, 1))
    return np.asarray(np.corrcoef(returns.T))


def contributions(scaled: np.ndarray, correlation: np.ndarray) -> np.ndarray:
    """Each as a share of the mean; at the solution they sum to 1, so that their mean is 1 / N."""
    return scaled * (correlation @ scaled) * len(scaled)


def test_alone_and_without_correlation_each_has_one_part_of_the_variance():
    assert solved(np.eye(1)).tolist() == pytest.approx([1.0], abs=1e-12)
    assert solved(np.eye(4)).tolist() == pytest.approx([0.5] * 4, abs=1e-12)


@pytest.mark.parametrize("common", [0.0, 1.0])
@pytest.mark.parametrize("count", [30, MANY])
def test_contributions_are_equal_of_few_and_of_many(common: float, *, count: int) -> None:
    correlation = correlations(periods=500, count=count, common=common)
    scaled = solved(correlation)
    assert (scaled > 0).all()
    np.testing.assert_allclose(contributions(scaled, correlation), 1.0, rtol=SOLVED)


def test_what_hedges_much_but_not_completely_gets_much():
    # Of many symbols such steps are approached only slowly, and then solved.
    correlation = correlations(periods=MANY + 5)
    scaled = solved(correlation)
    np.testing.assert_allclose(contributions(scaled, correlation), 1.0, rtol=SOLVED)
    assert scaled.sum() > 1.5 * np.sqrt(MANY)


@pytest.mark.parametrize("count", [50, MANY])
def test_where_symbols_hedge_each_other_completely_it_ends_early(count: int) -> None:
    assert solved(correlations(periods=20, count=count)).sum() > LARGEST


def test_it_ends_where_rounding_lets_it_come_no_nearer() -> None:
    pair = np.array([[1.0, -0.99999], [-0.99999, 1.0]])
    scaled = solved(pair)
    np.testing.assert_allclose(contributions(scaled, pair), 1.0, rtol=SOLVED)
