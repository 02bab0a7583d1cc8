"""Columns in segments.

Rows of one table that belong, in order, to rows of another (lines to portfolios, tax lots to lines).

A segmented column has a `start` of length n + 1: segment i is `rows[start[i]:start[i + 1]]`. Segments may be empty.
"""

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn


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


MOST_PADDING = 8
"""Sorting many short rows of one matrix is several times faster than sorting by (segment, key). A few very long
segments among many short ones would make that matrix huge: beyond this factor the plain way is taken."""


def order_in_segments(key: FloatColumn, start: IntColumn) -> IntColumn:
    """Rows of each segment by falling key, ties in row order, shape (rows,)."""
    cells = _cells(start)
    if cells.size > MOST_PADDING * len(key):
        return np.lexsort((-key, segment_rows(start)))
    order = np.argsort(_padded(-key, cells, padding=np.inf), axis=1, kind="stable")
    return (order + start[:-1][start[:-1] < start[1:], None])[cells]


def running_sum_by_key(values: FloatColumn, key: FloatColumn, *, start: IntColumn) -> FloatColumn:
    """For each row the sum of its segment's rows with a larger key (or an equal one, and earlier), shape (rows,)."""
    cells = _cells(start)
    if cells.size > MOST_PADDING * len(key):
        order = order_in_segments(key, start)
        before = np.empty_like(values)
        before[order] = running_sum_before(values[order], start)
        return before
    order = np.argsort(_padded(-key, cells, padding=np.inf), axis=1, kind="stable")
    ranked = np.take_along_axis(_padded(values, cells, padding=0.0), order, axis=1)
    sums = np.zeros_like(ranked)
    np.cumsum(ranked[:, :-1], axis=1, out=sums[:, 1:])
    unranked = np.empty_like(sums)
    np.put_along_axis(unranked, order, sums, axis=1)
    return unranked[cells]


def _cells(start: IntColumn) -> BoolColumn:
    """Which cells of a matrix with a row per filled segment are used, shape (filled segments, longest segment)."""
    length = np.diff(start)
    length = length[length > 0]
    return np.arange(int(length.max(initial=0))) < length[:, None]


def _padded(values: FloatColumn, cells: BoolColumn, *, padding: float) -> FloatColumn:
    matrix = np.full(cells.shape, padding)
    matrix[cells] = values
    return matrix
