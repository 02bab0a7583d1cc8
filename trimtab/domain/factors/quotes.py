"""Closes and traded values of chosen tickers."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn, TextColumn
from trimtab.domain.factors.market import Prices
from trimtab.domain.factors.months import STALE_DAYS

_NONE: Final = -1


def columns_of(known: TextColumn, wanted: Sequence[str]) -> IntColumn:
    """The column of each wanted ticker; -1 where there is none."""
    places = {ticker: place for place, ticker in enumerate(known)}
    return np.array([places.get(ticker, _NONE) for ticker in wanted], dtype=np.int64)


def month_end_close(prices: Prices, tickers: Sequence[str], *, end: date) -> FloatColumn:
    """The last close of each ticker in the month of `end`, up to that day.

    NaN where it is more than 7 days older than the last day on which the market has one, or there is none.
    """
    day, month = np.datetime64(end, "D"), np.datetime64(end, "M").astype("datetime64[D]")
    rows = slice(*np.searchsorted(prices.dates, [month, day + 1]))
    priced = ~np.isnan(prices.close[rows])
    days = prices.dates[rows][priced.any(axis=1)]
    fresh = days[-1] - np.timedelta64(STALE_DAYS, "D") if len(days) else day
    late = prices.dates[rows] >= fresh
    return last_values(prices.close[rows][late], columns_of(prices.tickers, tickers))


def last_closes(prices: Prices, tickers: Sequence[str]) -> FloatColumn:
    """The newest close of each ticker, however old; NaN where there is none."""
    return last_values(prices.close, columns_of(prices.tickers, tickers))


def last_values(values: FloatColumn, places: IntColumn) -> FloatColumn:
    """The last value that isn't NaN of each place's column; NaN where there is none."""
    chosen = np.where(places >= 0, values[:, places], np.nan)
    there = np.vstack([np.ones((1, len(places)), dtype=np.bool_), ~np.isnan(chosen)])
    newest = len(there) - 1 - np.argmax(there[::-1], axis=0)
    padded = np.vstack([np.full((1, len(places)), np.nan), chosen])
    found: FloatColumn = padded[newest, np.arange(len(places))]
    return found
