import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.risk_parity import RiskParity, contributions_differ_by, equal_risk_contribution

FOUR = np.array(
    [
        [0.04, 0.012, -0.002, 0.010],
        [0.012, 0.09, 0.003, 0.030],
        [-0.002, 0.003, 0.01, 0.001],
        [0.010, 0.030, 0.001, 0.0625],
    ]
)
# Made with skfolio 1.12.2, RiskBudgeting(risk_measure=VARIANCE, solver_params of tol_gap_abs, tol_gap_rel and tol_feas
# 1e-14), on 60 rows whose sample covariance is FOUR; and with ffn 1.4.1, calc_erc_weights(covar_method="standard",
# tolerance=1e-12, maximum_iterations=10000), on the same rows.
SKFOLIO = [0.22541473334462514, 0.12450446993356572, 0.495567924117869, 0.15451287260394023]
FFN = [0.22541467928029935, 0.12450447081510686, 0.49556794397349896, 0.15451290593109485]


def solved(covariance) -> np.ndarray:
    values = np.asarray(covariance, dtype=float)
    return equal_risk_contribution(values, tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(values)]))


def drawn(seed: int, n: int, *, periods: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    returns = draw.normal(size=(periods, n)) * np.exp(2 * draw.normal(size=n)) + draw.normal(size=(periods, 1))
    return np.cov(returns.T).reshape(n, n)


def test_without_correlation_weights_go_by_one_over_volatility():
    # Volatilities 0.1, 0.2, 0.4: 4, 2 and 1 parts of 7.
    assert solved(np.diag([0.01, 0.04, 0.16])) == pytest.approx([4 / 7, 2 / 7, 1 / 7], abs=1e-13)
    assert solved([[0.3]]).tolist() == [1.0]


def test_of_two_symbols_weights_go_by_one_over_volatility_whatever_their_correlation():
    for correlation in (-0.9, 0.0, 0.99, 1.0):
        covariance = [[0.04, 0.06 * correlation], [0.06 * correlation, 0.09]]
        assert solved(covariance) == pytest.approx([0.6, 0.4], abs=1e-12)


def test_weights_are_those_of_the_peers():
    assert solved(FOUR) == pytest.approx(SKFOLIO, abs=1e-9)
    assert solved(FOUR) == pytest.approx(FFN, abs=1e-6)


@given(st.integers(0, 10_000), st.integers(1, 25), st.sampled_from([1e-12, 1.0, 1e12]))
def test_each_contributes_the_same(seed, n, scale):
    covariance = drawn(seed, n, periods=2 * n + 2)
    weights = solved(covariance * scale)
    assert contributions_differ_by(weights, covariance) < 1e-8
    assert (weights > 0).all()
    assert weights.sum() == pytest.approx(1.0, abs=1e-14)
    np.testing.assert_allclose(weights, solved(covariance), rtol=1e-8)


@given(st.integers(0, 10_000), st.permutations(range(6)))
def test_the_order_of_symbols_does_not_matter(seed, order):
    covariance = drawn(seed, 6, periods=20)
    np.testing.assert_allclose(solved(covariance[np.ix_(order, order)]), solved(covariance)[order], rtol=1e-9)


def test_contributions_are_measured_against_their_mean():
    # Equal weights, variances 1 and 3: contributions 1/4 and 3/4 of a mean of 1/2.
    assert contributions_differ_by(np.array([0.5, 0.5]), np.diag([1.0, 3.0])) == pytest.approx(0.5)


def test_a_singular_covariance_without_a_complete_hedge_is_solved():
    # B is A again: each of them gets half of what one would.
    covariance = np.array([[0.04, 0.04, 0.0], [0.04, 0.04, 0.0], [0.0, 0.0, 0.04]])
    weights = solved(covariance)
    assert contributions_differ_by(weights, covariance) < 1e-8
    assert weights[0] == pytest.approx(weights[1], rel=1e-12)


@pytest.mark.parametrize(
    ("covariance", "message"),
    [
        ([[1, -1, 0], [-1, 1, 0], [0, 0, 1]], "is singular: A, B hedge each other completely"),
        ([[1, -0.9999999, 0], [-0.9999999, 1, 0], [0, 0, 1]], "is singular: A, B hedge each other"),
        ([[1, -0.5, -0.5], [-0.5, 1, -0.5], [-0.5, -0.5, 1]], "is singular: A, B, C hedge each other completely"),
        ([[1, 2], [2, 1]], "isn't positive semi-definite"),
        ([[1, 0], [0, 0]], "has no variance for B; leave out what doesn't move"),
        ([[-1, 0], [0, 1]], "has no variance for A"),
        ([[1, np.nan], [np.nan, np.nan]], "isn't finite for B;"),
        ([[1, np.inf], [np.inf, 1]], "isn't finite for A, B;"),
        ([[1, 0.5, 0], [0.4, 1, 0], [0, 0, 1]], "isn't symmetric for A, B"),
    ],
)
def test_what_has_no_equal_contributions_is_refused_by_name(covariance: list, *, message: str) -> None:
    with pytest.raises(InvalidInput, match=message) as caught:
        solved(covariance)
    assert caught.value.field == "covariance"


def test_a_covariance_of_another_shape_is_refused():
    with pytest.raises(InvalidInput, match=r"has the shape \(2, 2\); 3 symbols need 3 x 3"):
        equal_risk_contribution(np.eye(2), ("A", "B", "C"))


def test_short_positions_contribute_as_much_as_long_ones():
    frame = pd.DataFrame(FOUR, index=list("ABCD"), columns=list("ABCD"))
    sizes = RiskParity(frame).sizes(pd.Series({"D": 0.1, "B": -0.9, "A": 0.5}), gross_limit=1.5)
    assert np.sign(sizes).tolist() == [1, -1, 1]
    assert np.abs(sizes).sum() == pytest.approx(1.5, abs=1e-12)
    assert contributions_differ_by(sizes, frame.loc[list("DBA"), list("DBA")].to_numpy()) < 1e-8


def test_a_covariance_without_one_of_the_symbols_or_with_one_twice_is_refused():
    frame = pd.DataFrame(np.eye(2), index=list("AB"), columns=list("AB"))
    with pytest.raises(InvalidInput, match="has no row and column for C; give one for each symbol"):
        RiskParity(frame).sizes(pd.Series({"A": 1.0, "C": 1.0}), gross_limit=1.0)
    with pytest.raises(InvalidInput, match="has a symbol twice"):
        RiskParity(frame.loc[["A", "B", "B"]]).sizes(pd.Series({"A": 1.0}), gross_limit=1.0)
