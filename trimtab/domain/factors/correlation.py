"""Correlation matrices over one common set of months. Section 4 of the factors' maths."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.factors.eligibility import Exclusion, constant_columns


@dataclass(frozen=True, slots=True, eq=False)
class LabelledMatrix:
    """A symmetric N x N matrix with the labels of its columns, and the number of months that all of them share."""

    labels: tuple[str, ...]
    values: FloatColumn
    n_months: int


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """Columns over the months that all of them have, M x N, finite; and those that were left out for it, by label."""

    labels: tuple[str, ...]
    values: FloatColumn
    exclusions: tuple[Exclusion, ...]


def correlation(values: FloatColumn, *, out: FloatColumn | None = None) -> FloatColumn:
    """The correlations of the columns.

    Args:
        values: M x N, finite; no column is constant.
        out: N x N, C-contiguous, to be written to.

    Returns:
        N x N, exactly symmetric, exactly 1 on the diagonal, within [-1, 1].
    """
    unit = standardised(values)
    matrix: FloatColumn = np.matmul(unit.T, unit, out=out)
    np.clip(matrix, -1.0, 1.0, out=matrix)
    np.fill_diagonal(matrix, 1.0)
    return matrix


@np.errstate(over="ignore", invalid="ignore")
def standardised(values: FloatColumn) -> FloatColumn:
    """Each column less its mean, divided by the root of its sum of squares; M x N, finite, no column constant.

    A column whose sum of squares is beyond all numbers is NaN.
    """
    unit: FloatColumn = values - values.mean(axis=0)
    squares = np.einsum("mn,mn->n", unit, unit)
    unit /= np.sqrt(np.where(np.isfinite(squares), squares, np.nan))
    return unit


def common_months(values: FloatColumn) -> BoolColumn:
    """In which of the M months every column has a value, shape (M,)."""
    common: BoolColumn = np.logical_and.reduce(np.isfinite(values), axis=1)
    return common


def common_matrix(
    labels: Sequence[str], values: FloatColumn, *, min_observations: int
) -> tuple[LabelledMatrix | None, tuple[Exclusion, ...]]:
    """The correlation matrix over the months that all columns share.

    Args:
        labels: N labels.
        values: M x N returns; NaN where there is none.
        min_observations: as many months must be common, and columns are left out until they are.

    Returns:
        The matrix of the columns that are left, in their order, None where there are none; and what was left out.
    """
    shared = share_months(labels, values, min_observations=min_observations)
    if not shared.labels:
        return None, shared.exclusions
    return LabelledMatrix(shared.labels, correlation(shared.values), len(shared.values)), shared.exclusions


def share_months(labels: Sequence[str], values: FloatColumn, *, min_observations: int) -> Shared:
    """The columns that have enough months in common, over those months.

    Where too few are common, the column with the fewest returns (of equals, the last by name) is left out, until
    there are enough; then those that don't move in the common months are.
    """
    kept, crowded_out = _enough_in_common(labels, values, min_observations=min_observations)
    still = constant_columns(values[common_months(values[:, kept])][:, kept])
    constant = [
        Exclusion(labels[column], "constant", "All its returns in the common months are equal.")
        for column in kept[still].tolist()
    ]
    kept = kept[~still]
    chosen = values[:, kept]
    return Shared(
        labels=tuple(labels[column] for column in kept.tolist()),
        values=chosen[common_months(chosen)],
        exclusions=tuple(sorted([*crowded_out, *constant])),
    )


def _enough_in_common(
    labels: Sequence[str], values: FloatColumn, *, min_observations: int
) -> tuple[IntColumn, list[Exclusion]]:
    """The columns that are left, ascending, and the others.

    In which order columns would go is known beforehand, as no column's number of returns depends on the others; so
    one pass from the end of that order tells how many months are common once the first k of it are gone.
    """
    known = np.isfinite(values)
    counts = known.sum(axis=0)
    by_name = sorted(range(len(labels)), key=labels.__getitem__, reverse=True)
    order = np.array(sorted(by_name, key=counts.__getitem__), dtype=np.int64)
    shared = np.logical_and.accumulate(known[:, order[::-1]], axis=1)[:, ::-1].sum(axis=0)
    enough = shared >= min_observations
    gone = int(enough.argmax()) if enough.any() else len(order)
    left_out = [
        Exclusion(
            labels[column],
            "few_common_months",
            f"It has {counts[column]} returns, and with it {shared[place]} months are common; "
            f"at least {min_observations} are needed.",
        )
        for place, column in enumerate(order[:gone].tolist())
    ]
    return np.sort(order[gone:]), left_out
