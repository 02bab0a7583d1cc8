"""The prices that strategies get: total returns of usable symbols, on the days of their market."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.factors.market import Market, Prices
from trimtab.domain.factors.tickers import listed
from trimtab.domain.factors.total_returns import basis_of, total_return_prices
from trimtab.domain.signals.strategies.prices import LEAST_PRICE, MOST_PRICE
from trimtab.domain.signals.trading_days import trading_days

MOST_GAPS = 0.05
LEFT_OUT_COLUMNS = ("symbol", "reason", "detail")


@dataclass(frozen=True, slots=True, eq=False)
class Quoted:
    """Prices of symbols, dates x symbols.

    Attributes:
        prices: adjusted closes, or closes with dividends added; NaN where there is none.
        left_out: symbol, reason and detail of those without usable prices.
        last_days: the day of each symbol's last price (ISO).
        closes: the prices as they were traded, of the same dates and symbols.
        notes: what else a reader should know of these prices.
    """

    prices: pd.DataFrame
    left_out: tuple[tuple[str, str, str], ...]
    last_days: Mapping[str, str]
    closes: pd.DataFrame
    notes: tuple[str, ...]


def quoted(market: Market, symbols: Sequence[str]) -> Quoted:
    """The prices of these symbols, which the market has, in their order."""
    prices = _only(market.prices, symbols)
    basis = basis_of(prices)
    values = total_return_prices(prices, basis)
    values = np.where((values >= LEAST_PRICE) & (values <= MOST_PRICE), values, np.nan)
    usable: BoolColumn = np.logical_or.reduce(np.isfinite(values), axis=0)
    kept = trading_days(values[:, usable])
    found = values[np.ix_(kept, usable)]
    names = [symbol for symbol, there in zip(prices.tickers, usable.tolist(), strict=True) if there]
    frame = pd.DataFrame(found, index=pd.DatetimeIndex(prices.dates[kept]).as_unit("ns"), columns=names)
    closes = pd.DataFrame(prices.close[np.ix_(kept, usable)], index=frame.index, columns=names)
    unadjusted = [name for name, of in zip(prices.tickers, basis, strict=True) if of == "close" and name in names]
    return Quoted(
        frame,
        _left_out(market, prices, usable=usable),
        {name: str(frame[name].last_valid_index())[:10] for name in names},
        closes,
        (*_notes(values[:, usable], kept, names=names, unadjusted=unadjusted), *_gaps(frame)),
    )


def _only(prices: Prices, symbols: Sequence[str]) -> Prices:
    place = {ticker: number for number, ticker in enumerate(prices.tickers)}
    chosen = np.array([place[symbol] for symbol in symbols], dtype=np.int64)
    columns = {name: getattr(prices, name)[:, chosen] for name in ("close", "adj_close", "dividend", "volume")}
    return replace(prices, tickers=tuple(symbols), **columns)


def _left_out(market: Market, prices: Prices, *, usable: BoolColumn) -> tuple[tuple[str, str, str], ...]:
    faults = {finding.ticker: finding.message for finding in reversed(market.findings) if finding.excludes}
    return tuple(
        (symbol, "faulty_prices", faults[symbol])
        if symbol in faults
        else (symbol, "no_prices", "It has no price at all.")
        for symbol, there in zip(prices.tickers, usable.tolist(), strict=True)
        if not there
    )


def _gaps(prices: pd.DataFrame) -> tuple[str, ...]:
    """Symbols of whose days, from the first to the last price, many have none: strategies start anew after each."""
    there: BoolColumn = np.isfinite(prices.to_numpy(dtype=np.float64))
    lived = np.logical_or.accumulate(there, axis=0) & np.logical_or.accumulate(there[::-1], axis=0)[::-1]
    missing = (lived & ~there).sum(axis=0)
    holed = [
        name
        for name, gaps, days in zip(prices.columns, missing, lived.sum(axis=0), strict=True)
        if gaps > MOST_GAPS * days
    ]
    if not holed:
        return ()
    return (
        f"Without a price on more than {MOST_GAPS:.0%} of their days, after each of which every strategy starts anew: "
        f"{listed(holed)}.",
    )


def _notes(
    values: FloatColumn, kept: BoolColumn, *, names: Sequence[str], unadjusted: Sequence[str]
) -> tuple[str, ...]:
    notes = []
    known: BoolColumn = np.logical_or.reduce(np.isfinite(values), axis=1)
    dropped = int(np.count_nonzero(known & ~kept))
    if dropped:
        some = np.flatnonzero(np.isfinite(values[known & ~kept]).any(axis=0))
        notes.append(
            f"{dropped:,} days on which fewer than half as many symbols as usual have a price were left out, as gaps "
            f"of the others; prices on such days have {listed([names[place] for place in some.tolist()])}."
        )
    if unadjusted:
        notes.append(f"Prices without dividends, so without their part of the return: {listed(unadjusted)}.")
    return tuple(notes)
