"""Flags: facts about a line that may speak for waiting, computed for every line at once."""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import EDGE_PCT, BoolColumn, DayCountColumn, FloatColumn, IntColumn
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.drift import Drift
from trimtab.domain.trading.flag_text import cgt_flag, dip_flag, dividend_flag, sector_flag
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.positions import Positions
from trimtab.domain.trading.segments import grouped_sum
from trimtab.domain.trading.tax_lots import LotFacts, cgt_wait_days
from trimtab.domain.trading.valuation import rates_to_base


@dataclass(frozen=True, slots=True, eq=False)
class EventFacts:
    """Per instrument (i): days to the next ex-date (0: none ahead), whether it dipped.

    `dividend_table` (bases x i) the dividend per share in each base currency, laid out like the unit values.
    """

    ex_days: IntColumn
    dip: BoolColumn
    sell_window: BoolColumn
    buy_window: BoolColumn
    dividend_table: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class SectorFacts:
    """Cells of (portfolio, sector): `cell` (n,) of each line, and the weight above which one is flagged, in points."""

    cell: IntColumn
    limit_pct: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class Flags:
    """Flags of the lines (n): `dividend` and `cgt` in days (0: no flag), `dip` and `sector` as truth."""

    dividend_days: DayCountColumn
    dip: BoolColumn
    cgt_days: DayCountColumn
    sector: BoolColumn

    def present(self, line: IntColumn) -> BoolColumn:
        """Whether each of the lines has any flag, shape of `line`."""
        return (self.dividend_days[line] > 0) | self.dip[line] | (self.cgt_days[line] > 0) | self.sector[line]


def event_facts(book: Book, policy: Policy) -> EventFacts:
    """What the instruments' calendars and returns say on the book's day."""
    instruments = book.instruments
    ahead = (instruments.ex_date - np.datetime64(book.as_of, "D")).astype("timedelta64[D]")
    days = np.where(np.isnat(ahead), 0, ahead.astype(np.int64))
    pays = instruments.dividend_per_share > 0
    days = np.where(pays & (days > 0), days, 0)
    return EventFacts(
        ex_days=days,
        dip=instruments.return_1m_pct <= policy.dip_pct + EDGE_PCT,
        sell_window=(days > 0) & (days <= policy.dividend_window_sell_days),
        buy_window=(days > 0) & (days <= policy.dividend_window_buy_days),
        dividend_table=(instruments.dividend_per_share * rates_to_base(book)).ravel(),
    )


def sector_facts(book: Book, positions: Positions) -> SectorFacts:
    """The model's weight of each sector in each portfolio, plus the model's tolerance."""
    number = {name: row for row, name in enumerate(sorted(set(book.instruments.sector)))}
    sector = np.array([number[name] for name in book.instruments.sector], dtype=np.int64)
    cell = positions.portfolio * len(number) + sector[positions.instrument]
    tolerance = np.repeat(positions.cash_tolerance_pct, len(number))
    modelled = grouped_sum(cell, positions.target_pct, count=len(tolerance))
    return SectorFacts(cell, modelled + tolerance + EDGE_PCT)


def compute_flags(
    positions: Positions,
    drift: Drift,
    *,
    events: EventFacts,
    sectors: SectorFacts,
    lots: LotFacts,
    sold_units: FloatColumn,
) -> Flags:
    """Flags of every line; `sold_units` (n,) are the planned sells, whose tax lots the cgt flag looks at."""
    instrument = positions.instrument
    sell_days, buy_days = (
        np.where(window, events.ex_days, 0).astype(np.int16) for window in (events.sell_window, events.buy_window)
    )
    days = sell_days[instrument]
    days += (buy_days - sell_days)[instrument] * (drift.variance_pct < -EDGE_PCT)
    return Flags(
        dividend_days=days,
        dip=events.dip[instrument],
        cgt_days=cgt_wait_days(lots, sold_units),
        sector=_sector_flags(positions, drift, sectors=sectors),
    )


def _sector_flags(positions: Positions, drift: Drift, *, sectors: SectorFacts) -> BoolColumn:
    """Held lines whose sector weighs more than the model's sector by over the model's tolerance."""
    over = grouped_sum(sectors.cell, drift.actual_pct, count=len(sectors.limit_pct)) > sectors.limit_pct
    flagged: BoolColumn = over[sectors.cell]
    return np.logical_and(flagged, positions.units > 0, out=flagged)


def flag_texts(book: Book, positions: Positions, *, flags: Flags, events: EventFacts, line: int) -> tuple[str, ...]:
    """The flags of one line as everybody reads them, in fixed order: div, dip, cgt, sec."""
    instrument = int(positions.instrument[line])
    texts: list[str] = []
    if flags.dividend_days[line]:
        amount = float(events.dividend_table[positions.price_row[line]])
        texts.append(dividend_flag(int(flags.dividend_days[line]), amount))
    if flags.dip[line]:
        texts.append(dip_flag(float(book.instruments.return_1m_pct[instrument])))
    if flags.cgt_days[line]:
        texts.append(cgt_flag(int(flags.cgt_days[line])))
    if flags.sector[line]:
        texts.append(sector_flag(book.instruments.sector[instrument]))
    return tuple(texts)
