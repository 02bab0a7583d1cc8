"""The universe: every ETF that stands for something, in its category."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from trimtab.domain.factors.reference import AssetClass, Category, Reference

_CATEGORY_OF: Final[Mapping[AssetClass, Category]] = {
    "equity": "market",
    "bond": "bond",
    "cash": "cash",
    "commodity": "commodity",
    "crypto": "crypto",
    "real_estate": "industry",
}
"""Where a proxy belongs that no list of the market names."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """An ETF in a category. Text that isn't known is empty; `aum_value` is assets under management, in `currency`."""

    category: Category
    ticker: str
    asset_class: AssetClass
    name: str = ""
    industry: str = ""
    subindustry: str = ""
    sector_group: str = ""
    aum_value: float | None = None
    currency: str = ""


@dataclass(frozen=True)
class Universe:
    """Entries sorted by category and ticker; a ticker may stand in several categories."""

    entries: tuple[Entry, ...]

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the lines `category,ticker`, sorted: the same members give the same hash everywhere."""
        lines = sorted(f"{entry.category},{entry.ticker}" for entry in self.entries)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that is said of the members, not only of who they are."""
        return hashlib.sha256(repr(self.entries).encode()).hexdigest()

    @cached_property
    def tickers(self) -> tuple[str, ...]:
        """Every ticker once, sorted."""
        return tuple(sorted({entry.ticker for entry in self.entries}))

    def of(self, category: Category) -> tuple[Entry, ...]:
        """The entries of a category, by ticker."""
        return tuple(entry for entry in self.entries if entry.category == category)

    def only(self, entries: Iterable[Entry]) -> "Universe":
        """A universe of some entries."""
        return Universe(tuple(sorted(entries, key=lambda entry: (entry.category, entry.ticker))))


def build_universe(listed: Iterable[Entry], reference: Reference) -> Universe:
    """What the market lists, as the reference data has it.

    - A ticker that asset proxies name, but none as canonical, isn't part of it.
    - A canonical proxy's asset class stands over the list's; a proxy that the list doesn't name is added in the
      category of its asset class (equity: market, real estate: industry).
    - An industry proxy's industry, asset class and sector group stand over the list's; it belongs to the industries.
    - A cash proxy is added to cash.
    """
    proxies = reference.asset_proxies
    canonical = {proxy.etf_ticker for proxy in proxies if proxy.is_canonical}
    out_of_use = {proxy.etf_ticker for proxy in proxies} - canonical
    found = {(entry.category, entry.ticker): entry for entry in listed if entry.ticker not in out_of_use}
    for proxy in sorted(proxies, key=lambda each: (-each.priority, each)):
        if proxy.is_canonical:
            _add(found, proxy.etf_ticker, asset_class=proxy.asset_class, name=proxy.description)
    for industry in reference.industry_proxies:
        if industry.etf_ticker not in out_of_use:
            key: tuple[Category, str] = ("industry", industry.etf_ticker)
            entry = found.get(key) or Entry(*key, asset_class=industry.asset_class)
            group = industry.sector_group or entry.sector_group
            found[key] = replace(
                entry, industry=industry.industry, sector_group=group, asset_class=industry.asset_class
            )
    for cash in reference.cash_proxies:
        if cash.etf_ticker not in out_of_use:
            found.setdefault(
                ("cash", cash.etf_ticker), Entry("cash", cash.etf_ticker, asset_class="cash", currency=cash.currency)
            )
    return Universe(tuple(found[key] for key in sorted(found)))


def tickers_of(reference: Reference) -> tuple[str, ...]:
    """Every ticker that the reference data has in use, sorted."""
    in_use = {proxy.etf_ticker for proxy in reference.asset_proxies if proxy.is_canonical}
    in_use |= {proxy.etf_ticker for proxy in reference.industry_proxies}
    in_use |= {proxy.etf_ticker for proxy in reference.cash_proxies}
    return tuple(sorted(in_use))


def _add(found: dict[tuple[Category, str], Entry], ticker: str, *, asset_class: AssetClass, name: str) -> None:
    listed = [key for key in found if key[1] == ticker]
    for key in listed:
        found[key] = replace(found[key], asset_class=asset_class)
    if not listed:
        category = _CATEGORY_OF[asset_class]
        found[category, ticker] = Entry(category, ticker, asset_class=asset_class, name=name)
