"""What a portfolio from a framework is. Section 6 of `docs/framework-maths.md`."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from trimtab.domain.frameworks.findings import Severity
from trimtab.domain.frameworks.framework import ConstraintKind

Warned = Literal[
    "unknown_issuer", "unknown_sector", "unknown_asset_class", "unknown_currency", "unchecked_constraint"
]  # fmt: skip
PortfolioCode = ConstraintKind | Literal["no_product", "breaks_rules", "leaf_bounds", "out_of_band"] | Warned

PLACES: Final = 6
"""Decimal places of a weight of the portfolio, which is held exactly."""
STEPS: Final = 10**PLACES


@dataclass(frozen=True, slots=True)
class Override:
    """Another product for a leaf.

    Attributes:
        path: the leaf's.
        code: of a product of the universe. Several overrides of a leaf share it.
        weight: fraction of the portfolio that it has whatever the leaf has, None for what the leaf has.
    """

    path: str
    code: str
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A product in a leaf; one that fills several leaves has a position in each.

    Attributes:
        path: the leaf's.
        label: the leaf's.
        code: the product's.
        row: in the products of the universe.
        weight: fraction of the portfolio, of 6 places.
        target_weight: the leaf's in the framework, as it is there.
        tolerance_weight: how far the weight may be from it: its part of the leaf's band; where there is none what lots
            may leave.
        score: the product's in this leaf; NaN where an override brought one that doesn't meet the leaf's rules.
        locked: whether an override gave the weight.
    """

    path: str
    label: str
    code: str
    row: int
    weight: Decimal
    target_weight: Decimal
    tolerance_weight: float
    score: float
    locked: bool


@dataclass(frozen=True, slots=True)
class PortfolioFinding:
    """Something that is wrong with a portfolio, or can't be judged.

    Attributes:
        code: a constraint's kind, or what else it is.
        path: a leaf's, or `constraints[0]` for a constraint of the framework.
        message: how to mend it.
        severity: an error where it is broken.
    """

    code: PortfolioCode
    path: str
    message: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A portfolio from a framework.

    Attributes:
        positions: in the order of the leaves, then of the products within one.
        cash_weight: of the leaf that is held as cash, else `min_cash`, else 0.
        findings: what is wrong with it.
        unplaced_weight: of leaves without a product. Weights of positions, cash and this sum to exactly 1.
    """

    positions: tuple[Position, ...]
    cash_weight: Decimal
    findings: tuple[PortfolioFinding, ...]
    unplaced_weight: Decimal = Decimal(0)

    @property
    def valid(self) -> bool:
        """Whether there is no error."""
        return all(finding.severity != "error" for finding in self.findings)
