"""Checks market data as a person would want to know it: what refuses it, what leaves single tickers out, what is only
odd, and what is in it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from trimtab.adapters.market.folder import read_market
from trimtab.domain.errors import Fault
from trimtab.domain.factors.market import Finding, Market, Yields
from trimtab.domain.factors.panel import Basis
from trimtab.domain.factors.total_returns import monthly_panel

FINE, TICKERS_LEFT_OUT, STRUCTURAL_FAULTS = 0, 1, 2


@dataclass(frozen=True, slots=True)
class MarketSummary:
    """What a market holds.

    `tickers` counts those with prices that can be used, `left_out` the others; `basis` counts the former by what their
    returns are made of. `months` are complete months, of which the first has no return. `listed` counts the
    universe's entries, and `without_prices` names those of its tickers that have none here.
    """

    name: str
    digest: str
    tickers: int
    left_out: int
    days: int
    first_day: date
    last_day: date
    months: int
    basis: Mapping[Basis, int]
    listed: int
    without_prices: tuple[str, ...]
    maturities: tuple[str, ...]
    yield_days: int
    first_yield_day: date | None
    last_yield_day: date | None


@dataclass(frozen=True, slots=True, eq=False)
class MarketReport:
    """`faults` refuse the market, `findings` are of single tickers, `warnings` change nothing."""

    market: Market | None
    summary: MarketSummary | None
    faults: tuple[Fault, ...]
    findings: tuple[Finding, ...]
    warnings: tuple[Fault, ...]

    @property
    def exit_code(self) -> int:
        """0 fine, 1 tickers that are left out, 2 the market is refused."""
        if self.market is None:
            return STRUCTURAL_FAULTS
        return TICKERS_LEFT_OUT if any(finding.excludes for finding in self.findings) else FINE


def check_market(path: Path) -> MarketReport:
    """Reads the folder at `path` and reports everything about it; never raises for what is wrong in its files."""
    reading = read_market(path)
    summary = None if reading.market is None else _summary(reading.market)
    return MarketReport(reading.market, summary, reading.faults, reading.findings, reading.warnings)


def _summary(market: Market) -> MarketSummary:
    prices, yields = market.prices, market.yields
    left_out = {finding.ticker for finding in market.findings if finding.excludes}
    panel = monthly_panel(prices, yields)
    used = [basis for ticker, basis in zip(prices.tickers, panel.basis, strict=True) if ticker not in left_out]
    first, last = (None, None) if yields is None else _first_and_last(yields)
    return MarketSummary(
        name=market.name,
        digest=market.digest,
        tickers=len(used),
        left_out=len(left_out),
        days=len(prices.dates),
        first_day=prices.dates[0].item(),
        last_day=market.as_of,
        months=len(panel.months),
        basis=dict(Counter(used)),
        listed=len(market.listed),
        without_prices=tuple(sorted({entry.ticker for entry in market.listed} - set(prices.tickers))),
        maturities=() if yields is None else yields.maturities,
        yield_days=0 if yields is None else len(yields.dates),
        first_yield_day=first,
        last_yield_day=last,
    )


def _first_and_last(yields: Yields) -> tuple[date, date]:
    return yields.dates[0].item(), yields.dates[-1].item()
