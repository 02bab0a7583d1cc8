"""The rows of a report and what each is held to. Section 1 of `docs/framework-report.md`."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn, TextColumn
from trimtab.domain.frameworks.bands import Bands, bands_of, half_widths
from trimtab.domain.frameworks.constraint_checks import held_in
from trimtab.domain.frameworks.findings import ONE, ZERO
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.mapping.naming import cash_leaf
from trimtab.domain.frameworks.portfolio.constraining import limit_weight
from trimtab.domain.frameworks.tree import Tree

UNASSIGNED: Final = "Unassigned"
CASH: Final = "Cash"


@dataclass(frozen=True, slots=True, eq=False)
class Aims:
    """R rows: the N buckets in the order of the tree, then Unassigned and Cash.

    Cash is a row of its own only where no leaf is cash; else nothing is ever in it.

    Attributes:
        tree: of the N buckets, L of which are leaves.
        path: R.
        label: R.
        level: R, 1 right below the dimension and for the last two.
        part: R, whether it is a leaf or one of the last two: these together are the whole.
        cash: the row that cash lies in.
        bands: R, around the targets; those of the parts sum to 1.
    """

    tree: Tree
    path: TextColumn
    label: TextColumn
    level: IntColumn
    part: BoolColumn
    cash: int
    bands: Bands

    @property
    def leaf_rows(self) -> IntColumn:
        """L rows."""
        return np.flatnonzero(self.tree.leaf)

    @property
    def unassigned(self) -> int:
        """The row of what belongs to no leaf."""
        return len(self.path) - 2

    @property
    def place_paths(self) -> TextColumn:
        """L + 1: of the leaves, and that of what is in none."""
        return (*(leaf.path for leaf in self.tree.leaves), UNASSIGNED)

    @property
    def cash_leaf(self) -> bool:
        """Whether cash lies in a leaf."""
        return self.cash < self.unassigned

    def rows_of(
        self, leaf: FloatColumn, *, unassigned: "FloatColumn | float", cash: "FloatColumn | float"
    ) -> FloatColumn:
        """... x R figures, each bucket's the sum of what is below it, of ... x L, ... and ... ones."""
        found = np.zeros((*leaf.shape[:-1], len(self.path)))
        found[..., self.leaf_rows] = leaf
        found[..., self.unassigned] = unassigned
        found[..., self.cash] += cash
        buckets = slice(self.unassigned)
        found[..., buckets] = self.tree.rolled_up(found[..., buckets])
        return found

    def rolled_up(self, parts: FloatColumn) -> FloatColumn:
        """R figures of R, of which only those of the parts count."""
        return self.rows_of(parts[self.leaf_rows], unassigned=parts[-2], cash=0.0 if self.cash_leaf else parts[-1])


def aims_of(tree: Tree, framework: Framework, *, total_value: float) -> Aims:
    """What the rows of a portfolio are held to.

    Targets are scaled so that those of the leaves sum to what isn't kept as cash beside them. Where that takes one past
    the least or the largest weight of its bucket, the edge is there too: a portfolio at its targets is within.

    Args:
        tree: of the framework's buckets.
        framework: a valid one.
        total_value: what weights are parts of, above 0.
    """
    beside, cash = cash_target(tree, framework, total_value=total_value), cash_leaf(tree)
    target = np.array([*map(float, scaled_targets(tree, cash_weight=beside)), 0.0, float(beside)])
    end = len(tree.buckets)
    return Aims(
        tree=tree,
        path=(*(bucket.path for bucket in tree.buckets), UNASSIGNED, CASH),
        label=(*(bucket.label for bucket in tree.buckets), UNASSIGNED, CASH),
        level=np.append(tree.depth, [1, 1]),
        part=np.append(tree.leaf, [True, True]),
        cash=end + 1 if cash is None else int(np.flatnonzero(tree.leaf)[cash]),
        bands=bands_around(
            target,
            half_width=_half_widths(target, framework),
            # The last two rows have none.
            min_weight=np.append(edges_of([bucket.min_weight for bucket in tree.buckets]), [np.nan, np.nan]),
            max_weight=np.append(edges_of([bucket.max_weight for bucket in tree.buckets]), [np.nan, np.nan]),
        ),
    )


def bands_around(
    target: FloatColumn, *, half_width: FloatColumn, min_weight: FloatColumn, max_weight: FloatColumn
) -> Bands:
    """Bands as `bands_of` has them, whose least and largest weights are never past the target itself; all N."""
    return bands_of(
        target,
        half_width=half_width,
        min_weight=np.minimum(min_weight, target),
        max_weight=np.maximum(max_weight, target),
    )


def edges_of(weights: Sequence[Decimal | None]) -> FloatColumn:
    """N least or largest weights, NaN where there is none."""
    return np.array([np.nan if weight is None else float(weight) for weight in weights])


def cash_target(tree: Tree, framework: Framework, *, total_value: float) -> Decimal:
    """The weight that is kept as cash beside the leaves: `min_cash`, and 0 where a bucket is cash.

    Args:
        tree: of the framework's buckets.
        framework: a valid one.
        total_value: what a `min_cash` in money is a part of, above 0.
    """
    least = next((constraint for constraint in framework.constraints if constraint.kind == "min_cash"), None)
    if least is None or held_in(tree, "min_cash"):
        return ZERO
    return min(limit_weight(least, Decimal(total_value)) or ZERO, ONE)


def scaled_targets(tree: Tree, *, cash_weight: Decimal) -> tuple[Decimal, ...]:
    """N targets, scaled so that those of the leaves sum to what isn't cash beside them."""
    whole = sum((leaf.target_weight for leaf in tree.leaves), ZERO)
    return tuple(bucket.target_weight * (ONE - cash_weight) / whole for bucket in tree.buckets)


def _half_widths(target: FloatColumn, framework: Framework) -> FloatColumn:
    ours = framework.rebalancing
    relative = ours.relative_band_pct
    return half_widths(
        target,
        absolute_band_bps=ours.absolute_band_bps,
        relative_band_pct=None if relative is None else float(relative),
    )
