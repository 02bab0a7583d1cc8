"""Performance profiles: what each column returned, and at what risk."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.factors.market import Prices
from trimtab.domain.factors.quotes import columns_of, month_end_close
from trimtab.domain.signals import measures
from trimtab.domain.signals.observations import Observations, observe
from trimtab.domain.signals.paired import paired

_BLOCK: Final = 1_000
"""Columns at a time, so that what is in work is no more than some tens of megabytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """Figures of N columns; NaN where one isn't defined. `n_periods` is how many returns they rest on."""

    annualized_return: FloatColumn
    volatility: FloatColumn
    sharpe_ratio: FloatColumn
    max_drawdown: FloatColumn
    beta_vs_benchmark: FloatColumn
    n_periods: IntColumn


def profiles(
    returns: FloatColumn, *, risk_free: FloatColumn | None, benchmark: FloatColumn | None, periods_per_year: int = 12
) -> Profiles:
    """Each column's figures over its own periods.

    Args:
        returns: M periods x N returns, fractions; NaN where there is none.
        risk_free: M returns of cash; None counts as 0. The Sharpe ratio has the periods in which both have one.
        benchmark: M returns; without one beta is NaN.
        periods_per_year: 12 for months, 252 for trading days.
    """
    count = returns.shape[1]
    beside = None if benchmark is None else observe(benchmark[:, None])
    blocks = [
        _block(returns[:, at : at + _BLOCK], risk_free=risk_free, beside=beside, per_year=periods_per_year)
        for at in range(0, max(count, 1), _BLOCK)
    ]
    return Profiles(*(np.concatenate([getattr(block, field.name) for block in blocks]) for field in fields(Profiles)))


def _block(
    returns: FloatColumn, *, risk_free: FloatColumn | None, beside: Observations | None, per_year: int
) -> Profiles:
    found = observe(returns)
    wealth = measures.compounded(found)
    excess = found if risk_free is None else observe(returns - risk_free[:, None])
    unknown = np.full(returns.shape[1], np.nan)
    return Profiles(
        annualized_return=measures.annual_growth(wealth.growth, found.n, periods_per_year=per_year),
        volatility=measures.volatility(found, periods_per_year=per_year),
        sharpe_ratio=measures.sharpe(excess, periods_per_year=per_year),
        max_drawdown=wealth.max_drawdown,
        beta_vs_benchmark=unknown if beside is None else paired(found, beside).slope[:, 0],
        n_periods=found.n,
    )


@dataclass(frozen=True, slots=True, eq=False)
class DividendYields:
    """Yields of N tickers, fractions; NaN where one isn't known. `clamped` has those that were held, and from what."""

    values: FloatColumn
    clamped: tuple[tuple[str, float], ...]


def dividend_yields(prices: Prices, tickers: Sequence[str], *, end: date, max_yield: float) -> DividendYields:
    """Dividends of the 12 months up to `end`, over the close there, held within 0 and `max_yield`.

    Args:
        prices: daily prices.
        tickers: N tickers.
        end: the last day of a month. The close there is the month-end price: at most 7 days older than the market's.
        max_yield: the highest that is believed, a fraction.

    Returns:
        NaN for a ticker that tells no dividends in these months, has no close there or none before these months (its
        dividends would be those of less than a year), or isn't in the market.
    """
    months = prices.dates.astype("datetime64[M]")
    last = np.datetime64(end, "M")
    year = slice(*np.searchsorted(months, [last - 11, last + 1]))
    places = columns_of(prices.tickers, tickers)
    paid = np.where(places >= 0, prices.dividend[year][:, places], np.nan)
    told = ~np.isnan(paid)
    before = (np.isfinite(prices.close[: year.start][:, places]) & (places >= 0)).any(axis=0)
    dividends = np.where(told.any(axis=0) & before, np.where(told, paid, 0.0).sum(axis=0), np.nan)
    raw = dividends / month_end_close(prices, tickers, end=end)
    held = np.clip(raw, 0.0, max_yield)
    moved = np.flatnonzero(~np.isnan(raw) & (held != raw)).tolist()
    return DividendYields(held, tuple((tickers[row], float(raw[row])) for row in moved))
