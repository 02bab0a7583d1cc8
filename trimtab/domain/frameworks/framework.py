"""What an allocation framework is. Section 1 of `docs/framework-maths.md`."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal, get_args

Dimension = Literal["AssetClass", "Region", "Sector", "Sleeve"]
Method = Literal["template", "custom", "imported", "generated"]
Cadence = Literal["M", "Q", "S", "A", "none"]
RiskBand = Literal["low", "medium", "high"]
ConstraintKind = Literal[
    "max_single_name", "max_sector", "max_issuer", "min_bonds", "max_alternatives", "min_cash", "max_products",
    "allowed_currencies",
]  # fmt: skip
Unit = Literal["percentage", "bps", "dollars"]

DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)
PLACES: Final = 4
"""Decimal places of a weight: it is held exactly, and no float decides whether a framework is valid."""


@dataclass(frozen=True, slots=True)
class BucketRules:
    """Which products a bucket takes; an empty rule leaves all in. `min_adv_value` is money traded a day."""

    include_tags: tuple[str, ...] = ()
    exclude_tags: tuple[str, ...] = ()
    allowed_types: tuple[str, ...] = ()
    min_adv_value: Decimal | None = None
    regions: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bucket:
    """A node of the tree.

    Attributes:
        path: its place, such as `AssetClass/Equity/US`; the first part is the dimension.
        label: for people.
        target_weight: fraction of the whole portfolio.
        min_weight: the least that is allowed, None for none.
        max_weight: the most that is allowed, None for none.
        rules: which products it takes.
    """

    path: str
    label: str
    target_weight: Decimal
    min_weight: Decimal | None = None
    max_weight: Decimal | None = None
    rules: BucketRules = BucketRules()


@dataclass(frozen=True, slots=True)
class Rebalancing:
    """When weights are brought back: at a cadence, where they leave a band, or both.

    Attributes:
        cadence: monthly, quarterly, half-yearly, yearly, or none.
        absolute_band_bps: how far a weight may be from its target, in basis points of the portfolio.
        relative_band_pct: the same in percent of the target. Where both are given the smaller counts.
    """

    cadence: Cadence = "Q"
    absolute_band_bps: int | None = 500
    relative_band_pct: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """A rule on the whole portfolio.

    `value` is in the unit; `currencies` are for `allowed_currencies` alone, which has neither.
    """

    kind: ConstraintKind
    value: Decimal | None = None
    unit: Unit | None = None
    currencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework without what the records add (id, owner, version)."""

    name: str
    buckets: tuple[Bucket, ...]
    description: str = ""
    method: Method = "custom"
    base_ccy: str = "USD"
    benchmark: str = ""
    risk_band: RiskBand | None = None
    rebalancing: Rebalancing = field(default_factory=Rebalancing)
    constraints: tuple[Constraint, ...] = ()
