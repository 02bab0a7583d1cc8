"""Panels worked on a few rows at a time, so that what is made on the way stays in the processor's cache."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn

BLOCK_VALUES: Final = 2**16
"""Values of a block: half a megabyte, of which a few fit the cache of a core."""
OFTEN: Final = 4
"""A block has at least so many times the rows that it follows, as those are worked on twice."""


def blocks(values: FloatColumn, *, before: int = 0) -> Iterator[tuple[slice, FloatColumn]]:
    """The rows of T x N values in order: which, and a copy of them that follows `before` rows; NaN before the first.

    What is made of a row and of those it follows is the same to the last bit, however rows are parted: numpy works on
    each place by itself.
    """
    count, symbols = values.shape
    step = max(BLOCK_VALUES // max(symbols, 1), OFTEN * before, 1)
    for start in range(0, count, step):
        rows = slice(start, min(start + step, count))
        yield rows, after_none(values[max(start - before, 0) : rows.stop], rows=max(before - start, 0))


def after_none(values: FloatColumn, *, rows: int) -> FloatColumn:
    """A copy of T x N values that follows so many rows without any, rows + T x N."""
    found = np.empty((rows + len(values), values.shape[1]))
    found[:rows], found[rows:] = np.nan, values
    return found


def empty_panels(*names: str, like: FloatColumn) -> dict[str, FloatColumn]:
    """Room for T x N values of each name; got in one piece, as many cost the system more than all that is put there."""
    return dict(zip(names, np.empty((len(names), *like.shape)), strict=True))
