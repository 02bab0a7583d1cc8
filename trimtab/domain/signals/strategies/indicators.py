"""Indicators of whole panels, T dates x N symbols, by the conventions of TA-Lib.

A row is made of itself and the rows before it. Every run of values without a gap is a series of its own: after a NaN an
indicator starts anew, and is NaN until the run is long enough.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.signals.strategies.blocks import after_none, blocks
from trimtab.domain.signals.strategies.smoothing import Seeds, run_lengths, smoothed, starts
from trimtab.domain.signals.strategies.windows import windows

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


def rolling(values: FloatColumn, *, days: int) -> Rolling:
    """Mean and deviation of the last `days` values, T x N.

    Each window is put together anew: digits aren't lost, and what has left it leaves no trace, as it does in running
    sums.
    """
    return rolling_after(after_none(values, rows=days - 1), days=days)


def rolling_after(values: FloatColumn, *, days: int) -> Rolling:
    """The same of the rows after the first `days` - 1, without those."""
    found = windows(values, days=days, squares=True)
    mean, deviation = found.total / days, found.squares / days
    np.sqrt(deviation, out=deviation)
    replace(deviation, deviation <= NO_WIDTH * np.abs(mean), by=0.0)
    return Rolling(mean, deviation)


def efficiency_ratio(prices: FloatColumn, *, days: int) -> FloatColumn:
    """How straight the way of the last `days` prices was (Kaufman 1995): distance over length of the way, T x N.

    1 is a straight line, near 0 a walk in place; NaN where no price differs.
    """
    return efficiency_after(after_none(prices, rows=days - 1), days=days)


def efficiency_after(prices: FloatColumn, *, days: int) -> FloatColumn:
    """The same of the rows after the first `days` - 1, without those."""
    steps = prices[1:] - prices[:-1]
    way = windows(np.abs(steps, out=steps), days=days - 1, squares=False).total
    replace(way, way == 0, by=np.nan)
    ratio = prices[days - 1 :] - prices[: len(prices) - days + 1]
    np.abs(ratio, out=ratio)
    ratio /= way
    return np.minimum(ratio, 1.0, out=ratio)


def ema(values: FloatColumn, *, days: int, first: int | None = None) -> FloatColumn:
    """Exponential moving average, T x N: each value takes 2 / (days + 1) of the distance to it.

    Args:
        values: T x N.
        days: length; the seed is the plain mean of as many values.
        first: the value of a run, counted from 1, at which the average starts; `days` without it, and never fewer.
    """
    found = np.empty(values.shape)
    starting = starts(run_lengths(values), at=first or days, symbols=values.shape[1])
    for rows, averages in _emas(values, (days,), starting=starting):
        found[rows] = averages[:, 0]
    return found


def rsi(prices: FloatColumn, *, days: int) -> FloatColumn:
    """Relative strength index (Wilder 1978), 0 to 100, T x N: 100 g / (g + l), g and l the mean gain and loss.

    Means are Wilder's, each change taking 1 / days, seeded by the plain mean of the first `days` changes of a run.
    NaN while no price differs: TA-Lib says 0 there, which would read as sold out.
    """
    found = np.empty(prices.shape)
    fill_rsi(found, prices, days=days, lengths=run_lengths(prices))
    return found


def fill_rsi(found: FloatColumn, prices: FloatColumn, *, days: int, lengths: IntColumn) -> None:
    """The RSI, into an array that has room for it; with the lengths of the prices' runs."""
    seeds: Seeds = {
        row: (symbols, _sides(prices[row - days : row + 1, symbols]).sum(axis=0) / days)
        for row, symbols in starts(lengths, at=days + 1, symbols=prices.shape[1])
    }
    sides = ((rows, _sides(block)) for rows, block in blocks(prices, before=1))
    for rows, means in smoothed(sides, weights=(1.0 / days,) * 2, seeds=seeds):
        gains, losses = means[:, 0], means[:, 1]
        losses += gains
        replace(losses, losses == 0, by=np.nan)
        gains *= 100.0
        np.divide(gains, losses, out=found[rows])


def macd(prices: FloatColumn, *, fast_days: int, slow_days: int, signal_days: int) -> Macd:
    """MACD (Appel), T x N; the fast average starts with the slow one, as TA-Lib has it.

    The line is there from the `slow_days`-th price of a run on, its signal `signal_days` - 1 later.
    """
    lines = Macd(*np.empty((2, *prices.shape)))
    fill_macd(lines, prices, days=(fast_days, slow_days, signal_days), lengths=run_lengths(prices))
    return lines


def fill_macd(lines: Macd, prices: FloatColumn, *, days: tuple[int, int, int], lengths: IntColumn) -> None:
    """The MACD of fast, slow and signal days, into lines that have room for it; `lengths` as for the RSI."""
    fast, slow, signal = days
    starting, later = (starts(lengths, at=at, symbols=prices.shape[1]) for at in (slow, slow + signal - 1))
    for rows, averages in _emas(prices, (fast, slow), starting=starting):
        np.subtract(averages[:, 0], averages[:, 1], out=lines.line[rows])
    for rows, averages in _emas(lines.line, (signal,), starting=later):
        lines.signal[rows] = averages[:, 0]


def replace(values: FloatColumn, where: BoolColumn, *, by: float) -> None:
    """Sets some values, which are seldom any: to look is far cheaper than to choose at each place."""
    if where.any():
        values[where] = by


def _sides(prices: FloatColumn) -> FloatColumn:
    """Gains and losses up to each of T x N prices but the first, T - 1 x 2 x N."""
    sides = np.empty((len(prices) - 1, 2, prices.shape[1]))
    gains, losses = sides[:, 0], sides[:, 1]
    changes = np.subtract(prices[1:], prices[:-1], out=losses)
    np.maximum(changes, 0.0, out=gains)
    np.subtract(gains, changes, out=losses)
    return sides


def _emas(
    values: FloatColumn, days: tuple[int, ...], *, starting: Iterable[tuple[int, BoolColumn]]
) -> Iterator[tuple[slice, FloatColumn]]:
    """Exponential averages of several lengths, blocks of rows x K x N."""
    seeds: Seeds = {
        row: (symbols, np.stack([values[row - each + 1 : row + 1, symbols].sum(axis=0) / each for each in days]))
        for row, symbols in starting
    }
    series = ((rows, np.repeat(block[:, None], len(days), axis=1)) for rows, block in blocks(values))
    return smoothed(series, weights=tuple(2.0 / (each + 1) for each in days), seeds=seeds)
