"""Columns of numbers as rows of a table: what isn't defined becomes null, never NaN."""

import math
from collections.abc import Iterable, Sequence
from typing import Final, overload

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.factors.correlation import LabelledMatrix
from trimtab.domain.factors.student import critical_correlation
from trimtab.workflow.ports.factor_results import Matrix
from trimtab.workflow.ports.results import Cell, Table

DIGITS: Final = 12
"""Of every number: fewer than a float holds, so that what two machines compute looks the same."""
MOST_PAIRS: Final = 100
"""The strongest pairs of a matrix that are listed; its values have the others."""


def number(value: float) -> float | None:
    """The number to 12 significant digits, or None where it isn't a finite one."""
    return rounded(value) if math.isfinite(value) else None


@overload
def rounded(value: float) -> float: ...
@overload
def rounded(value: float | None) -> float | None: ...
def rounded(value: float | None) -> float | None:
    """The number to 12 significant digits; None stays None."""
    return None if value is None else float(f"{value:.{DIGITS}g}")


def numbers(column: FloatColumn) -> list[float | None]:
    """The column's numbers, as `number` gives them."""
    return [number(value) for value in column.tolist()]


def table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Table:
    """A table of these rows."""
    return Table(columns=tuple(columns), rows=tuple(map(tuple, rows)))


def matrix_result(matrix: LabelledMatrix, *, threshold: float | None = None) -> Matrix:
    """The matrix as an answer, with its pairs at the threshold or beyond where there is one."""
    values = np.round(matrix.values, DIGITS).tolist()
    return Matrix(
        labels=matrix.labels,
        values=tuple(map(tuple, values)),
        n_months=matrix.n_months,
        indistinct_below=round(critical_correlation(matrix.n_months), 4),
        strong_pairs=None if threshold is None else _strong_pairs(matrix.labels, values, threshold=threshold),
    )


def _strong_pairs(labels: Sequence[str], values: list[list[float]], *, threshold: float) -> Table:
    pairs = [
        (values[row][column], labels[row], labels[column])
        for row in range(len(labels))
        for column in range(row + 1, len(labels))
        if abs(values[row][column]) >= threshold
    ]
    ranked = sorted(pairs, key=lambda pair: (-abs(pair[0]), *pair[1:]))[:MOST_PAIRS]
    return table(("label", "other", "correlation"), ((label, other, value) for value, label, other in ranked))
