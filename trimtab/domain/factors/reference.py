"""Reference data: which ETF stands for an asset class, an industry or a currency's cash; and its closed lists."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

AssetClass = Literal["equity", "bond", "cash", "commodity", "crypto", "real_estate"]
Category = Literal["industry", "style", "market", "bond", "cash", "commodity", "crypto"]

ASSET_CLASSES: Final[tuple[AssetClass, ...]] = get_args(AssetClass)
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
OTHER_NAMES: Final = {"fixed_income": "bond", "reit": "real_estate"}
"""Names by which others call an asset class; understood on input, never written."""


@dataclass(frozen=True, slots=True, order=True)
class AssetProxy:
    """An ETF that stands for `proxy_key` of an asset class; the canonical one of the lowest `priority` comes first.

    One that isn't canonical is an alternate, or was taken out of use: it isn't part of the universe.
    """

    asset_class: AssetClass
    proxy_key: str
    etf_ticker: str
    is_canonical: bool = True
    priority: int = 100
    description: str = ""


@dataclass(frozen=True, slots=True, order=True)
class IndustryProxy:
    """The ETF that stands for an industry, and the sector group that the industry belongs to, where it has one."""

    industry: str
    etf_ticker: str
    asset_class: AssetClass = "equity"
    sector_group: str = ""


@dataclass(frozen=True, slots=True, order=True)
class CashProxy:
    """The ETF that stands for cash in a currency."""

    currency: str
    etf_ticker: str


@dataclass(frozen=True, slots=True)
class Reference:
    """All reference data, each table in order of its key."""

    asset_proxies: tuple[AssetProxy, ...] = ()
    industry_proxies: tuple[IndustryProxy, ...] = ()
    cash_proxies: tuple[CashProxy, ...] = ()


def asset_class_named(text: str) -> AssetClass | None:
    """The asset class of this name, or of one of its other names; None where there is none."""
    name = text.strip().lower()
    name = OTHER_NAMES.get(name, name)
    return next((known for known in ASSET_CLASSES if known == name), None)


def category_named(text: str) -> Category | None:
    """The category of this name, `fixed_income` being `bond`; None where there is none."""
    name = text.strip().lower()
    name = OTHER_NAMES.get(name, name)
    return next((known for known in CATEGORIES if known == name), None)
