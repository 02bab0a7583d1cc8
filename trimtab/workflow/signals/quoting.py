"""The prices that strategies get: total returns of usable symbols, on the days of their market."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.factors.market import Market, Prices
from trimtab.domain.factors.tickers import listed
from trimtab.domain.factors.total_returns import basis_of, total_return_prices
from trimtab.domain.signals.strategies.prices import LEAST_PRICE, MOST_PRICE
from trimtab.domain.signals.trading_days import trading_days

LEFT_OUT_COLUMNS = ("symbol", "reason", "detail")


@dataclass(frozen=True, slots=True, eq=False)
class Quoted:
    """Prices of symbols, dates x symbols.

    Attributes:
        prices: adjusted closes, or closes with dividends added; NaN where there is none.
        left_out: symbol, reason and detail of those without usable prices.
        notes: what else a reader should know of these prices.
    """

    prices: pd.DataFrame
    left_out: tuple[tuple[str, str, str], ...]
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
    unadjusted = [name for name, of in zip(prices.tickers, basis, strict=True) if of == "close" and name in names]
    return Quoted(
        frame, _left_out(market, prices, usable=usable), _notes(values[:, usable], kept, unadjusted=unadjusted)
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


def _notes(values: FloatColumn, kept: BoolColumn, *, unadjusted: Sequence[str]) -> tuple[str, ...]:
    notes = []
    known: BoolColumn = np.logical_or.reduce(np.isfinite(values), axis=1)
    dropped = int(np.count_nonzero(known & ~kept))
    if dropped:
        notes.append(
            f"{dropped:,} days on which only a few symbols have a price were left out: gaps in all the others."
        )
    if unadjusted:
        notes.append(f"Prices without dividends, so without their part of the return: {listed(unadjusted)}.")
    return tuple(notes)
