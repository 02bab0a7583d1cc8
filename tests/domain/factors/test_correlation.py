import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.factors.panels import NONE
from trimtab.domain.factors.correlation import common_matrix, common_months, correlation, share_months, standardised
from trimtab.domain.factors.eligibility import Exclusion


def gappy(seed: int, *, months: int, columns: int) -> np.ndarray:
    """Returns of related columns, with single holes and late starts; now and then a copy of one, or its mirror."""
    draw = np.random.default_rng(seed)
    values = draw.normal(0, 0.04, (months, columns)) + draw.normal(0, 0.04, (months, 1))
    values[:, draw.integers(columns)] = values[:, draw.integers(columns)] * draw.choice([1.0, -1.0, 0.3])
    values[draw.random(values.shape) < 0.02] = np.nan
    for column in range(columns):
        values[: max(0, draw.integers(-months, months // 2)), column] = np.nan
    return values


SHAPES = st.tuples(st.integers(0, 10_000), st.integers(6, 60), st.integers(1, 25))


@given(SHAPES)
def test_every_matrix_is_symmetric_with_ones_on_its_diagonal_within_bounds_and_positive_semi_definite(shape):
    seed, months, columns = shape
    labels = [f"C{number}" for number in range(columns)]
    matrix, left_out = common_matrix(labels, gappy(seed, months=months, columns=columns), min_observations=5)
    assert len(left_out) + (0 if matrix is None else len(matrix.labels)) == columns
    if matrix is not None:
        values = matrix.values
        assert matrix.n_months >= 5
        assert (values == values.T).all()
        assert (values.diagonal() == 1.0).all()
        assert np.abs(values).max() <= 1.0
        assert np.linalg.eigvalsh(values).min() >= -1e-10


def plain_common(frame: pd.DataFrame, least: int) -> tuple[pd.DataFrame, list[str]]:
    """The columns left when one after the other is dropped, and those that were."""
    gone = []
    while len(frame.columns) and len(frame.dropna()) < least:
        counts = frame.count()
        fewest = max(label for label in frame.columns if counts[label] == counts.min())
        gone.append(fewest)
        frame = frame.drop(columns=fewest)
    return frame, gone


@given(SHAPES, st.integers(4, 20))
def test_it_equals_pandas_over_the_months_that_are_left(shape, least):
    seed, months, columns = shape
    values = gappy(seed, months=months, columns=columns)
    labels = [f"C{number:02}" for number in range(columns)]
    left, gone = plain_common(pd.DataFrame(values, columns=labels), least)
    matrix, left_out = common_matrix(labels, values, min_observations=least)
    assert sorted(each.ticker for each in left_out) == sorted(gone)
    if len(left.columns):
        assert matrix is not None
        assert (matrix.labels, matrix.n_months) == (tuple(left.columns), len(left.dropna()))
        np.testing.assert_allclose(matrix.values, left.dropna().corr(), rtol=0, atol=1e-12)
    else:
        assert matrix is None


def test_two_columns_worked_by_hand():
    # Less their means (-1, 0, 1) and (-1, 1, 0): 1 / sqrt(2 * 2).
    values = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 3.0]])
    np.testing.assert_allclose(correlation(values), [[1.0, 0.5], [0.5, 1.0]], rtol=0, atol=1e-15)


def test_columns_of_one_shape_or_its_mirror_correlate_fully():
    values = np.array([0.1, -0.3, 0.7, 0.11])[:, None] * [1.0, 3.3, -0.7]
    np.testing.assert_allclose(correlation(values), [[1, 1, -1], [1, 1, -1], [-1, -1, 1]], rtol=0, atol=1e-15)
    assert np.abs(correlation(values)).max() == 1.0


def test_the_matrix_is_written_where_it_is_wanted():
    values = np.random.default_rng(1).normal(size=(30, 300))
    out = np.empty((300, 300))
    assert correlation(values, out=out) is out
    assert (out == out.T).all()
    np.testing.assert_allclose(out, np.corrcoef(values, rowvar=False), rtol=0, atol=1e-13)


def test_standardised_columns_have_no_mean_and_a_length_of_one():
    unit = standardised(np.array([[1.0, 5.0], [3.0, 5.5], [8.0, 5.1]]))
    np.testing.assert_allclose(unit.sum(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose((unit**2).sum(axis=0), 1, atol=1e-15)


def test_common_months_are_those_in_which_every_column_has_a_value():
    assert common_months(np.array([[1.0, NONE], [1.0, 2.0], [NONE, NONE]])).tolist() == [False, True, False]


def test_the_column_with_the_fewest_returns_goes_first_and_of_equals_the_last_by_name():
    values = np.array(
        [
            [0.1, 0.2, 0.3, NONE],
            [0.2, 0.1, 0.1, NONE],
            [0.4, NONE, 0.5, 0.3],
            [0.3, 0.4, NONE, 0.2],
        ]
    )
    # D has two returns, B and C three: D goes, then C, and A and B share three months.
    matrix, left_out = common_matrix(["A", "B", "C", "D"], values, min_observations=3)
    assert matrix is not None
    assert (matrix.labels, matrix.n_months) == (("A", "B"), 3)
    needs = "at least 3 are needed."
    assert left_out == (
        Exclusion("C", "few_common_months", f"It has 3 returns, and with it 2 months are common; {needs}"),
        Exclusion("D", "few_common_months", f"It has 2 returns, and with it 0 months are common; {needs}"),
    )


def test_one_column_is_a_matrix_of_one():
    matrix, left_out = common_matrix(["A"], np.array([[0.1], [0.2], [NONE], [0.4]]), min_observations=3)
    assert matrix is not None
    assert (matrix.values.tolist(), matrix.n_months, left_out) == ([[1.0]], 3, ())


def test_where_no_column_has_enough_there_is_no_matrix():
    matrix, left_out = common_matrix(["A", "B"], np.array([[0.1, NONE], [0.2, 0.3]]), min_observations=3)
    assert matrix is None
    assert [each.reason for each in left_out] == ["few_common_months", "few_common_months"]


def test_no_columns_are_no_matrix():
    assert common_matrix([], np.empty((5, 0)), min_observations=3) == (None, ())


def test_a_column_that_stands_still_in_the_common_months_is_left_out_and_its_gaps_no_longer_count():
    still = [0.5, 0.0, 0.0, 0.0, NONE]
    values = np.array([still, [NONE, 0.1, 0.2, 0.3, 0.5], [NONE, 0.3, 0.1, 0.2, 0.4]]).T
    shared = share_months(["S", "A", "B"], values, min_observations=3)
    assert shared.labels == ("A", "B")
    assert shared.exclusions == (Exclusion("S", "constant", "All its returns in the common months are equal."),)
    assert shared.values.tolist() == [[0.1, 0.3], [0.2, 0.1], [0.3, 0.2], [0.5, 0.4]]


def test_a_column_beyond_all_numbers_has_no_correlations_and_the_others_have_theirs():
    values = np.random.default_rng(2).normal(size=(30, 3))
    alone = correlation(values[:, 1:])
    values[3, 0] = 1e162
    found = correlation(values)
    assert np.isnan(found[0, 1:]).all()
    assert np.isnan(found[1:, 0]).all()
    np.testing.assert_allclose(found[1:, 1:], alone, rtol=0, atol=1e-15)
