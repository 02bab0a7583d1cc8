"""Leaves that locked weights or kept cash took out of their bounds or bands. Section 6 of `docs/framework-maths.md`."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import numpy as np

from trimtab.domain.frameworks.bands import half_widths
from trimtab.domain.frameworks.findings import ONE, ZERO, shown
from trimtab.domain.frameworks.framework import Bucket, Rebalancing
from trimtab.domain.frameworks.portfolio.result import PLACES, PortfolioFinding, Position
from trimtab.domain.outside_text import clean

_STEP: Final = Decimal("0.000001")


def bound_findings(
    leaves: Sequence[Bucket], positions: Sequence[Position], *, rebalancing: Rebalancing, kept_cash: Decimal
) -> Iterator[PortfolioFinding]:
    """A leaf below its minimum or above its maximum is an error, one out of its band a warning.

    Bounds are the framework's, whatever cash is kept beside the leaves. Only where its targets don't quite sum to 1,
    and dividing them by their sum takes one past a bound, that is allowed. A band is around what is left of the target
    beside such cash; it counts where something is locked, as else nothing is away from it.

    Args:
        leaves: of the framework.
        positions: the portfolio's.
        rebalancing: the framework's bands.
        kept_cash: what is kept as cash beside the leaves, a fraction.
    """
    locked = any(position.locked for position in positions)
    weight: defaultdict[str, Decimal] = defaultdict(Decimal)
    for position in positions:
        weight[position.path] += position.weight
    whole = sum((leaf.target_weight for leaf in leaves), ZERO)
    for leaf in leaves:
        if leaf.path in weight:
            scaled, left = leaf.target_weight / whole, ONE - kept_cash
            broken = _broken(leaf, weight[leaf.path], scaled=scaled)
            lead = f"{clean(leaf.path)} has {shown(round(weight[leaf.path], PLACES))}"
            if broken:
                said = (
                    f"{lead}, {broken}: {_mend(locked=locked, cash=kept_cash if weight[leaf.path] < scaled else ZERO)}."
                )
                yield PortfolioFinding("leaf_bounds", leaf.path, said, "error")
            elif locked and abs(weight[leaf.path] - scaled * left) > _width(scaled * left, rebalancing) + _STEP:
                said = f"{lead}, out of the band around its target {shown(round(scaled * left, PLACES))}"
                mend = "lock another weight, or change the framework"
                yield PortfolioFinding("out_of_band", leaf.path, f"{said}: {mend}.", "warning")


def _broken(leaf: Bucket, weight: Decimal, *, scaled: Decimal) -> str:
    """Which bound of the leaf its weight breaks; empty where it is within both.

    Args:
        leaf: of the framework.
        weight: a fraction.
        scaled: the leaf's target as a part of the sum of all.
    """
    least, most = leaf.min_weight, leaf.max_weight
    if least is not None and weight < min(least, scaled) - _STEP:
        return f"less than its min_weight {shown(least)}"
    if most is not None and weight > max(most, scaled) + _STEP:
        return f"more than its max_weight {shown(most)}"
    return ""


def _mend(*, locked: bool, cash: Decimal) -> str:
    """What to do; `cash` is what is kept beside a leaf that has too little."""
    mends = ["lock another weight"] if locked else []
    if cash > 0:
        mends.append(f"lower min_cash, which takes {shown(round(cash, PLACES))} beside the buckets")
    return ", ".join([*mends, "or change the framework"])


def _width(target: Decimal, rebalancing: Rebalancing) -> Decimal:
    """Half of the band, 1 where there is none."""
    relative = rebalancing.relative_band_pct
    width = half_widths(
        np.array([float(target)]),
        absolute_band_bps=rebalancing.absolute_band_bps,
        relative_band_pct=None if relative is None else float(relative),
    )
    return ONE if np.isnan(width[0]) else Decimal(float(width[0]))
