"""What is wrong with single tickers: found, named and counted, never repaired."""

from collections.abc import Callable, Collection, Iterator
from typing import Final

import numpy as np

from trimtab.adapters.market.price_rows import PriceRows
from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.factors.market import Finding, FindingCode, Prices

GAP_DAYS: Final = 10
"""Most calendar days between two prices of a ticker that are no gap: longer than any run of holidays."""

AWAY_DAYS: Final = 45
"""Most calendar days between two days of a market that belong together: the ends of two months are nearer."""
STRETCH_DAYS: Final = 5
"""Days with prices that no other is near to: fewer than these are no part of the market."""
LEAST_PRICE: Final = 1e-6
MOST_PRICE: Final = 1e12

_Words = Callable[[str, str, int], str]


def find_in_rows(rows: PriceRows) -> tuple[Finding, ...]:
    """What the rows of a ticker say against each other, or of a price that can't be one."""
    return tuple(sorted([*_duplicates(rows), *_going_back(rows), *_not_positive(rows), *_with_partly_adjusted(rows)]))


def find_gaps(prices: Prices) -> tuple[Finding, ...]:
    """Tickers without a price for more than `GAP_DAYS` while others have one, between two prices of their own."""
    ticker, row = np.nonzero(np.ascontiguousarray(np.isfinite(prices.close).T))
    days = prices.dates.astype("datetime64[D]").astype(np.int64)[row]
    long = (np.diff(ticker) == 0) & (np.diff(days) > GAP_DAYS) & (np.diff(row) > 1)
    before = np.flatnonzero(long)
    found = []
    for place, count in zip(*_first_and_count(ticker[before]), strict=True):
        last = before[place]
        name, day, until = prices.tickers[ticker[last]], prices.dates[row[last]], prices.dates[row[last + 1]]
        more = f"; {_times(count - 1, 'such gap')} more" if count > 1 else ""
        message = f"{name} has no price after {day} until {until}, while others have{more}"
        found.append(Finding(name, day.item(), "gap", message, count))
    return tuple(found)


def find_stray_days(rows: PriceRows, *, without: Collection[str]) -> tuple[Finding, ...]:
    """Tickers with prices on a few days that are far from all others, such as by a wrong year; none in `without`.

    Where more than half of all tickers have such days nothing is found: then it is the market that has few days.
    """
    usable = np.array([ticker not in without for ticker in rows.tickers], dtype=np.bool_)
    priced: BoolColumn = usable[rows.ticker] & np.isfinite(rows.close)
    stray = _stray(rows, priced)
    if not stray.any():
        return ()
    wrong = priced & stray[rows.day]
    if 2 * _ticker_count(rows, wrong) > _ticker_count(rows, priced):
        return ()
    found = _of_rows(
        rows,
        "stray_day",
        wrong=wrong,
        words=lambda name, first, count: (
            f"{name} has prices on {_times(count, 'day')}, first on {first}, more than {AWAY_DAYS} days away from"
            " the rest of the market"
        ),
    )
    return tuple(found)


def _stray(rows: PriceRows, priced: BoolColumn) -> BoolColumn:
    """Which days with prices stand alone, or in a few that do."""
    present = np.flatnonzero(np.bincount(rows.day[priced], minlength=len(rows.dates)))
    away = np.diff(rows.dates[present].astype(np.int64)) > AWAY_DAYS
    stretch = np.cumsum(np.append(False, away))[: len(present)]
    stray = np.zeros(len(rows.dates), dtype=np.bool_)
    stray[present] = np.bincount(stretch)[stretch] < STRETCH_DAYS
    return stray


def _ticker_count(rows: PriceRows, chosen: BoolColumn) -> int:
    return int(np.count_nonzero(np.bincount(rows.ticker[chosen], minlength=len(rows.tickers))))


def _duplicates(rows: PriceRows) -> Iterator[Finding]:
    cells = np.bincount(rows.day * len(rows.tickers) + rows.ticker, minlength=rows.cell_count)
    twice = np.flatnonzero(cells > 1)
    day, ticker = np.divmod(twice, len(rows.tickers))
    return _findings(
        rows,
        "duplicate_date",
        day=day,
        ticker=ticker,
        words=lambda name, first, count: f"{name} has several rows on {_times(count, 'day')}, first on {first}",
    )


def _going_back(rows: PriceRows) -> Iterator[Finding]:
    order = np.argsort(rows.ticker.astype(np.min_scalar_type(len(rows.tickers))), kind="stable")
    day, ticker = rows.day[order], rows.ticker[order]
    back = 1 + np.flatnonzero((np.diff(day) < 0) & (np.diff(ticker) == 0))
    return _findings(
        rows,
        "unsorted_dates",
        day=day[back],
        ticker=ticker[back],
        words=lambda name, first, count: (
            f"the dates of {name} go back {_times(count, 'time')} in the file, at the earliest to {first}:"
            " sort its rows by date"
        ),
    )


def _not_positive(rows: PriceRows) -> Iterator[Finding]:
    return _of_rows(
        rows,
        "price_not_positive",
        wrong=_out_of_range(rows.close) | _out_of_range(rows.adj_close),
        words=lambda name, first, count: (
            f"{name} has a wrong close or adjusted close on {_times(count, 'day')}, first on {first}:"
            " a price has to be from 0.000001 to 1e12"
        ),
    )


def _out_of_range(price: FloatColumn) -> BoolColumn:
    wrong: BoolColumn = (price < LEAST_PRICE) | (price > MOST_PRICE)
    return wrong


def _with_partly_adjusted(rows: PriceRows) -> Iterator[Finding]:
    adjusted = np.bincount(rows.ticker[np.isfinite(rows.adj_close)], minlength=len(rows.tickers)) > 0
    empty = np.isnan(rows.adj_close) & np.isfinite(rows.close)
    return _of_rows(
        rows,
        "adj_close_gaps",
        wrong=empty & adjusted[rows.ticker],
        words=lambda name, first, count: (
            f"{name} has adjusted closes, but none on {_times(count, 'day')}, first on {first}"
        ),
    )


def _of_rows(rows: PriceRows, code: FindingCode, *, wrong: BoolColumn, words: _Words) -> Iterator[Finding]:
    return _findings(rows, code, day=rows.day[wrong], ticker=rows.ticker[wrong], words=words)


def _findings(
    rows: PriceRows, code: FindingCode, *, day: IntColumn, ticker: IntColumn, words: _Words
) -> Iterator[Finding]:
    """One finding for each ticker, with its earliest day and how often it was found."""
    order = np.lexsort((day, ticker))
    day, ticker = day[order], ticker[order]
    for place, count in zip(*_first_and_count(ticker), strict=True):
        name, first = rows.tickers[ticker[place]], rows.dates[day[place]]
        yield Finding(name, first.item(), code, words(name, str(first), count), count)


def _first_and_count(ticker: IntColumn) -> tuple[list[int], list[int]]:
    """Of sorted numbers, where each begins and how often it stands."""
    _, first, count = np.unique(ticker, return_index=True, return_counts=True)
    return first.tolist(), count.tolist()


def _times(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
