"""The returns panel: month-end prices, total returns and changes of yields. Sections 1 and 2 of the factors' maths."""

from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, DateColumn, FloatColumn, IntColumn
from trimtab.domain.factors.market import Prices, Yields
from trimtab.domain.factors.months import STALE_DAYS, last_weekdays, months_of
from trimtab.domain.factors.panel import Basis, Panel

RECENT_DAYS: Final = 260
"""A year of days with prices: as many tell how many tickers have one on a day of the market as it is now."""
BLOCK: Final = 256
"""Tickers whose index is made at once: as many as keep what is made on the way small."""


def monthly_panel(prices: Prices, yields: Yields | None) -> Panel:
    """Monthly total returns of every ticker, and the changes of yields beside them.

    The months are those of the market from its first to its last complete one, without a gap; none where it has no
    complete one. The first is there, too, though no ticker can have a return in it.

    Args:
        prices: daily prices, T x N.
        yields: daily yields; None where the market has none.

    Returns:
        Returns are fractions, changes of yields percentage points.
    """
    basis = basis_of(prices)
    price = total_return_prices(prices, basis)
    counts = np.isfinite(price).sum(axis=1)
    market_days = _last_days(counts, prices.dates)
    months = _complete_months(market_days, end=_market_end(counts, prices.dates))
    return Panel(
        months=months,
        tickers=prices.tickers,
        returns=_returns(_month_ends(price, prices.dates, market_days=market_days, months=months)),
        basis=basis,
        maturities=() if yields is None else yields.maturities,
        yield_changes=_yield_changes(yields, months, market_days=market_days),
    )


def basis_of(prices: Prices) -> tuple[Basis, ...]:
    """What each ticker's total returns are made of, N."""
    adjusted: BoolColumn = np.logical_or.reduce(np.isfinite(prices.adj_close), axis=0)
    paying: BoolColumn = np.logical_or.reduce(np.isfinite(prices.dividend), axis=0)
    return tuple(
        "adj_close" if has_adjusted else "close_and_dividends" if has_dividends else "close"
        for has_adjusted, has_dividends in zip(adjusted.tolist(), paying.tolist(), strict=True)
    )


