"""Columns of values as they are measured: what is there, and its sums."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn

NO_DEVIATION: Final = 1e-14
"""A deviation up to this is rounding. A return is a quotient less 1, so equal ones differ by some 2e-16."""
LOST_SHARE: Final = 1e-3
"""Where less than this is left of a sum of squares once the mean is taken off, it is summed again around the mean."""


@dataclass(frozen=True, eq=False)
class Observations:
    """T periods x N columns; a NaN is no observation.

    Attributes:
        values: T x N, 0 where there is none.
        weights: T x N, 1 where there is one and 0 where there is none; None where nothing is missing.
        n: N counts of what is there.
        total: N sums.
    """

    values: FloatColumn
    weights: FloatColumn | None
    n: IntColumn
    total: FloatColumn

    @cached_property
    def mean(self) -> FloatColumn:
        """N means; 0 without an observation."""
        return self.total / np.maximum(self.n, 1)

    @cached_property
    @np.errstate(over="ignore")
    def raw_squares(self) -> FloatColumn:
        """N sums of squares."""
        squares: FloatColumn = np.einsum("ij,ij->j", self.values, self.values)
        return squares

    @cached_property
    @np.errstate(over="ignore", invalid="ignore")
    def squares(self) -> FloatColumn:
        """N sums of squares around the mean; exactly 0 where the values don't vary, NaN beyond all numbers."""
        squares = self.raw_squares - self.total * self.mean
        lost = squares < LOST_SHARE * self.raw_squares
        if lost.any():
            weights = np.ones((1, 1)) if self.weights is None else self.weights[:, lost]
            squares[lost] = squares_around_mean(self.values[:, lost], weights, n=self.n[lost])
        return settled(squares, self.n)

    @cached_property
    def deviation(self) -> FloatColumn:
        """N sample deviations (ddof 1): exactly 0 where the values don't vary, NaN for fewer than two.

        NaN too where the sum of squares is beyond all numbers.
        """
        return np.where(self.n > 1, np.sqrt(self.squares / np.maximum(self.n - 1, 1)), np.nan)


@np.errstate(over="ignore", invalid="ignore")
def observe(values: FloatColumn) -> Observations:
    """The observations of T x N values; values without a NaN aren't copied."""
    periods, columns = values.shape
    total = column_sums(values)
    # A NaN shows in a sum as well.
    missing = np.isnan(total)
    if not missing.any():
        return Observations(values, None, np.full(columns, periods), total)
    gaps = np.isnan(values)
    filled, weights = np.where(gaps, 0.0, values), np.subtract(1.0, gaps)
    return Observations(filled, weights, column_sums(weights).astype(np.int64), column_sums(filled))


def column_sums(values: FloatColumn) -> FloatColumn:
    """N sums of T x N values."""
    if values.flags.f_contiguous:
        sums: FloatColumn = values.sum(axis=0)
        return sums
    # A product costs less than a sum over an axis along which values don't lie side by side.
    product: FloatColumn = np.ones(len(values)) @ values
    return product


def centred(values: FloatColumn, weights: FloatColumn, *, n: IntColumn) -> FloatColumn:
    """Values less their mean, T x N; 0 where there is none.

    What the mean missed by rounding is taken off as well: equal values must not seem to vary.
    """
    some = np.maximum(n, 1)
    once = (values - values.sum(axis=0) / some) * weights
    found: FloatColumn = (once - once.sum(axis=0) / some) * weights
    return found


def squares_around_mean(values: FloatColumn, weights: FloatColumn, *, n: IntColumn) -> FloatColumn:
    """N sums of squares of T x N values around their mean, to the last digits."""
    around = centred(values, weights, n=n)
    squares: FloatColumn = (around * around).sum(axis=0)
    return squares


def settled(squares: FloatColumn, n: IntColumn) -> FloatColumn:
    """Sums of squares of n values: those that are only rounding are 0, those that aren't finite NaN."""
    moving = np.where(np.isfinite(squares), squares, np.nan)
    return np.where(squares <= np.maximum(n - 1, 1) * NO_DEVIATION**2, 0.0, moving)
