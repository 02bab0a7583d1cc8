"""Reference data as YAML files: read strictly, every fault at once, and written in the same form."""

import re
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path
from typing import Final, TypeVar

import yaml

from trimtab.adapters.reference.yaml_nodes import Place, Reading
from trimtab.domain.errors import Fault, ReferenceRefused
from trimtab.domain.factors import reference_checks as checks
from trimtab.domain.factors.reference import AssetClass, AssetProxy, CashProxy, IndustryProxy, asset_class_named
from trimtab.domain.outside_text import clean

MOST_BYTES: Final = 1_000_000
_ASSET: Final = "proxy_key: TICKER, or {etf_ticker, priority, description, alternates}"
_INDUSTRY: Final = "INDUSTRY: {etf_ticker, asset_class, group}"
_CASH: Final = "CURRENCY: TICKER"
_DEFAULT: Final = AssetProxy("equity", "", "")
_WHOLE: Final = re.compile(r"\d{1,9}", re.ASCII)

P = TypeVar("P", AssetProxy, IndustryProxy, CashProxy)


def load(path: Path, read: Callable[[Reading, Place], Iterable[P]]) -> tuple[P, ...]:
    """The rows that a file names, sorted.

    Raises:
        ReferenceRefused: it can't be read, or has faults: all of them.
    """
    reading = Reading(path.name)
    text = _text(path, reading)
    root = None if text is None else reading.root(text)
    rows = () if root is None else tuple(read(reading, root))
    if reading.faults:
        raise ReferenceRefused(path.name, sorted(reading.faults, key=lambda fault: fault.line or 0))
    return tuple(sorted(rows))


def _text(path: Path, reading: Reading) -> str | None:
    try:
        if path.stat().st_size > MOST_BYTES:
            message = f"The file is larger than {MOST_BYTES:,} bytes."
        else:
            return path.read_text(encoding="utf-8")
    except OSError as error:
        message = f"The file can't be read: {error.strerror or type(error).__name__}."
    except UnicodeDecodeError:
        message = "The file isn't UTF-8 text."
    reading.faults.append(Fault(path.name, None, None, message, "unreadable"))
    return None


def asset_proxies(reading: Reading, root: Place) -> Iterable[AssetProxy]:
    """Asset class, then proxy key, then a ticker or its fields."""
    seen: set[tuple[AssetClass, str]] = set()
    for name, of_class in reading.entries(root, what=f"asset_class: {{{_ASSET}}}"):
        asset_class = _asset_class(reading, of_class, name=name)
        known = asset_class_named(name) is not None
        for key, place in reading.entries(of_class, what=_ASSET):
            _check(reading, place, said=checks.wrong_name(key))
            if known and (asset_class, key) in seen:
                reading.fault(place, "This key stands under another name of its asset class too.", code="twice")
            seen |= {(asset_class, key)} if known else set()
            yield from _asset_proxy(reading, place, like=AssetProxy(asset_class, key, ""))


def industry_proxies(reading: Reading, root: Place) -> Iterable[IndustryProxy]:
    """Industry, then a ticker or its fields."""
    first: dict[str, str] = {}
    for industry, place in reading.entries(root, what=_INDUSTRY):
        proxy = _industry(reading, place, industry=industry)
        other = first.setdefault(proxy.etf_ticker, industry)
        if proxy.etf_ticker and other != industry:
            said = f"Its ETF stands for {clean(other)} already, and an ETF stands for one industry; name another."
            reading.fault(place, said, code="twice")
        yield proxy


def cash_proxies(reading: Reading, root: Place) -> Iterable[CashProxy]:
    """Currency, then a ticker."""
    for currency, place in reading.entries(root, what=_CASH):
        _check(reading, place, said=checks.wrong_currency(currency))
        yield CashProxy(currency, _ticker(reading, place))


def asset_proxies_text(rows: Iterable[AssetProxy]) -> str:
    """As `asset_proxies` reads it. Of alternates only the tickers are kept."""
    found: dict[str, dict[str, dict[str, object]]] = {}
    in_order = sorted(rows, key=lambda row: (*_key(row), not row.is_canonical, row.priority, row.etf_ticker))
    for (asset_class, proxy_key), of_key in groupby(in_order, key=_key):
        found.setdefault(asset_class, {})[proxy_key] = _fields(list(of_key))
    return _dumped(found)


def _key(row: AssetProxy) -> tuple[str, str]:
    return row.asset_class, row.proxy_key


