"""Columns in segments.

Rows of one table that belong, in order, to rows of another (lines to portfolios, tax lots to lines).

A segmented column has a `start` of length n + 1: segment i is `rows[start[i]:start[i + 1]]`. Segments may be empty.
"""

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn


def starts_of(sorted_keys: IntColumn, count: int) -> IntColumn:
    """Segment starts, shape (count + 1,), of rows sorted by their segment number in 0..count-1."""
    return np.searchsorted(sorted_keys, np.arange(count + 1), side="left").astype(np.int64)


def segment_sum(values: FloatColumn, start: IntColumn) -> FloatColumn:
    """Sum of each segment, shape (n,); an empty one is 0."""
    filled = start[:-1] < start[1:]
    if filled.all():
        return np.add.reduceat(values, start[:-1]) if len(start) > 1 else np.zeros(0)
    sums = np.zeros(len(start) - 1)
    if filled.any():
        sums[filled] = np.add.reduceat(values, start[:-1][filled])
    return sums


def grouped_sum(group: IntColumn, values: FloatColumn, *, count: int) -> FloatColumn:
    """Sum of the values of each group number 0..count-1, shape (count,); the rows may come in any order."""
    return np.bincount(group, weights=values, minlength=count).astype(np.float64, copy=False)


def segment_rows(start: IntColumn) -> IntColumn:
    """The segment number of each row, shape (rows,)."""
    return np.repeat(np.arange(len(start) - 1), np.diff(start))


def running_sum_before(values: FloatColumn, start: IntColumn) -> FloatColumn:
    """Sum of the rows of the same segment that come before each row: exact, as the sum restarts in each segment.

    Computed rank by rank (all first rows, all second rows, ...), so no rounding leaks from one segment into the next.
    """
    before = np.zeros(len(values))
    length = np.diff(start)
    for rank in range(1, int(length.max(initial=0))):
        row = start[:-1][length > rank] + rank
        before[row] = before[row - 1] + values[row - 1]
    return before


def ranks_in_segments(start: IntColumn) -> IntColumn:
    """Position of each row in its segment, counted from 0, shape (rows,)."""
    return np.arange(start[-1]) - np.repeat(start[:-1], np.diff(start))
