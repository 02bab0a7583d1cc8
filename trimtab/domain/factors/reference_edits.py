"""Changes of reference data, as functions from the rows of a table to its rows afterwards, sorted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, Literal, TypeVar

from trimtab.domain.errors import Blocked, NotFound, Problem
from trimtab.domain.factors.reference import AssetProxy, CashProxy, IndustryProxy
from trimtab.domain.factors.reference_checks import industries_of_shared_etfs, near
from trimtab.domain.factors.reference_rows import Proxy
from trimtab.domain.factors.tickers import listed
from trimtab.domain.outside_text import clean

P = TypeVar("P", AssetProxy, IndustryProxy, CashProxy)
_LIST: Final = "`trimtab ref asset-proxy list` shows what there is."


@dataclass(frozen=True, slots=True)
class Difference(Generic[P]):
    """A row that is new (`before` is None), another than it was, or gone (`after` is None)."""

    before: P | None
    after: P | None

    @property
    def change(self) -> Literal["add", "change", "remove"]:
        """What became of the row, in a word."""
        if self.after is None:
            return "remove"
        return "add" if self.before is None else "change"


def key_of(proxy: Proxy) -> tuple[str, ...]:
    """What a row is found by: there is one of it in its table."""
    if isinstance(proxy, AssetProxy):
        return proxy.asset_class, proxy.proxy_key, proxy.etf_ticker
    return (proxy.industry if isinstance(proxy, IndustryProxy) else proxy.currency,)


def merged(rows: Iterable[P], given: Iterable[P]) -> tuple[P, ...]:
    """The rows, with those that are given in the place of those with their keys, or beside them."""
    found = {key_of(row): row for row in rows} | {key_of(row): row for row in given}
    return tuple(sorted(found.values()))


def differences(before: Iterable[P], after: Iterable[P]) -> tuple[Difference[P], ...]:
    """The rows of `after` that `before` hasn't, or has otherwise; then those of `before` that `after` hasn't.

    Each in the order that it has there.
    """
    known = {key_of(row): row for row in before}
    left = {key_of(row): row for row in after}
    new = tuple(Difference(known.get(key), row) for key, row in left.items() if known.get(key) != row)
    gone = tuple(Difference(row, None) for key, row in known.items() if key not in left)
    return new + gone


def with_asset_proxy(
    rows: Sequence[AssetProxy],
    wanted: AssetProxy,
    *,
    priority: int | None = None,
    description: str | None = None,
    force: bool = False,
) -> tuple[AssetProxy, ...]:
    """Adds the proxy, or changes the one of its key; without priority or description it keeps those it has.

    With `force` it becomes the canonical one of its proxy key, and what was that before an alternate.

    Raises:
        Blocked: another is canonical for the proxy key, or this one would be an alternate to nothing; without `force`.
    """
    there = next((row for row in rows if key_of(row) == key_of(wanted)), wanted)
    proxy = replace(
        wanted,
        priority=there.priority if priority is None else priority,
        description=there.description if description is None else description,
    )
    if not force:
        _require_free(rows, proxy, there=there)
    demoted = _demoted(rows, proxy) if proxy.is_canonical else []
    return merged(rows, [*demoted, proxy])


def with_replacement(rows: Sequence[AssetProxy], wanted: AssetProxy) -> tuple[AssetProxy, ...]:
    """Puts the ticker in the place of the canonical one of the proxy key, which becomes an alternate.

    Raises:
        NotFound: nothing is canonical for the proxy key.
    """
    old = min(_canonical(rows, wanted), key=lambda row: row.priority, default=None)
    if old is None:
        raise NotFound(
            f"Nothing stands for {_named(wanted)} now.{_near_keys(rows, wanted)}",
            field="PROXY_KEY",
            next_action=f"`trimtab ref asset-proxy add` adds the first. {_LIST}",
        )
    return with_asset_proxy(rows, replace(wanted, is_canonical=True), priority=old.priority, force=True)


def with_deactivation(
    rows: Sequence[AssetProxy], *, asset_class: str, proxy_key: str, etf_ticker: str | None = None
) -> tuple[AssetProxy, ...]:
    """Takes the proxies of this key out of use, or the one of this ticker: they stay as alternates.

    Raises:
        NotFound: there are none.
    """
    of_key = [row for row in rows if (row.asset_class, row.proxy_key) == (asset_class, proxy_key)]
    found = [row for row in of_key if etf_ticker in {None, row.etf_ticker}]
    if not found:
        what = f"{asset_class} {proxy_key}" + (f" {etf_ticker}" if of_key else "")
        hint = "" if of_key else _near(rows, asset_class=asset_class, proxy_key=proxy_key)
        field = "ETF_TICKER" if of_key else "PROXY_KEY"
        raise NotFound(f"There is no proxy {what}.{hint}", field=field, next_action=_LIST)
    return merged(rows, [replace(row, is_canonical=False) for row in found])


def with_asset_proxies(rows: Sequence[AssetProxy], given: Iterable[AssetProxy]) -> tuple[AssetProxy, ...]:
    """The rows with the proxy keys of `given` as they are there; other tickers of these keys become alternates.

    An alternate that is given and is there keeps its priority and description.
    """
    known = {key_of(row): row for row in rows}
    wanted = [row if row.is_canonical else replace(known.get(key_of(row), row), is_canonical=False) for row in given]
    keys = {(row.asset_class, row.proxy_key) for row in wanted}
    others = [replace(row, is_canonical=False) for row in rows if (row.asset_class, row.proxy_key) in keys]
    return merged(merged(rows, others), wanted)


def with_industry(
    rows: Sequence[IndustryProxy], wanted: IndustryProxy, *, keep_class: bool = False, keep_group: bool = False
) -> tuple[IndustryProxy, ...]:
    """Adds the industry, or changes it; it may keep the asset class or the sector group that it has.

    Raises:
        Blocked: the ETF stands for another industry.
    """
    there = next((row for row in rows if row.industry == wanted.industry), wanted)
    proxy = replace(
        wanted,
        asset_class=there.asset_class if keep_class else wanted.asset_class,
        sector_group=there.sector_group if keep_group else wanted.sector_group,
    )
    return with_industries(rows, [proxy])


def with_industries(rows: Sequence[IndustryProxy], given: Iterable[IndustryProxy]) -> tuple[IndustryProxy, ...]:
    """The rows, with the industries that are given in the place of those of their names, or beside them.

    Raises:
        Blocked: an ETF would stand for several industries, of which the universe would have one only: all of them.
    """
    wanted = list(given)
    after = merged(rows, wanted)
    problems = list(_shared(after, wanted))
    if problems:
        raise Blocked(
            problems[0].message,
            problems=problems,
            next_action="An ETF stands for one industry: name another, or remove or change the other industry first.",
        )
    return after


def without_industry(rows: Sequence[IndustryProxy], industry: str) -> tuple[IndustryProxy, ...]:
    """The rows without the one of this industry.

    Raises:
        NotFound: there is none; it names those that there are.
    """
    return _without(rows, industry, what="the industry", field="INDUSTRY", command="industry")


def without_cash(rows: Sequence[CashProxy], currency: str) -> tuple[CashProxy, ...]:
    """The rows without the one of this currency.

    Raises:
        NotFound: there is none; it names those that there are.
    """
    return _without(rows, currency, what="cash in", field="CURRENCY", command="cash")


def _without(rows: Sequence[P], name: str, *, what: str, field: str, command: str) -> tuple[P, ...]:
    after = tuple(row for row in rows if key_of(row) != (name,))
    if len(after) == len(rows):
        known = sorted(key for row in rows for key in key_of(row))
        raise NotFound(
            f"No ETF stands for {what} {clean(name)}; one does for {listed(known) or 'none'}.{near(name, known)}",
            field=field,
            next_action=f"`trimtab ref {command} list` shows what there is; nothing was changed.",
        )
    return after


def _shared(after: Iterable[IndustryProxy], wanted: Iterable[IndustryProxy]) -> Iterator[Problem]:
    asked = {row.industry for row in wanted}
    for ticker, industries in industries_of_shared_etfs(after).items():
        others = [clean(name) for name in industries if name not in asked] or [clean(industries[0])]
        yield Problem("ETF_TICKER", f"{ticker} stands for the industry {', '.join(others)} already.")


def _canonical(rows: Iterable[AssetProxy], like: AssetProxy) -> list[AssetProxy]:
    key = (like.asset_class, like.proxy_key)
    return [row for row in rows if row.is_canonical and (row.asset_class, row.proxy_key) == key]


def _demoted(rows: Iterable[AssetProxy], by: AssetProxy) -> list[AssetProxy]:
    return [replace(row, is_canonical=False) for row in _canonical(rows, by) if row.etf_ticker != by.etf_ticker]


def _require_free(rows: Iterable[AssetProxy], proxy: AssetProxy, *, there: AssetProxy) -> None:
    others = [row.etf_ticker for row in _canonical(rows, proxy) if row.etf_ticker != proxy.etf_ticker]
    if proxy.is_canonical and others:
        raise Blocked(
            f"{', '.join(others)} stands for {_named(proxy)} already.",
            field="ETF_TICKER",
            next_action=f"Use --force to put {proxy.etf_ticker} in its place, or --alternate to keep it beside.",
        )
    if there.is_canonical and not proxy.is_canonical and not others:
        raise Blocked(
            f"{proxy.etf_ticker} is what stands for {_named(proxy)}; as an alternate it would leave it to nothing.",
            field="ETF_TICKER",
            next_action="Use `deactivate` or --force where that is meant, else `replace` names what stands for it.",
        )


def _named(proxy: AssetProxy) -> str:
    return f"{proxy.asset_class} {proxy.proxy_key}"


def _near_keys(rows: Iterable[AssetProxy], wanted: AssetProxy) -> str:
    return _near(rows, asset_class=wanted.asset_class, proxy_key=wanted.proxy_key)


def _near(rows: Iterable[AssetProxy], *, asset_class: str, proxy_key: str) -> str:
    others = {row.proxy_key for row in rows if row.asset_class == asset_class} - {proxy_key}
    return near(proxy_key, sorted(others))
