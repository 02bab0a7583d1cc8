"""Momentum: returns of instruments, sectors and exchanges, weighted by what the book holds."""

from collections.abc import Iterable
from itertools import chain

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
        book: the book, whose holdings, in one currency, weight the means.
        positions: the lines of the session; instruments without one are left out of the lists, not of the means.
        events: days to the ex-dates.
        sells: pending sells per instrument, shape (instruments,).
        buys: pending buys per instrument.
    """
    instruments = book.instruments
    returns = np.column_stack([instruments.return_12m_pct, instruments.return_6m_pct, instruments.return_1m_pct])
    known = book.lots.instrument >= 0
    units = grouped_sum(book.lots.instrument[known], book.lots.units[known], count=len(instruments.code))
    held = units * np.nan_to_num(unit_values(book)[0])
    every, groups = _groups(book, range(len(instruments.code))), _groups(book, np.unique(positions.instrument).tolist())

    def mean(rows: Iterable[int]) -> Returns:
        return _returns(_mean(returns, held, rows=list(rows)))

    def instrument(row: int) -> InstrumentMomentum:
        days = int(events.ex_days[row])
        return InstrumentMomentum(
            symbol=instruments.code[row],
            returns=_returns(returns[row]),
            ex_dividend_days=days or None,
            sells=int(sells[row]),
            buys=int(buys[row]),
        )

    def sector(code: str, name: str) -> SectorMomentum:
        return SectorMomentum(name, mean(every[code][name]), tuple(map(instrument, groups[code][name])))

    return tuple(
        ExchangeMomentum(
            code=code,
            returns=mean(chain.from_iterable(every[code].values())),
            sectors=tuple(sector(code, name) for name in sorted(sectors)),
        )
        for code, sectors in sorted(groups.items())
    )


def _groups(book: Book, rows: Iterable[int]) -> dict[str, dict[str, list[int]]]:
    """Instruments by exchange and sector."""
    groups: dict[str, dict[str, list[int]]] = {}
    for row in rows:
        of_exchange = groups.setdefault(book.instruments.exchange[row], {})
        of_exchange.setdefault(book.instruments.sector[row], []).append(row)
    return groups


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
