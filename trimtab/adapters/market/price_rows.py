"""Prices as rows of day and ticker, and spread out into columns."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.adapters.books.convert import TypedTable
from trimtab.domain.columns import BoolColumn, DateColumn, FloatColumn, IntColumn, TextColumn
from trimtab.domain.factors.market import Prices

MOST_CELLS: Final = 100_000_000
"""Most days times tickers: 40 years of 10,000 tickers. Beyond that memory runs out before anything is said."""


@dataclass(frozen=True, slots=True, eq=False)
class PriceRows:
    """Prices in the order of their file: of row i the day is `dates[day[i]]`, the ticker `tickers[ticker[i]]`.

    Dates and tickers are sorted, each stands once, and each has a row. NaN is an empty cell.
    """

    dates: DateColumn
    tickers: TextColumn
    day: IntColumn
    ticker: IntColumn
    close: FloatColumn
    adj_close: FloatColumn
    dividend: FloatColumn
    volume: FloatColumn

    @property
    def cell_count(self) -> int:
        """How many cells a column of the market would have for each of its figures."""
        return len(self.dates) * len(self.tickers)


def price_rows(table: TypedTable) -> PriceRows:
    """The rows of a table without faults."""
    dates, day = coded_days(table.date["date"])
    text = table.text["ticker"]
    order = sorted(range(len(text.values)), key=text.values.__getitem__)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return PriceRows(
        dates=dates,
        tickers=tuple(text.values[place] for place in order),
        day=day,
        ticker=rank[text.codes],
        close=table.number["close"],
        adj_close=table.number["adj_close"],
        dividend=table.number["dividend"],
        volume=table.number["volume"],
    )


def spread(rows: PriceRows, *, without: Collection[str]) -> Prices:
    """The prices as columns; a ticker in `without` has none, and days that only those have are left out."""
    usable = np.array([ticker not in without for ticker in rows.tickers], dtype=np.bool_)
    kept: BoolColumn = usable[rows.ticker]
    place = (rows.day * len(rows.tickers) + rows.ticker)[kept]
    has_price = np.bincount(rows.day[kept & np.isfinite(rows.close)], minlength=len(rows.dates)) > 0

    def columns(values: FloatColumn) -> FloatColumn:
        cells = np.full(rows.cell_count, np.nan)
        cells[place] = values[kept]
        return cells.reshape(len(rows.dates), len(rows.tickers))[has_price]

    return Prices(
        dates=rows.dates[has_price],
        tickers=rows.tickers,
        close=columns(rows.close),
        adj_close=columns(rows.adj_close),
        dividend=_zero_on_other_days(columns(rows.dividend)),
        volume=columns(rows.volume),
    )


def _zero_on_other_days(dividend: FloatColumn) -> FloatColumn:
    """A ticker that tells its dividends paid nothing where it tells none."""
    told = np.isfinite(dividend).any(axis=0)
    return np.where(np.isnan(dividend) & told, 0.0, dividend)


def coded_days(days: DateColumn) -> tuple[DateColumn, IntColumn]:
    """Every day once, ascending, and of each row the place of its own."""
    number = days.astype(np.int64)
    first = number.min()
    present = np.bincount(number - first) > 0
    place = np.cumsum(present) - 1
    return (np.flatnonzero(present) + first).astype("datetime64[D]"), place[number - first]
