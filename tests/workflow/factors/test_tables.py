"""Columns of numbers as rows."""

import numpy as np
import pytest

from trimtab.domain.factors.correlation import LabelledMatrix
from trimtab.workflow.factors.tables import matrix_result, number, numbers, table


@pytest.mark.parametrize("undefined", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_a_finite_number_is_null(undefined: float) -> None:
    assert number(undefined) is None
    assert numbers(np.array([1.5, undefined])) == [1.5, None]


def test_a_number_stays_what_it_is_and_becomes_a_plain_one() -> None:
    assert number(np.float64(0.1)) == 0.1
    assert type(number(np.float64(0.1))) is float


def test_a_table_has_its_rows_in_the_order_in_which_they_come() -> None:
    made = table(["a", "b"], ([name, place] for place, name in enumerate("yx")))
    assert made.columns == ("a", "b")
    assert made.rows == (("y", 0), ("x", 1))


VALUES = np.array([[1.0, -0.8, 0.3, 0.8], [-0.8, 1.0, 0.5, 0.1], [0.3, 0.5, 1.0, -0.9], [0.8, 0.1, -0.9, 1.0]])
MATRIX = LabelledMatrix(("A", "B", "C", "D"), VALUES, 24)


def test_a_matrix_keeps_labels_values_and_months() -> None:
    found = matrix_result(MATRIX)
    assert (found.labels, found.n_months, found.strong_pairs) == (("A", "B", "C", "D"), 24, None)
    assert found.values == tuple(map(tuple, VALUES.tolist()))


def test_pairs_at_the_threshold_are_strong_the_strongest_first_and_equals_by_label() -> None:
    strong = matrix_result(MATRIX, threshold=0.8).strong_pairs
    assert strong is not None
    assert strong.columns == ("label", "other", "correlation")
    assert strong.rows == (("C", "D", -0.9), ("A", "B", -0.8), ("A", "D", 0.8))


def test_where_no_pair_is_strong_the_table_is_there_and_empty() -> None:
    strong = matrix_result(MATRIX, threshold=0.95).strong_pairs
    assert strong is not None
    assert strong.rows == ()
