"""Momentum: returns of instruments, sectors and exchanges, weighted by what the book holds."""

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.flags import EventFacts
from trimtab.domain.trading.overview import ExchangeMomentum, InstrumentMomentum, Returns, SectorMomentum
from trimtab.domain.trading.positions import Positions
from trimtab.domain.trading.segments import grouped_sum
from trimtab.domain.trading.valuation import unit_values


def build_momentum(
    book: Book, positions: Positions, *, events: EventFacts, sells: IntColumn, buys: IntColumn
) -> tuple[ExchangeMomentum, ...]:
    """Exchange > sector > instrument over the instruments with a line.

    Args:
        book: the book.
        positions: its lines, whose values, in one currency, weight the means.
        events: days to the ex-dates.
        sells: pending sells per instrument, shape (instruments,).
        buys: pending buys per instrument.
    """
    instruments = book.instruments
    returns = np.column_stack([instruments.return_12m_pct, instruments.return_6m_pct, instruments.return_1m_pct])
    units = grouped_sum(positions.instrument, positions.units, count=len(instruments.code))
    held = units * np.nan_to_num(unit_values(book)[0])
    groups: dict[str, dict[str, list[int]]] = {}
    for row in np.unique(positions.instrument):
        groups.setdefault(instruments.exchange[row], {}).setdefault(instruments.sector[row], []).append(int(row))

    def instrument(row: int) -> InstrumentMomentum:
        days = int(events.ex_days[row])
        return InstrumentMomentum(
            symbol=instruments.code[row],
            returns=_returns(returns[row]),
            ex_dividend_days=days or None,
            sells=int(sells[row]),
            buys=int(buys[row]),
        )

    def sector(name: str, rows: list[int]) -> SectorMomentum:
        return SectorMomentum(name, _returns(_mean(returns, held, rows=rows)), tuple(map(instrument, rows)))

    return tuple(
        ExchangeMomentum(
            code=code,
            returns=_returns(_mean(returns, held, rows=[row for rows in sectors.values() for row in rows])),
            sectors=tuple(sector(name, sectors[name]) for name in sorted(sectors)),
        )
        for code, sectors in sorted(groups.items())
    )


def _mean(returns: np.ndarray, held: FloatColumn, *, rows: list[int]) -> FloatColumn:
    """Mean per period over rows that have a return, weighted by value held; equal where none is held.

    NaN without any.
    """
    known = np.isfinite(returns[rows])
    weight = held[rows][:, None] * known
    weight = np.where(weight.sum(axis=0) > 0, weight, known.astype(np.float64))
    total = weight.sum(axis=0)
    summed = (np.where(known, returns[rows], 0.0) * weight).sum(axis=0)
    return np.where(total > 0, summed / np.where(total > 0, total, 1.0), np.nan)


def _returns(row: FloatColumn) -> Returns:
    year, half, month = (float(value) if np.isfinite(value) else None for value in row)
    return Returns(return_12m_pct=year, return_6m_pct=half, return_1m_pct=month)
