"""Products to be mapped: written by hand, and at random."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import numpy as np
from hypothesis import strategies as st

from tests.domain.frameworks.product_rows import Row, Share, products_of, shares_of
from trimtab.domain.frameworks.framework import Bucket, BucketRules, Constraint, Framework
from trimtab.domain.frameworks.mapping import Filters
from trimtab.domain.frameworks.products import Universe

AS_OF: Final = date(2026, 11, 20)


@dataclass(frozen=True)
class Product(Row):
    """A row of the products; it is known in full, and the best there is, where nothing else is said."""

    name: str = ""
    region: str = "US"
    sector: str = "Diversified"
    sleeve: str = "Core"
    issuer: str = "Vane"
    currency: str = "USD"
    exchange: str = "NYSE"
    adv_value: float = 1e9
    expense_ratio_pct: float = 0.0
    aum_value: float = 1e10
    tracking_error_pct: float = 0.0
    history_months: float = 120.0
    price: float = 10.0
    price_date: date | str | None = AS_OF


def universe(*rows: Product, lies: tuple[Share, ...] = ()) -> Universe:
    """These products by code, and what they hold."""
    products = products_of(*sorted(rows, key=lambda row: row.code))
    lies = tuple(sorted(lies, key=lambda lie: (products.code.index(lie[0]), *lie[1:])))
    return Universe(products=products, look_through=shares_of(products.code, *lies), digest="")


def leaf(path: str, target: str = "1", *, label: str = "", **rules) -> Bucket:
    """A bucket with rules, called by the last part of its path."""
    return Bucket(path, label or path.rpartition("/")[2], Decimal(target), rules=BucketRules(**rules))


_TYPES: Final = ("ETF", "Fund", "Stock", "Bond", "")
_CLASSES: Final = ("Equity", "Bonds", "Fixed Income", "cash", "")
_REGIONS: Final = ("US", "us", "Emerging", "Global", "")
_SECTORS: Final = ("Energy", "Utilities", "Diversified", "")
_GROUPS: Final = ("Cyclical", "Defensive", "")
_SLEEVES: Final = ("Core", "Hedge", "")
_TAGS: Final = ("equity", "EQUITY", "bonds", "large", "green")
_CURRENCIES: Final = ("USD", "EUR", "")
_ISSUERS: Final = ("Vane", "Rock", "")
_CODES: Final = tuple("ABCDEFGHIJKL")
_ADVS: Final = (0.0, 1e4, 1e6, 2.5e6, 1e9, np.nan)
_KEYS: Final = {"Region": _REGIONS[:4], "Sector": _SECTORS[:3], "AssetClass": _CLASSES[:4], "Sleeve": _SLEEVES[:2]}
_SHARES: Final = st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.5])


def _some(*names: str, most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), max_size=most).map(tuple)


def _maybe(*values: float) -> st.SearchStrategy[float]:
    return st.sampled_from([*values, float("nan")])


@st.composite
def universes(draw: st.DrawFn) -> Universe:
    """At most a dozen products, many alike, with what some hold; much isn't known."""
    codes = draw(st.lists(st.sampled_from(_CODES), unique=True))
    days = st.none() | st.sampled_from([-3, 0, 5, 20, 400]).map(lambda age: AS_OF - timedelta(days=age))
    rows = st.builds(
        Product,
        code=st.just(""),
        type=st.sampled_from(_TYPES),
        asset_class=st.sampled_from(_CLASSES),
        region=st.sampled_from(_REGIONS),
        sector=st.sampled_from(_SECTORS),
        sector_group=st.sampled_from(_GROUPS),
        sleeve=st.sampled_from(_SLEEVES),
        issuer=st.sampled_from(_ISSUERS),
        currency=st.sampled_from(_CURRENCIES),
        exchange=st.sampled_from(["NYSE", ""]),
        tags=_some(*_TAGS),
        adv_value=st.sampled_from(_ADVS),
        expense_ratio_pct=_maybe(0.0, 0.3, 2.0),
        aum_value=_maybe(1e6, 1e9),
        tracking_error_pct=_maybe(0.0, 0.5, 5.0),
        history_months=_maybe(0.0, 60.0, 300.0),
        price=_maybe(10.0),
        price_date=days,
    )
    products = [Product(**{**vars(draw(rows)), "code": code}) for code in codes]
    keys = [(code, dimension, key) for code in codes[:5] for dimension, named in _KEYS.items() for key in named]
    held = draw(st.lists(st.sampled_from(keys), unique=True, max_size=10)) if keys else []
    return universe(*products, lies=tuple((*key, draw(_SHARES)) for key in held))


_PATHS: Final = (
    "AssetClass/Bonds", "AssetClass/Fixed Income", "AssetClass/Cash", "assetclass/Equity/US", "AssetClass/Equity/Large",
    "AssetClass/Equity", "Region/US", "Region/Emerging/Energy", "Region", "Sector/Defensive", "Sector/Energy",
    "Sleeve/Core", "Moon/US",
)  # fmt: skip


@st.composite
def mapped_frameworks(draw: st.DrawFn) -> Framework:
    """Frameworks whose buckets have all kinds of rules, or none; right or wrong."""
    rules = st.builds(
        BucketRules,
        _some(*_TAGS),
        _some(*_TAGS),
        _some(*_TYPES),
        st.none() | st.sampled_from([Decimal(0), Decimal("2.5E6")]),
        regions=_some(*_REGIONS),
        sectors=_some(*_SECTORS, *_GROUPS),
        currencies=_some(*_CURRENCIES),
    )
    only_not = st.builds(BucketRules, exclude_tags=_some(*_TAGS))
    labels = st.sampled_from(["", "US", "bonds", "Cash", "Defensive"])
    weights = st.sampled_from([Decimal(0), Decimal("0.5")])
    paths = draw(st.lists(st.sampled_from(_PATHS), max_size=5))
    buckets = [
        Bucket(path, draw(labels), draw(weights), rules=draw(st.just(BucketRules()) | only_not | rules))
        for path in paths
    ]
    allowed = Constraint("allowed_currencies", currencies=("USD",))
    constraints = draw(st.sampled_from([(), (allowed,), (Constraint("max_products", Decimal(3)),)]))
    return Framework("Ours", tuple(buckets), constraints=constraints)


def filters() -> st.SearchStrategy[Filters]:
    """All kinds of filters; often none."""
    return st.just(Filters()) | st.builds(
        Filters,
        types=_some(*_TYPES),
        currencies=_some(*_CURRENCIES),
        regions=_some(*_REGIONS),
        sectors=_some(*_SECTORS),
        issuers=_some(*_ISSUERS),
        include_tags=_some(*_TAGS),
        exclude_tags=_some(*_TAGS),
        exclude_codes=_some("a", "B", "Z"),
        min_adv_value=st.none() | st.just(1e6),
        min_aum_value=st.none() | st.just(1e7),
        min_history_months=st.none() | st.just(60),
        max_expense_ratio_pct=st.none() | st.just(0.3),
        priced=st.booleans(),
    )
