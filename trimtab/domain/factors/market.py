"""Market data: daily prices of many instruments, treasury yields, and what the market says of its instruments."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from trimtab.domain.columns import DateColumn, FloatColumn, TextColumn
from trimtab.domain.factors.universe import Entry

MATURITIES: Final = ("UST2Y", "UST5Y", "UST10Y", "UST30Y")
FindingCode = Literal["duplicate_date", "unsorted_dates", "price_not_positive", "adj_close_gaps", "stray_day", "gap"]
EXCLUDES: Final[frozenset[FindingCode]] = frozenset(
    {"duplicate_date", "unsorted_dates", "price_not_positive", "adj_close_gaps", "stray_day"}
)
"""Findings after which nothing is computed of a ticker; a gap only leaves its months without a return."""


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Daily prices, T days x N tickers; NaN where a ticker has none on that day.

    Attributes:
        dates: T days, ascending, each once (datetime64[D]).
        tickers: N tickers, sorted, each once.
        close: the price as it was traded, above 0.
        adj_close: the close adjusted for splits and dividends; a column of NaN where a ticker has none.
        dividend: paid per share on its ex-date, 0 on other days; a column of NaN where a ticker tells none.
        volume: shares traded; NaN where unknown.
    """

    dates: DateColumn
    tickers: TextColumn
    close: FloatColumn
    adj_close: FloatColumn
    dividend: FloatColumn
    volume: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class Yields:
    """Treasury yields in percent, T days x the maturities; NaN on days without one."""

    dates: DateColumn
    maturities: TextColumn
    values_pct: FloatColumn


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that is wrong with a ticker's prices: where first, how often, and in words. Nothing is repaired."""

    ticker: str
    day: date
    code: FindingCode
    message: str
    count: int = 1

    @property
    def excludes(self) -> bool:
        """Whether nothing can be computed of the ticker."""
        return self.code in EXCLUDES


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """What a source holds. `digest` is SHA-256 of its content; `listed` is what it says of its instruments.

    A ticker with a finding that excludes it has a column of NaN.
    """

    name: str
    digest: str
    prices: Prices
    yields: Yields | None
    listed: tuple[Entry, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def as_of(self) -> date:
        """The last day with a price."""
        day: date = self.prices.dates[-1].astype("datetime64[D]").item()
        return day
