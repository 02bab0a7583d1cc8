"""Columns of numbers as rows of a table: what isn't defined becomes null, never NaN."""

import math
from collections.abc import Iterable, Sequence

from trimtab.domain.columns import FloatColumn
from trimtab.domain.factors.correlation import LabelledMatrix
from trimtab.domain.factors.student import critical_correlation
from trimtab.workflow.ports.factor_results import Matrix
from trimtab.workflow.ports.results import Cell, Table


def number(value: float) -> float | None:
    """The number, or None where it isn't a finite one."""
    return float(value) if math.isfinite(value) else None


def numbers(column: FloatColumn) -> list[float | None]:
    """The column's numbers, None where there is none."""
    return [value if math.isfinite(value) else None for value in column.tolist()]


def table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Table:
    """A table of these rows."""
    return Table(columns=tuple(columns), rows=tuple(map(tuple, rows)))


def listed(names: Sequence[str], *, most: int = 20) -> str:
    """The names, or of many the first, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def matrix_result(matrix: LabelledMatrix, *, threshold: float | None = None) -> Matrix:
    """The matrix as an answer, with its pairs at the threshold or beyond where there is one."""
    values = matrix.values.tolist()
    return Matrix(
        labels=matrix.labels,
        values=tuple(map(tuple, values)),
        n_months=matrix.n_months,
        indistinct_below=critical_correlation(matrix.n_months),
        strong_pairs=None if threshold is None else _strong_pairs(matrix.labels, values, threshold=threshold),
    )


def _strong_pairs(labels: Sequence[str], values: list[list[float]], *, threshold: float) -> Table:
    pairs = [
        (values[row][column], labels[row], labels[column])
        for row in range(len(labels))
        for column in range(row + 1, len(labels))
        if abs(values[row][column]) >= threshold
    ]
    ranked = sorted(pairs, key=lambda pair: (-abs(pair[0]), *pair[1:]))
    return table(("label", "other", "correlation"), ((label, other, value) for value, label, other in ranked))
