"""What sizing rests on, estimated of the days up to each decision. Section 3 of `docs/signal-backtest.md`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.signals.observations import centred, settled

LEAST_TRADES: Final = 20
"""Fewer trades tell nothing about how often they win."""


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """R x N means and sample variances (ddof 1) of daily returns; NaN for a symbol that doesn't have all of them.

    A variance that is only rounding is 0.
    """

    mean: FloatColumn
    variance: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class TradeOdds:
    """R x N shares of trades that won, and mean gains over mean losses; NaN where there is no estimate."""

    win_rate: FloatColumn
    payoff_ratio: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """Means, and sums of squares around them, of as many rows as it is wide up to each of T rows."""

    mean: FloatColumn
    squares: FloatColumn
    width: int


def daily_returns(prices: FloatColumn) -> FloatColumn:
    """T x N returns of T x N closes; NaN without a close of the day or of the one before."""
    returns = np.full(prices.shape, np.nan)
    returns[1:] = prices[1:] / prices[:-1] - 1.0
    return returns


def moments_at(returns: FloatColumn, rows: IntColumn, *, days: int) -> Moments:
    """Means and variances of the last `days` returns up to each of R rows.

    Windows are put together of windows half as wide, each around its own mean (Chan, Golub, LeVeque 1983). Nothing is
    subtracted from sums over all days, so no digits are lost, and equal returns have no variance.
    """
    single = whole = _Window(returns, np.where(np.isnan(returns), np.nan, 0.0), 1)
    for more in _doublings(days):
        whole = _joined(whole, whole)
        whole = _joined(single, whole) if more else whole
    squares = settled(whole.squares[rows], np.array(days))
    return Moments(whole.mean[rows], squares / (days - 1))


def covariance_at(returns: FloatColumn, row: int, *, days: int, chosen: IntColumn) -> FloatColumn:
    """The sample covariance (ddof 1), C x C, of C symbols' last `days` returns up to a row, all of which are there."""
    window = np.ascontiguousarray(returns[row - days + 1 : row + 1].take(chosen, axis=1))
    around = centred(window, np.ones((1, 1)), n=np.full(len(chosen), days))
    covariance: FloatColumn = around.T @ around / (days - 1)
    return covariance


def trade_odds_at(
    prices: FloatColumn, alpha: FloatColumn, *, horizon_days: FloatColumn, rows: IntColumn, days: int
) -> TradeOdds:
    """Odds of the trades that became known within the last `days` days up to each of R rows.

    Args:
        prices: T x N closes.
        alpha: T x N, combined; a trade is on its side, and none where it is 0 or NaN.
        horizon_days: T x N, of the same signals; a trade is known that many days later, rounded, at least 1.
        rows: R.
        days: how many days count.
    """
    day, symbol = np.nonzero(np.nan_to_num(alpha))
    known = day + np.maximum(np.rint(horizon_days[day, symbol]), 1.0).astype(np.int64)
    told = known < len(prices)
    day, symbol, known = day[told], symbol[told], known[told]
    gain = np.nan_to_num(np.sign(alpha[day, symbol]) * (prices[known, symbol] / prices[day, symbol] - 1.0))
    place = known * prices.shape[1] + symbol

    def recent(figures: FloatColumn) -> FloatColumn:
        by_day = np.bincount(place, weights=figures, minlength=prices.size).astype(np.float64)
        return _sums(by_day.reshape(prices.shape), days=days)[rows]

    won, lost = recent((gain > 0).astype(np.float64)), recent((gain < 0).astype(np.float64))
    enough = (won + lost >= LEAST_TRADES) & (won > 0) & (lost > 0)
    wins, losses = np.where(enough, won, np.nan), np.where(enough, lost, np.nan)
    gained, given = recent(np.maximum(gain, 0.0)) / wins, recent(np.maximum(-gain, 0.0)) / losses
    return TradeOdds(wins / (wins + losses), gained / given)


def _joined(newer: _Window, older: _Window) -> _Window:
    """The windows of both widths, the older ones ending where the newer ones begin; NaN where there is none so far."""
    mean, squares = np.full_like(newer.mean, np.nan), np.full_like(newer.mean, np.nan)
    width, late = newer.width + older.width, slice(newer.width, None)
    early = slice(None, len(mean[late]))
    apart = older.mean[early] - newer.mean[late]
    mean[late] = newer.mean[late] + apart * (older.width / width)
    squares[late] = newer.squares[late] + older.squares[early] + apart**2 * (newer.width * older.width / width)
    return _Window(mean, squares, width)


def _sums(figures: FloatColumn, *, days: int) -> FloatColumn:
    """Sums of the last `days` rows up to each of T x N, fewer where there are fewer; none is taken from another."""
    whole, width = figures, 1
    for more in _doublings(days):
        whole, width = _added(whole, whole, after=width), width * 2
        if more:
            whole, width = _added(figures, whole, after=1), width + 1
    return whole


def _added(newer: FloatColumn, older: FloatColumn, *, after: int) -> FloatColumn:
    total = newer.copy()
    total[after:] += older[: len(total[after:])]
    return total


def _doublings(days: int) -> Iterator[bool]:
    """How a width of 1 grows to a number of days: doubled each time, and 1 wider where it says so."""
    return (digit == "1" for digit in f"{days:b}"[1:])
