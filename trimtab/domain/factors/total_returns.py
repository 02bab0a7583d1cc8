"""The returns panel: month-end prices, total returns and changes of yields. Sections 1 and 2 of the factors' maths."""

from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, DateColumn, FloatColumn, IntColumn
from trimtab.domain.factors.market import Prices, Yields
from trimtab.domain.factors.months import last_weekday, month_number, months_of
from trimtab.domain.factors.panel import Basis, Panel

STALE_DAYS: Final = 7
"""A month-end price that is older than this, counted from the market's last day in the month, is none."""
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
    basis = _basis(prices)
    ends, months = _month_end_prices(_total_return_prices(prices, basis), prices.dates)
    returns = np.full(ends.shape, np.nan)
    returns[1:] = ends[1:] / ends[:-1] - 1.0
    return Panel(
        months=months,
        tickers=prices.tickers,
        returns=returns,
        basis=basis,
        maturities=() if yields is None else yields.maturities,
        yield_changes=np.empty((len(months), 0)) if yields is None else _yield_changes(yields, months),
    )


def _basis(prices: Prices) -> tuple[Basis, ...]:
    adjusted: BoolColumn = np.logical_or.reduce(np.isfinite(prices.adj_close), axis=0)
    paying: BoolColumn = np.logical_or.reduce(np.isfinite(prices.dividend), axis=0)
    return tuple(
        "adj_close" if has_adjusted else "close_and_dividends" if has_dividends else "close"
        for has_adjusted, has_dividends in zip(adjusted.tolist(), paying.tolist(), strict=True)
    )


def _total_return_prices(prices: Prices, basis: tuple[Basis, ...]) -> FloatColumn:
    """The daily prices from which each ticker's returns are made, T x N."""
    kinds = np.array(basis)
    if (kinds == "adj_close").all():
        return prices.adj_close
    chosen = np.where(kinds == "adj_close", prices.adj_close, prices.close)
    paying = np.flatnonzero(kinds == "close_and_dividends")
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


def _month_end_prices(price: FloatColumn, dates: DateColumn) -> tuple[FloatColumn, IntColumn]:
    """The prices at the ends of the market's complete months, one after the other without a gap."""
    days = dates.astype("datetime64[D]").astype(np.int64)
    last, present = _last_rows(price, dates)
    market_last = last.max(axis=1, initial=-1)
    last, present, market_last = (part[market_last >= 0] for part in (last, present, market_last))
    fresh = (last >= 0) & (days[market_last][:, None] - days[last] <= STALE_DAYS)
    ends = np.where(fresh, np.take_along_axis(price, last, axis=0), np.nan)
    months = _complete_months(dates[market_last])
    return _spread(ends, present=present, months=months), months


def _complete_months(market_days: DateColumn) -> IntColumn:
    """Every month from the first to the last complete one, of the market's last day in each month that has one."""
    if not len(market_days):
        return np.empty(0, dtype=np.int64)
    first, last = (int(month) for month in months_of(market_days[[0, -1]]))
    final_day = market_days[-1].astype("datetime64[D]").item()
    done = last if final_day >= last_weekday(month_number(final_day)) else last - 1
    return np.arange(first, done + 1)


def _yield_changes(yields: Yields, months: IntColumn) -> FloatColumn:
    """The changes in these months; the first is known where yields go back further than prices."""
    last, present = _last_rows(yields.values_pct, yields.dates)
    values = np.where(last >= 0, np.take_along_axis(yields.values_pct, last, axis=0), np.nan)
    levels = _spread(values, present=present, months=months)
    before = _spread(values, present=present, months=months - 1)
    return levels - before


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
