"""Actual weights against a framework's. Section 2 of `docs/framework-report.md`."""

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, SmallIntColumn
from trimtab.domain.errors import Problem
from trimtab.domain.frameworks.bands import OVER, UNDER, WITHIN, drift, drift_pct, sides, total_drift
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.reporting.aims import Aims, aims_of
from trimtab.domain.frameworks.tree import Tree
from trimtab.domain.signals.strategies.ranges import refuse

Status: TypeAlias = Literal["within", "over", "under"]
Why: TypeAlias = Literal["none", "band", "cadence", "both"]

_STATUS: Final[dict[int, Status]] = {OVER: "over", WITHIN: "within", UNDER: "under"}
_WHY: Final[dict[tuple[bool, bool], Why]] = {
    (False, False): "none", (True, False): "band", (False, True): "cadence", (True, True): "both"
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """A portfolio beside its framework, in the R rows of `aims`.

    Attributes:
        aims: the rows, and what each is held to.
        total_value: money, above 0.
        value: R, money.
        cadence_due: whether its cadence asks for rebalancing.
    """

    aims: Aims
    total_value: float
    value: FloatColumn
    cadence_due: bool

    @property
    def actual(self) -> FloatColumn:
        """R weights."""
        return self.value / self.total_value

    @property
    def drift(self) -> FloatColumn:
        """R, above 0 where over the target; those of the parts sum to 0."""
        return drift(self.actual, self.aims.bands.target)

    @property
    def drift_pct(self) -> FloatColumn:
        """R, in percent of the target; NaN for a target of 0."""
        return drift_pct(self.actual, self.aims.bands.target)

    @property
    def side(self) -> SmallIntColumn:
        """R: over, under or within the row's own band."""
        return sides(self.actual, self.aims.bands)

    @property
    def status(self) -> tuple[Status, ...]:
        """The same in words."""
        return tuple(_STATUS[side] for side in self.side.tolist())

    @property
    def shown(self) -> BoolColumn:
        """R: every bucket, and of Unassigned and Cash what has something or should."""
        beside: BoolColumn = (self.value != 0) | (self.aims.bands.target != 0)
        beside[: self.aims.unassigned] = True
        return beside

    @property
    def total_drift(self) -> float:
        """Half the sum of absolute drifts of the parts: the share of the portfolio that is in the wrong place."""
        part = self.aims.part
        return float(total_drift(self.actual[part], self.aims.bands.target[part]))

    @property
    def out_of_band(self) -> int:
        """How many rows are over or under."""
        return int(np.count_nonzero(self.side != WITHIN))

    @property
    def reason(self) -> Why:
        """Why it needs rebalancing: a row that is out of its band, the cadence, both, or `none` where it doesn't."""
        return _WHY[self.out_of_band > 0, self.cadence_due]

    @property
    def rebalance_needed(self) -> bool:
        """Whether it does."""
        return self.reason != "none"


def allocation_report(
    tree: Tree,
    framework: Framework,
    *,
    leaf_value: FloatColumn,
    unassigned_value: float,
    cash_value: float,
    cadence_due: bool = False,
) -> Allocation:
    """A portfolio beside the framework that it follows.

    Args:
        tree: of the framework's buckets, L of which are leaves.
        framework: a valid one.
        leaf_value: L, money in each leaf.
        unassigned_value: money in holdings of no leaf.
        cash_value: cash that isn't in `leaf_value`; it lies in the cash leaf where there is one.
        cadence_due: whether the cadence asks for rebalancing, as `is_due` has it.

    Raises:
        InvalidInput: nothing is held, or an amount is no finite number.
    """
    total = float(leaf_value.sum()) + unassigned_value + cash_value
    if not 0 < total < math.inf:
        said = f"The holdings are worth {total:g} together, and weights are parts of more than 0; give finite values"
        refuse([Problem("holdings", f"{said}, or an account that holds something.")])
    aims = aims_of(tree, framework, total_value=total)
    value = aims.rows_of(leaf_value, unassigned=unassigned_value, cash=cash_value)
    return Allocation(aims, total, value, cadence_due)
