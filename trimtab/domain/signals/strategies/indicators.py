"""Indicators of whole panels, T dates x N symbols, by the conventions of TA-Lib.

A row is made of itself and the rows before it. Every run of values without a gap is a series of its own: after a NaN an
indicator starts anew, and is NaN until the run is long enough.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn

NO_WIDTH: Final = 1e-14
"""A deviation up to this share of the price is rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Macd:
    """Moving average convergence/divergence, T x N each, in units of the price.

    Attributes:
        line: fast less slow exponential average.
        signal: exponential average of the line.
    """

    line: FloatColumn
    signal: FloatColumn

    @property
    def histogram(self) -> FloatColumn:
        """The line less its signal."""
        return self.line - self.signal


@dataclass(frozen=True, slots=True, eq=False)
class Rolling:
    """Of the last values up to each row, T x N each; NaN where one of them is missing.

    Attributes:
        mean: their mean.
        deviation: of the population (ddof 0), as Bollinger has it; exactly 0 where they don't vary.
    """

    mean: FloatColumn
    deviation: FloatColumn


def run_lengths(values: FloatColumn) -> IntColumn:
    """How many values stand without a gap up to each place, itself included; 0 where there is none. T x N."""
    rows = np.arange(len(values))[:, None]
    gaps: IntColumn = np.maximum.accumulate(np.where(np.isnan(values), rows, -1), axis=0)
    return rows - gaps


def rolling(values: FloatColumn, *, days: int) -> Rolling:
    """Mean and deviation of the last `days` values, T x N.

    Sums are of distances to the newest value, anew in each row: digits aren't lost, and what has left the window
    leaves no trace, as it does in running sums.
    """
    mean, squares = np.full_like(values, np.nan), np.full_like(values, np.nan)
    for row in range(days - 1, len(values)):
        apart = values[row - days + 1 : row + 1] - values[row]
        behind = apart.sum(axis=0) / days
        mean[row] = values[row] + behind
        apart -= behind
        np.einsum("ij,ij->j", apart, apart, out=squares[row])
    deviation = np.sqrt(squares / days)
    return Rolling(mean, np.where(deviation <= NO_WIDTH * np.abs(mean), 0.0, deviation))


def efficiency_ratio(prices: FloatColumn, *, days: int) -> FloatColumn:
    """How straight the way of the last `days` prices was (Kaufman 1995): distance over length of the way, T x N.

    1 is a straight line, near 0 a walk in place; NaN where no price differs.
    """
    steps = np.abs(np.diff(prices, axis=0, prepend=np.nan))
    distance, way = np.full_like(prices, np.nan), np.full_like(prices, np.nan)
    distance[days - 1 :] = np.abs(prices[days - 1 :] - prices[: max(len(prices) - days + 1, 0)])
    for row in range(days - 1, len(prices)):
        steps[row - days + 2 : row + 1].sum(axis=0, out=way[row])
    return np.minimum(distance / np.where(way > 0, way, np.nan), 1.0)


def ema(values: FloatColumn, *, days: int, first: int | None = None) -> FloatColumn:
    """Exponential moving average, T x N: each value takes 2 / (days + 1) of the distance to it.

    Args:
        values: T x N.
        days: length; the seed is the plain mean of as many values.
        first: the value of a run, counted from 1, at which the average starts; `days` without it, and never fewer.
    """
    return _smoothed(values, days=days, first=days if first is None else first, weight=2.0 / (days + 1))


def rsi(prices: FloatColumn, *, days: int) -> FloatColumn:
    """Relative strength index (Wilder 1978), 0 to 100, T x N: 100 g / (g + l), g and l the mean gain and loss.

    Means are Wilder's, each change taking 1 / days, seeded by the plain mean of the first `days` changes of a run.
    NaN while no price differs: TA-Lib says 0 there, which would read as sold out.
    """
    changes = np.diff(prices, axis=0, prepend=np.nan)
    gains, losses = (
        _smoothed(np.maximum(side, 0.0), days=days, first=days, weight=1.0 / days) for side in (changes, -changes)
    )
    both = gains + losses
    return 100.0 * gains / np.where(both > 0, both, np.nan)


def macd(prices: FloatColumn, *, fast_days: int, slow_days: int, signal_days: int) -> Macd:
    """MACD (Appel), T x N; the fast average starts with the slow one, as TA-Lib has it.

    The line is there from the `slow_days`-th price of a run on, its signal `signal_days` - 1 later.
    """
    line = ema(prices, days=fast_days, first=slow_days) - ema(prices, days=slow_days)
    return Macd(line, ema(line, days=signal_days))


def _smoothed(values: FloatColumn, *, days: int, first: int, weight: float) -> FloatColumn:
    """Recursion over dates of all symbols: a gap makes the average NaN until a run has its `first` value."""
    starting = run_lengths(values) == first
    found = np.full_like(values, np.nan)
    average = np.full(values.shape[1], np.nan)
    for row, newest in enumerate(values):
        average = average + weight * (newest - average)
        if starting[row].any():
            seed = values[row - days + 1 : row + 1, starting[row]]
            average[starting[row]] = seed.sum(axis=0) / days
        found[row] = average
    return found