def total_return_prices(prices: Prices, basis: tuple[Basis, ...]) -> FloatColumn:
    """The daily prices from which each ticker's returns are made, T x N."""
    kinds = np.array(basis)
    if (kinds == "adj_close").all():
        return prices.adj_close
    chosen = np.where(kinds == "adj_close", prices.adj_close, prices.close)
    paying = np.flatnonzero(kinds == "close_and_dividends")
    with np.errstate(over="ignore", invalid="ignore"):  # an index beyond all numbers is no price
        for block in np.array_split(paying, len(paying) // BLOCK + 1):
            chosen[:, block] = _dividend_index(prices.close[:, block], prices.dividend[:, block])
    return chosen


def _dividend_index(close: FloatColumn, dividend: FloatColumn) -> FloatColumn:
    """The index that starts at 1 and grows by (close + dividend) / (close before); NaN on days without a price.

    The close before is the last one that there is, and a dividend on a day without a price counts with the next one.
    """
    priced = np.isfinite(close).T
    price = close.T[priced]
    paid = np.cumsum(np.nan_to_num(dividend), axis=0).T[priced]
    grown = np.ones(len(price))
    grown[1:] = (price[1:] + np.diff(paid)) / price[:-1]
    counts = priced.sum(axis=1)
    grown[(np.cumsum(counts) - counts)[counts > 0]] = 1.0
    index = np.ones(priced.shape)
    index[priced] = grown
    np.cumprod(index, axis=1, out=index)
    index[~priced] = np.nan
    return index.T


def _last_days(counts: IntColumn, dates: DateColumn) -> DateColumn:
    """Of each month in which any of the T days' counts of prices is above 0, the last such day."""
    priced = dates[counts > 0].astype("datetime64[D]")
    last: DateColumn = priced[np.flatnonzero(np.diff(months_of(priced), append=-1))]
    return last


def _market_end(counts: IntColumn, dates: DateColumn) -> DateColumn:
    """The last day with prices of at least half as many tickers as the median day lately: one, or of no prices none.

    Where a single ticker goes on, on days of its own or by a wrong date, the market doesn't.
    """
    recent = np.flatnonzero(counts)[-RECENT_DAYS:]
    if not len(recent):
        return dates[:0]
    usual = recent[2 * counts[recent] >= np.median(counts[recent])]
    return dates[usual[-1:]].astype("datetime64[D]")


def _complete_months(market_days: DateColumn, *, end: DateColumn) -> IntColumn:
    """Every month from the market's first to its last complete one, of its last day in each month and of its end."""
    if not len(end):
        return np.empty(0, dtype=np.int64)
    first, last = int(months_of(market_days[:1])[0]), months_of(end)
    done = int(last[0]) if (end >= last_weekdays(last)).all() else int(last[0]) - 1
    return np.arange(first, done + 1)


def _returns(ends: FloatColumn) -> FloatColumn:
    """Of the prices at the ends of months, M x N; NaN in the first, and where a quotient is beyond all numbers."""
    returns = np.full(ends.shape, np.nan)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        returns[1:] = ends[1:] / ends[:-1] - 1.0
    returns[np.isinf(returns)] = np.nan
    return returns


def _yield_changes(yields: Yields | None, months: IntColumn, *, market_days: DateColumn) -> FloatColumn:
    """The changes in these months; the first is known where yields go back further than prices."""
    if yields is None:
        return np.empty((len(months), 0))
    levels, before = (
        _month_ends(yields.values_pct, yields.dates, market_days=market_days, months=wanted)
        for wanted in (months, months - 1)
    )
    return levels - before


def _month_ends(values: FloatColumn, dates: DateColumn, *, market_days: DateColumn, months: IntColumn) -> FloatColumn:
    """The last values in these months, NaN where they are too old for the end of one; section 1.

    Args:
        values: T x K; NaN where there is none.
        dates: T days.
        market_days: the market's last day in each month in which it has one.
        months: M of them.

    Returns:
        M x K.
    """
    last, present = _last_rows(values, dates)
    days = dates.astype("datetime64[D]")
    fresh = (last >= 0) & ((_until(present, market_days)[:, None] - days[last]).astype(np.int64) <= STALE_DAYS)
    ends = np.where(fresh, np.take_along_axis(values, last, axis=0), np.nan)
    return _spread(ends, present=present, months=months)


def _until(months: IntColumn, market_days: DateColumn) -> DateColumn:
    """From which day a month-end value's age is counted: the market's last, or of a month without, the last weekday."""
    until = last_weekdays(months)
    of_market = months_of(market_days)
    held = np.isin(months, of_market)
    until[held] = market_days[np.searchsorted(of_market, months[held])]
    return until


def _last_rows(values: FloatColumn, dates: DateColumn) -> tuple[IntColumn, IntColumn]:
    """Of each month with a date, the row of the last value in it, -1 where there is none; and the month's number."""
    months = months_of(dates)
    if not len(months):
        return np.empty((0, values.shape[1]), dtype=np.int64), months
    starts = np.flatnonzero(np.diff(months, prepend=months[0] - 1))
    return np.maximum.reduceat(_rows_with(np.isfinite(values)), starts, axis=0), months[starts]


def _rows_with(known: BoolColumn) -> IntColumn:
    """Each value's own row where it is known, else -1."""
    return np.where(known, np.arange(len(known), dtype=np.int32)[:, None], np.int32(-1))


def _spread(values: FloatColumn, *, present: IntColumn, months: IntColumn) -> FloatColumn:
    """Rows of the months that are present, at their place among `months`; NaN in the others."""
    spread = np.full((len(months), values.shape[1]), np.nan)
    wanted = np.isin(present, months)
    spread[np.searchsorted(months, present[wanted])] = values[wanted]
    return spread
