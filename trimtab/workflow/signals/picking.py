"""Which rows of a long table are shown where not all are."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

R = TypeVar("R")


def spread_out(rows: Sequence[R], *, most: int) -> Sequence[R]:
    """At most so many rows, evenly spread, the first and the last among them."""
    if len(rows) <= most:
        return rows
    places = np.linspace(0, len(rows) - 1, most).round().astype(np.int64)
    return [rows[place] for place in np.unique(places).tolist()] if most > 1 else [rows[-1]]


def newest(rows: Sequence[R], *, most: int) -> Sequence[R]:
    """The last so many rows."""
    return rows[max(len(rows) - most, 0) :]
