"""Makes a market of rows of prices: what is found in them, what is left of them, and its digest."""

from dataclasses import dataclass, replace

from trimtab.adapters.market.digest import market_digest
from trimtab.adapters.market.findings import find_gaps, find_in_rows, find_stray_days
from trimtab.adapters.market.price_rows import PriceRows, spread
from trimtab.domain.factors.market import Finding, Market, Yields
from trimtab.domain.factors.universe import Entry


@dataclass(frozen=True, slots=True, eq=False)
class Assembled:
    """The market, None where no ticker's prices can be used; and what was found in single tickers either way."""

    market: Market | None
    findings: tuple[Finding, ...]


def assemble(rows: PriceRows, *, name: str, yields: Yields | None = None, listed: tuple[Entry, ...] = ()) -> Assembled:
    """A ticker with a finding that excludes it gets a column of NaN; days that only such tickers have are left out."""
    findings = find_in_rows(rows)
    findings = tuple(sorted((*findings, *find_stray_days(rows, without={finding.ticker for finding in findings}))))
    excluded = {finding.ticker for finding in findings if finding.excludes}
    prices = spread(rows, without=excluded)
    if not len(prices.dates):
        return Assembled(None, findings)
    findings = tuple(sorted((*findings, *find_gaps(prices))))
    market = Market(name, digest="", prices=prices, yields=yields, listed=listed, findings=findings)
    return Assembled(replace(market, digest=market_digest(market)), findings)
