"""Rows of reference data as they are kept: whether they are what could have been written."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from trimtab.domain.factors import reference_checks as checks
from trimtab.domain.factors.reference import ASSET_CLASSES, AssetProxy, CashProxy, IndustryProxy

Proxy = AssetProxy | IndustryProxy | CashProxy
_NO_CLASS: Final = f"There is no such asset class; there are {', '.join(ASSET_CLASSES)}."
_SHARED: Final = "An ETF stands for one industry; this one stands for several."


def wrong_rows(rows: Iterable[Proxy]) -> Iterator[tuple[Proxy, str, str]]:
    """Each value that nobody could have written: its row, its field, and what is wrong with it.

    Args:
        rows: those of one table, with values of the right types.
    """
    held = list(rows)
    for row in held:
        yield from ((row, field, said) for field, said in _said_of(row).items() if said)
    industries = [row for row in held if isinstance(row, IndustryProxy)]
    shared = checks.industries_of_shared_etfs(industries)
    yield from ((row, "etf_ticker", _SHARED) for row in industries if row.etf_ticker in shared)


def _said_of(row: Proxy) -> Mapping[str, str]:
    """What is said against each field, empty where nothing is."""
    ticker = {"etf_ticker": checks.wrong_ticker(row.etf_ticker)}
    if isinstance(row, CashProxy):
        return {"currency": checks.wrong_currency(row.currency)} | ticker
    # Other names of an asset class are understood, and never written.
    asset_class = {"asset_class": "" if row.asset_class in ASSET_CLASSES else _NO_CLASS}
    if isinstance(row, IndustryProxy):
        group = checks.wrong_name(row.sector_group) if row.sector_group else ""
        return {"industry": checks.wrong_name(row.industry)} | ticker | asset_class | {"sector_group": group}
    return {
        **asset_class,
        "proxy_key": checks.wrong_name(row.proxy_key),
        **ticker,
        "priority": checks.wrong_priority(row.priority),
        "description": checks.wrong_description(row.description),
    }