def _fields(rows: list[AssetProxy]) -> dict[str, object]:
    """What is said of a proxy key: the canonical one, if there is one, and the tickers of the others."""
    first = rows[0]
    fields: dict[str, object] = {}
    if first.is_canonical:
        fields |= {"etf_ticker": first.etf_ticker, "priority": first.priority}
        fields |= {"description": first.description} if first.description else {}
    others = [row.etf_ticker for row in rows[int(first.is_canonical) :]]
    return fields | ({"alternates": others} if others else {})


def industry_proxies_text(rows: Iterable[IndustryProxy]) -> str:
    """As `industry_proxies` reads it."""
    found = {}
    for row in sorted(rows):
        fields = {"etf_ticker": row.etf_ticker, "asset_class": row.asset_class}
        found[row.industry] = fields | ({"group": row.sector_group} if row.sector_group else {})
    return _dumped(found)


def cash_proxies_text(rows: Iterable[CashProxy]) -> str:
    """As `cash_proxies` reads it."""
    return _dumped({row.currency: row.etf_ticker for row in sorted(rows)}, one_line=False)


def _dumped(found: object, *, one_line: bool | None = None) -> str:
    """As YAML; what holds single values only stands in one line, but for `one_line=False`."""
    return yaml.safe_dump(found, sort_keys=False, allow_unicode=True, default_flow_style=one_line, width=10_000)


def _asset_proxy(reading: Reading, place: Place, *, like: AssetProxy) -> Iterable[AssetProxy]:
    if place.is_text:
        yield AssetProxy(like.asset_class, like.proxy_key, _ticker(reading, place))
        return
    known = ("etf_ticker", "priority", "description", "alternates")
    fields = reading.fields(place, known=known, what=_ASSET)
    tickers = [_ticker(reading, item) for item in reading.items(fields["alternates"])] if "alternates" in fields else []
    canonical = _required_ticker(reading, place, fields=fields) if "etf_ticker" in fields or not tickers else ""
    named = [canonical, *tickers] if canonical else tickers
    if len(set(named)) < len(named):
        reading.fault(place, "A ticker stands here twice.", code="twice")
    priority = _priority(reading, fields["priority"]) if "priority" in fields else _DEFAULT.priority
    description = _description(reading, fields["description"]) if "description" in fields else ""
    if canonical:
        yield AssetProxy(like.asset_class, like.proxy_key, canonical, priority=priority, description=description)
    for ticker in tickers:
        yield AssetProxy(like.asset_class, like.proxy_key, ticker, is_canonical=False)


def _industry(reading: Reading, place: Place, *, industry: str) -> IndustryProxy:
    _check(reading, place, said=checks.wrong_name(industry))
    if place.is_text:
        return IndustryProxy(industry, _ticker(reading, place))
    fields = reading.fields(place, known=("etf_ticker", "asset_class", "group"), what=_INDUSTRY)
    ticker = _required_ticker(reading, place, fields=fields)
    asset_class, group = fields.get("asset_class"), fields.get("group")
    return IndustryProxy(
        industry,
        ticker,
        "equity" if asset_class is None else _asset_class(reading, asset_class),
        "" if group is None else _name(reading, group),
    )


def _required_ticker(reading: Reading, place: Place, *, fields: dict[str, Place]) -> str:
    if "etf_ticker" in fields:
        return _ticker(reading, fields["etf_ticker"])
    if place.has_entries:
        reading.fault(place, "The field etf_ticker is missing.", code="missing")
    return ""


def _asset_class(reading: Reading, place: Place, *, name: str | None = None) -> AssetClass:
    """The asset class of this name, or of the value; any one after a fault."""
    text = reading.text(place) if name is None else name
    _check(reading, place, said="" if text is None else checks.wrong_asset_class(text))
    return asset_class_named(text or "") or "equity"


def _ticker(reading: Reading, place: Place) -> str:
    return _checked(reading, place, wrong=checks.wrong_ticker)


def _name(reading: Reading, place: Place) -> str:
    return _checked(reading, place, wrong=checks.wrong_name)


def _description(reading: Reading, place: Place) -> str:
    return _checked(reading, place, wrong=checks.wrong_description)


def _priority(reading: Reading, place: Place) -> int:
    text = reading.text(place)
    if text is None:
        return _DEFAULT.priority
    number = int(text) if _WHOLE.fullmatch(text) else -1
    _check(reading, place, said=checks.wrong_priority(number))
    return number


def _checked(reading: Reading, place: Place, *, wrong: Callable[[str], str]) -> str:
    text = reading.text(place)
    _check(reading, place, said="" if text is None else wrong(text))
    return text or ""


def _check(reading: Reading, place: Place, *, said: str) -> None:
    if said:
        reading.fault(place, said)
