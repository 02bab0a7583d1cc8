"""Frameworks to begin with: what each holds, and which products its buckets take."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from trimtab.domain.frameworks.framework import Bucket, BucketRules, Framework, Method, RiskBand

_FUNDS: Final = ("ETF", "Fund")

# Path: label, tags that a product has to bear, types, regions, sectors; an empty cell leaves all in.
_BUCKETS: Final[Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]]] = {
    "AssetClass/Equity": ("Equity", ("equity",), (*_FUNDS, "Stock"), (), ()),
    "AssetClass/Bonds": ("Fixed Income", ("bonds",), (*_FUNDS, "Bond"), (), ()),
    "AssetClass/Alternatives": ("Alternatives", ("alternatives",), _FUNDS, (), ()),
    "Sleeve/Core": ("Core Beta", ("core",), _FUNDS, (), ()),
    "Sleeve/Satellite": ("Active Satellites", ("satellite",), (*_FUNDS, "Stock"), (), ()),
    "Sleeve/Hedge": ("Hedge Sleeve", ("hedge",), _FUNDS, (), ()),
    "Region/US": ("United States", ("equity",), (*_FUNDS, "Stock"), ("US",), ()),
    "Region/International": ("International Developed", ("equity",), (*_FUNDS, "Stock"), ("International",), ()),
    "Region/Emerging": ("Emerging Markets", ("equity",), (*_FUNDS, "Stock"), ("Emerging",), ()),
    "Sector/Defensive": (
        "Defensive Sectors", ("equity",), (*_FUNDS, "Stock"), (),
        ("Consumer Staples", "Health Care", "Utilities"),
    ),
    "Sector/Cyclical": (
        "Cyclical Sectors", ("equity",), (*_FUNDS, "Stock"), (),
        ("Consumer Discretionary", "Energy", "Financials", "Industrials", "Materials", "Real Estate"),
    ),
    "Sector/Growth": (
        "Growth Sectors", ("equity",), (*_FUNDS, "Stock"), (),
        ("Communication Services", "Technology"),
    ),
}  # fmt: skip

_Template = tuple[str, RiskBand | None, str, Mapping[str, str]]

# Key: name, risk band, description, targets by path.
_TEMPLATES: Final[Mapping[str, _Template]] = {
    "conservative": (
        "Conservative", "low",
        "Bonds carry it, and a third in equity keeps pace with prices. For money that is needed within some years.",
        {"AssetClass/Bonds": "0.60", "AssetClass/Equity": "0.35", "AssetClass/Alternatives": "0.05"},
    ),
    "balanced": (
        "Balanced", "medium",
        "Equity leads and bonds soften its falls. For money that may stay invested through a bad year or two.",
        {"AssetClass/Equity": "0.60", "AssetClass/Bonds": "0.35", "AssetClass/Alternatives": "0.05"},
    ),
    "growth": (
        "Growth", "high",
        "Mostly equity. For a long time ahead, and for an owner who can watch a deep fall without selling.",
        {"AssetClass/Equity": "0.80", "AssetClass/Bonds": "0.15", "AssetClass/Alternatives": "0.05"},
    ),
    "core_satellite": (
        "Core-Satellite", "medium",
        "A broad, cheap core, some room for convictions beside it, and a part that is meant to hold when both fall.",
        {"Sleeve/Core": "0.70", "Sleeve/Satellite": "0.20", "Sleeve/Hedge": "0.10"},
    ),
    "geographic": (
        "Geographic Allocation", "high",
        "Equity by where companies are: half in the United States, the rest in other developed and emerging markets.",
        {"Region/US": "0.50", "Region/International": "0.30", "Region/Emerging": "0.20"},
    ),
    "sector_risk_band": (
        "Sector by Risk Band", "high",
        "Equity by how sectors follow the economy: those that hardly do, those that do, and those that outgrow it.",
        {"Sector/Defensive": "0.30", "Sector/Cyclical": "0.40", "Sector/Growth": "0.30"},
    ),
    "blank": ("Custom Framework", None, "No buckets yet: all is up to you.", {}),
}  # fmt: skip


def _bucket(path: str, target: str) -> Bucket:
    label, tags, types, regions, sectors = _BUCKETS[path]
    rules = BucketRules(include_tags=tags, allowed_types=types, regions=regions, sectors=sectors)
    return Bucket(path, label, Decimal(target), rules=rules)


def _framework(template: _Template) -> Framework:
    name, risk_band, description, targets = template
    buckets = tuple(_bucket(path, target) for path, target in targets.items())
    method: Method = "template" if buckets else "custom"
    return Framework(name=name, buckets=buckets, description=description, method=method, risk_band=risk_band)


TEMPLATES: Final[Mapping[str, Framework]] = {key: _framework(template) for key, template in _TEMPLATES.items()}
"""Frameworks by their keys, in the order in which they are offered."""
