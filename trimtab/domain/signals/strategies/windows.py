"""Sums over windows of rows, put together of windows half as long."""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """All windows of so many rows among T x N values, T - `days` + 1 of them, the earliest first.

    Attributes:
        days: rows in a window.
        total: their sums.
        squares: sums of their squared distances from their mean; 0 where nobody asks.
    """

    days: int
    total: FloatColumn
    squares: FloatColumn


def windows(values: FloatColumn, *, days: int, squares: bool) -> Windows:
    """All windows of `days`, 1 or more, among at least as many rows; with the sums of their squares or without.

    A window is made of its own rows only, and in the same order wherever it is.
    """
    join = _with_squares if squares else _totals
    piece = Windows(1, values, np.broadcast_to(0.0, values.shape))
    found = piece if days & 1 else None
    while 2 * piece.days <= days:
        piece = join(piece, piece)
        if days & piece.days:
            found = piece if found is None else join(found, piece)
    return piece if found is None else found


def _totals(first: Windows, later: Windows) -> Windows:
    """Each window with the one that follows it right away."""
    total = first.total[: len(first.total) - later.days] + later.total[first.days :]
    return Windows(first.days + later.days, total, first.squares)


def _with_squares(first: Windows, later: Windows) -> Windows:
    """The same with its squares (Chan, Golub and LeVeque 1979).

    Nothing is taken away but a mean from a mean, so that no digits are lost.
    """
    rows, after = slice(len(first.total) - later.days), slice(first.days, None)
    one, other = first.total[rows], later.total[after]
    # One mean less the other, times the days of the later: a division less.
    apart = one - other if first.days == later.days else one * (later.days / first.days) - other
    apart *= apart
    apart *= first.days / (later.days * (first.days + later.days))
    for part, some in ((first, rows), (later, after)):
        if part.days > 1:
            apart += part.squares[some]
    return Windows(first.days + later.days, one + other, apart)
