"""The best products of every leaf, with why they are, and why there aren't more. `docs/framework-mapping.md`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.domain.frameworks.products import Universe
from trimtab.domain.frameworks.tree import Tree


@dataclass(frozen=True, slots=True)
class Parts:
    """What a score is made of: numbers from 0 to 1, 0 for what isn't known."""

    liquidity: float
    cost: float
    fit: float
    history: float
    tracking: float
    data_health: float


@dataclass(frozen=True, slots=True)
class Scored:
    """A product of a leaf.

    Attributes:
        row: in the products of the universe.
        code: the product's.
        score: 0 to 1, the weighted mean of the parts, to 9 places.
        parts: where it comes from.
        share: the fraction of the product that lies in the leaf.
    """

    row: int
    code: str
    score: float
    parts: Parts
    share: float


@dataclass(frozen=True, slots=True)
class Health:
    """How well the products of a leaf are known.

    Attributes:
        score: 0 to 1, the mean over the products; 0 where there is none.
        price_age_days: of the oldest price; None where a product has no day of its price, or there is no product.
        missing_months: that lack to a full history, of the product that lacks most.
        missing_fields: names of unknown fields by product; only products that lack one.
    """

    score: float
    price_age_days: int | None
    missing_months: int
    missing_fields: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Gap:
    """A rule that took candidates from a leaf which is short of products.

    Attributes:
        rule: its name; `products` where there are too few in all.
        candidates: how many were left before it.
        lost: how many of them it took.
        message: the same for people.
    """

    rule: str
    candidates: int
    lost: int
    message: str


@dataclass(frozen=True, slots=True)
class LeafMapping:
    """A leaf with its products.

    Attributes:
        path: the leaf's.
        label: the leaf's.
        target_weight: fraction of the portfolio.
        candidates: how many products are left by all rules and filters.
        products: the best of them, the best first.
        health: of these.
        gaps: why there are fewer than were asked for, in the order of the rules; empty where there aren't.
        cash: whether the leaf is held as cash, and no product is looked for.
    """

    path: str
    label: str
    target_weight: Decimal
    candidates: int
    products: tuple[Scored, ...]
    health: Health
    gaps: tuple[Gap, ...]
    cash: bool


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """All leaves of a framework, in the order of the tree, with the products they were chosen from.

    `as_of` is the day for which prices are old or new.
    """

    tree: Tree
    universe: Universe
    leaves: tuple[LeafMapping, ...]
    as_of: date
