"""What the book and the market call sectors, regions and asset classes, in the words of products."""

from collections.abc import Mapping
from typing import Final

from trimtab.domain.factors.reference import AssetClass

DIVERSIFIED: Final = "Diversified"
"""The sector of what is in no single one."""

EQUITY: Final = "Equity"
BONDS: Final = "Bonds"
TAG_OF_CLASS: Final[Mapping[str, str]] = {EQUITY: "equity", BONDS: "bonds"}

FIXED_INCOME: Final = "Fixed Income"
"""The sector that books give to bonds, and to funds of bonds."""

CLASSES: Final[Mapping[AssetClass, tuple[str, tuple[str, ...]]]] = {
    "equity": (EQUITY, ("equity",)),
    "bond": (BONDS, ("bonds",)),
    "cash": ("Cash", ("cash",)),
    "commodity": ("Alternatives", ("alternatives", "commodity")),
    "crypto": ("Alternatives", ("alternatives", "crypto")),
    "real_estate": ("Alternatives", ("alternatives", "real_estate")),
}
"""The asset class and the tags of an ETF of the factor universe, by the market's own asset class."""

REGION_OF_EXCHANGE: Final[Mapping[str, str]] = {
    "NYSE": "US",
    "NASDAQ": "US",
    "ASX": "International",
    "LSE": "International",
}

# Sector: its group, and what else it, or an industry of it, is called.
_SECTORS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "Communication Services": ("Sensitive", ("Communications", "Entertainment", "Interactive Media",
                                             "Telecommunication Services")),
    "Consumer Discretionary": ("Cyclical", ("Automobile Manufacturers", "Broadline Retail", "Consumer Cyclical")),
    "Consumer Staples": ("Defensive", ("Consumer Defensive", "Food Retail")),
    "Energy": ("Sensitive", ("Integrated Oil & Gas",)),
    "Financials": ("Cyclical", ("Banks", "Financial Services")),
    "Health Care": ("Defensive", ("Biotechnology", "Healthcare", "Pharmaceuticals")),
    "Industrials": ("Sensitive", ("Aerospace & Defense",)),
    "Materials": ("Cyclical", ("Basic Materials",)),
    "Real Estate": ("Cyclical", ("International Real Estate", "REITs")),
    "Technology": ("Sensitive", ("Communications Equipment", "Information Technology", "Semiconductors", "Software")),
    "Utilities": ("Defensive", ()),
    DIVERSIFIED: ("", (FIXED_INCOME,)),
}  # fmt: skip

SECTORS: Final = tuple(sector for sector in _SECTORS if sector != DIVERSIFIED)

_SECTOR_NAMED: Final[Mapping[str, str]] = {
    name.casefold(): sector for sector, (_, others) in _SECTORS.items() for name in (sector, *others)
}


def sector_named(text: str) -> str:
    """The sector of this name, or that a part of it has; the text itself where there is none."""
    return _SECTOR_NAMED.get(text.casefold(), text)


def group_of(sector: str) -> str:
    """The group of a sector: `Cyclical`, `Defensive` or `Sensitive`; empty where it has none."""
    return _SECTORS.get(sector, ("", ()))[0]
