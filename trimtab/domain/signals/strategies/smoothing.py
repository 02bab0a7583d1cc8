"""Exponential averages of many series at once, over runs of values without a gap."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn

Seeds = Mapping[int, tuple[BoolColumn, FloatColumn]]
"""By row: of which symbols averages start there (N), and with what (K x how many those are)."""


def run_lengths(values: FloatColumn) -> IntColumn:
    """How many values stand without a gap up to each place, itself included; 0 where there is none.

    T x N; T x 1 where nothing is missing, as symbols are then alike.
    """
    rows, missing = np.arange(len(values))[:, None], np.isnan(values)
    if not missing.any():
        return rows + 1
    gaps: IntColumn = np.maximum.accumulate(np.where(missing, rows, -1), axis=0)
    return rows - gaps


def starts(lengths: IntColumn, *, at: int, symbols: int) -> Iterator[tuple[int, BoolColumn]]:
    """The rows in which runs reach a length, and of which symbols."""
    reached = lengths == at
    for row in np.flatnonzero(reached.any(axis=1)).tolist():
        yield row, np.broadcast_to(reached[row], symbols)


def smoothed(
    blocks: Iterable[tuple[slice, FloatColumn]], *, weights: tuple[float, ...], seeds: Seeds
) -> Iterator[tuple[slice, FloatColumn]]:
    """Averages in the place of the values, block after block: each value takes its weight of the distance to it.

    Args:
        blocks: rows in order, and their values x K series x N symbols, which are overwritten.
        weights: of the K series.
        seeds: where averages start; before that, and from a gap on, they are NaN.
    """
    weight, average = np.array(weights)[:, None], np.array(np.nan)
    for rows, series in blocks:
        weight = np.broadcast_to(weight, series.shape[1:]).copy()
        for row, place in enumerate(series, rows.start):
            np.subtract(place, average, place)
            np.multiply(place, weight, place)
            np.add(place, average, place)
            if row in seeds:
                symbols, seed = seeds[row]
                place[:, symbols] = seed
            average = place
        average = average.copy()
        yield rows, series
