"""Small markets of month-end prices, made from monthly returns so that what comes of them can be worked out by hand.

The waves have a mean of zero over 24 months, and any two of them a correlation of zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from tests.clock import NOON
from trimtab.domain.columns import FloatColumn
from trimtab.domain.factors.market import Finding, Market, Prices, Yields
from trimtab.domain.factors.months import month_end, month_number
from trimtab.domain.factors.reference import AssetClass, Category, Reference
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.domain.factors.total_returns import monthly_panel
from trimtab.domain.factors.universe import Entry, build_universe
from trimtab.workflow.factors.material import Material
from trimtab.workflow.factors.view import View, look
from trimtab.workflow.ports.factor_requests import Scope
from trimtab.workflow.ports.reference import Sourced

NONE = float("nan")
MONTHS = 24
LAST_MONTH = month_number(NOON.date()) - 1
TODAY = NOON.date()
THRESHOLDS = FactorThresholds()


def wave(length: int, months: int = MONTHS) -> FloatColumn:
    """1 for half of the length, then -1 for the other half, and so on."""
    return np.where(np.arange(months) % length < length / 2, 1.0, -1.0)


FAST, MEDIUM, SLOW = wave(2), wave(4), wave(8)


def entry(category: Category, ticker: str, asset_class: AssetClass = "equity", **more: Any) -> Entry:
    return Entry(category, ticker, asset_class, **more)


def month_days(months: int, last: int = LAST_MONTH) -> list[date]:
    """The last days of so many months and of the one before them."""
    return [month_end(month) for month in range(last - months, last + 1)]


def market_of(
    returns: Mapping[str, Iterable[float]],
    listed: Iterable[Entry] = (),
    *,
    yield_changes: Mapping[str, Sequence[float] | FloatColumn] | None = None,
    dividends: Mapping[str, float] | None = None,
    volumes: Mapping[str, float] | None = None,
    unadjusted: Iterable[str] = (),
    findings: Iterable[Finding] = (),
    last: int = LAST_MONTH,
    digest: str = "digest",
) -> Market:
    """A market in which each ticker has these monthly returns, the last of them in February 2026.

    Args:
        returns: by ticker; NaN, two of them at least, where it has none.
        listed: what the market says of its instruments.
        yield_changes: by maturity, from a yield of 3 % on.
        dividends: by ticker, paid each month per share.
        volumes: by ticker, traded each day that there is.
        unadjusted: tickers without an adjusted close.
        findings: what is wrong with prices.
        last: the last month.
        digest: that of its content.
    """
    tickers = tuple(sorted(returns))
    values = np.array([list(returns[ticker]) for ticker in tickers], dtype=np.float64).reshape(len(tickers), -1).T
    days = np.array(month_days(len(values), last), dtype="datetime64[D]")
    close = _prices(values)

    def column_of(given: Mapping[str, float] | None) -> FloatColumn:
        return np.full(close.shape, [(given or {}).get(ticker, NONE) for ticker in tickers])

    adjusted = np.where(np.isin(tickers, list(unadjusted)), NONE, close)
    prices = Prices(days, tickers, close, adjusted, column_of(dividends), column_of(volumes))
    yields = None
    if yield_changes is not None:
        moved = np.array(list(yield_changes.values())).T
        levels = 3 + np.vstack([np.zeros(moved.shape[1]), np.cumsum(moved, axis=0)])
        yields = Yields(days, tuple(yield_changes), levels)
    return Market("small", digest, prices, yields, tuple(listed), tuple(findings))


def _prices(returns: FloatColumn) -> FloatColumn:
    """From 100 on; there is one in a month if the return of that month or of the next needs it."""
    known = ~np.isnan(returns)
    grown = np.cumprod(1 + np.where(known, returns, 0.0), axis=0)
    prices = 100 * np.vstack([np.ones(returns.shape[1]), grown])
    nothing = np.zeros((1, returns.shape[1]), dtype=np.bool_)
    return np.where(np.vstack([nothing, known]) | np.vstack([known, nothing]), prices, NONE)


def material_of(market: Market, reference: Reference | None = None) -> Material:
    reference = reference or Reference()
    universe = build_universe(market.listed, reference)
    return Material(market, monthly_panel(market.prices, market.yields), universe, Sourced(reference, "database"), 0.0)


def view_of(
    market: Market,
    reference: Reference | None = None,
    *,
    beside: Sequence[str] = (),
    today: date = TODAY,
    thresholds: FactorThresholds = THRESHOLDS,
    **scope: Any,
) -> View:
    """What a request with this scope looks at."""
    material = material_of(market, reference)
    return look(material, Scope(**scope), beside=beside, today=today, thresholds=thresholds)


LISTED = (
    entry("industry", "XLE", industry="Energy", sector_group="sensitive", aum_value=100.0, currency="USD"),
    entry("industry", "XLK", industry="Technology", sector_group="sensitive", subindustry="Chips"),
    entry("industry", "XLU", industry="Utilities", sector_group="defensive"),
    entry("style", "MTUM"),
    entry("market", "EFA", aum_value=100.0, currency="USD"),
    entry("market", "SPY", aum_value=300.0, currency="USD"),
    entry("bond", "AGG", "bond", aum_value=50.0, currency="USD"),
    entry("bond", "TLT", "bond"),
    entry("cash", "BIL", "cash"),
    entry("commodity", "GLD", "commodity"),
)
"""What the small market lists."""

RETURNS: Mapping[str, FloatColumn] = {
    "SPY": 0.02 * FAST,
    "EFA": 0.02 * FAST + 0.02 * MEDIUM,
    "MTUM": 0.03 * FAST + 0.04 * SLOW,
    "XLE": 0.02 * SLOW,
    "XLK": 0.02 * FAST,
    "XLU": -0.01 * FAST,
    "AGG": 0.01 * MEDIUM,
    "TLT": 0.03 * MEDIUM - 0.04 * FAST,
    "BIL": 0.001 + 0.0001 * SLOW,
    "GLD": 0.01 * SLOW,
}
"""Its monthly returns: SPY and EFA have a correlation of 1 / root 2, MTUM and SPY of 0.6, TLT and SPY of -0.8."""

YIELD_CHANGES: Mapping[str, FloatColumn] = {"UST2Y": 0.1 * FAST, "UST10Y": -0.1 * MEDIUM}
"""By percentage points a month; the 5 and 30 years have none."""


def small_market(**more: Any) -> Market:
    """The one of `LISTED`, `RETURNS` and `YIELD_CHANGES`, with other parts where they are given."""
    parts = {"yield_changes": YIELD_CHANGES, **more}
    return market_of(parts.pop("returns", RETURNS), parts.pop("listed", LISTED), **parts)
