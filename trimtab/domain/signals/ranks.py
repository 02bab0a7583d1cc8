"""Ranks within rows, and how the ranks of two sets of rows go together."""

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals.quotients import quotient


def average_ranks(values: FloatColumn) -> FloatColumn:
    """Ranks within each row of T x N values, 1 for the least; equal ones share the mean of theirs, a NaN has none."""
    rows, columns = values.shape
    order = np.argsort(values, axis=1)
    ascending = np.take_along_axis(values, order, axis=1)
    edge = np.ones((rows, columns + 1), dtype=np.bool_)
    edge[:, 1:-1] = ascending[:, 1:] != ascending[:, :-1]
    place = np.arange(columns)
    first = np.maximum.accumulate(np.where(edge[:, :-1], place, 0), axis=1)
    last = np.minimum.accumulate(np.where(edge[:, 1:], place, columns)[:, ::-1], axis=1)[:, ::-1]
    ranks = np.empty((rows, columns))
    np.put_along_axis(ranks, order, (first + last) / 2 + 1, axis=1)
    return np.where(np.isnan(values), np.nan, ranks)


def rank_correlation(left: FloatColumn, right: FloatColumn) -> FloatColumn:
    """Spearman's correlation of each row of T x N with the other's, T, over the places where both have a value.

    It is Pearson's of the average ranks. NaN where one side doesn't vary, or for fewer than two places.
    """
    missing = np.isnan(left) | np.isnan(right)
    middle = (left.shape[1] - missing.sum(axis=1, keepdims=True) + 1) / 2
    x, y = (np.where(missing, 0.0, average_ranks(np.where(missing, np.nan, side)) - middle) for side in (left, right))
    xy, xx, yy = (np.einsum("ij,ij->i", a, b) for a, b in ((x, y), (x, x), (y, y)))
    return np.clip(quotient(xy, np.sqrt(xx) * np.sqrt(yy)), -1.0, 1.0)
