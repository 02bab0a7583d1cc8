"""What is found wrong with a framework, in words. Section 2 of `docs/framework-maths.md`."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Final, Literal, get_args

Severity = Literal["error", "warning"]
Code = Literal[
    "weight_sum", "weight_range", "min_over_max", "target_outside", "children_bounds", "rule_value", "duplicate_path",
    "orphan_path", "bad_path", "no_buckets", "constraint_value", "target_breaks_constraint", "constraints_conflict",
    "narrow_band", "no_product", "thin_coverage",
]  # fmt: skip

CODES: Final[tuple[Code, ...]] = get_args(Code)
"""In the order in which findings of one bucket are told."""
WARNINGS: Final[frozenset[Code]] = frozenset({"narrow_band", "no_product", "thin_coverage"})
EXACT: Final = Context(prec=400, traps=[])
"""Sums are exact whatever the caller's own context is, and what is no number is never over or under a limit."""
TOLERANCE: Final = Decimal("0.001")
"""How far a sum may be from what it has to be."""
ONE: Final = Decimal(1)
ZERO: Final = Decimal(0)

_LONGEST: Final = 15
_LEAST_PERCENT: Final = Decimal("1.5")
"""Below it a fraction is a little too large rather than given in percent."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        code: what it is.
        path: the bucket's, the dimension where it is about all of them, else the field of the framework.
        message: how to mend it.
    """

    code: Code
    path: str
    message: str

    @property
    def severity(self) -> Severity:
        """Whether the framework can't be used like this, or can."""
        return "warning" if self.code in WARNINGS else "error"


Placed = tuple[int, Finding]
"""A finding, and the position in the tree at which it is told."""
Findings = Iterator[Placed]


def shown(number: Decimal) -> str:
    """A weight with at least two places and no needless ones, as 0.60 and 0.125; short where it can't be a weight."""
    if not number.is_finite() or number.adjusted() > _LONGEST or int(number.as_tuple().exponent) < -_LONGEST:
        return f"{number:.3E}"
    short = number.normalize(EXACT)
    return f"{short:f}" if places_of(short) > 2 else f"{short:.2f}"


def meant_in_percent(number: Decimal) -> str:
    """`; 60 % is 0.60` where a fraction was probably given in percent, else nothing."""
    fraction = meant(number)
    return "" if fraction is number else f"; {number.normalize(EXACT):f} % is {shown(fraction)}"


def meant(number: Decimal) -> Decimal:
    """The fraction that was probably meant; what follows from percents alone needn't be told beside them."""
    return number / 100 if number.is_finite() and _LEAST_PERCENT <= number <= 100 else number


def places_of(number: Decimal) -> int:
    """Decimal places that a finite number needs; below 0 for whole tens."""
    return -int(number.normalize(EXACT).as_tuple().exponent)
