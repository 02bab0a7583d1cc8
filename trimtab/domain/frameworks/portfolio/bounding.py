"""Leaves that locked weights took out of their bounds or bands. Section 6 of `docs/framework-maths.md`."""

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

    Where nothing is locked leaves have their targets, and there is nothing to find. Bounds that the scaled target
    itself is past, because cash is kept beside the leaves, are that target.

    Args:
        leaves: of the framework.
        positions: the portfolio's.
        rebalancing: the framework's bands.
        kept_cash: what is kept as cash beside the leaves, a fraction.
    """
    if not any(position.locked for position in positions):
        return
    weight: defaultdict[str, Decimal] = defaultdict(Decimal)
    for position in positions:
        weight[position.path] += position.weight
    whole = sum((leaf.target_weight for leaf in leaves), ZERO)
    for leaf in leaves:
        if leaf.path in weight:
            target = leaf.target_weight * (ONE - kept_cash) / whole
            yield from _of_leaf(leaf, weight[leaf.path], target=target, rebalancing=rebalancing)


def _of_leaf(leaf: Bucket, weight: Decimal, *, target: Decimal, rebalancing: Rebalancing) -> Iterator[PortfolioFinding]:
    lead = f"{clean(leaf.path)} has {shown(round(weight, PLACES))}"
    mend = "lock another weight, or change the framework"
    least, most = leaf.min_weight, leaf.max_weight
    if least is not None and weight < min(least, target) - _STEP:
        yield PortfolioFinding(
            "leaf_bounds", leaf.path, f"{lead}, less than its min_weight {shown(least)}: {mend}.", "error"
        )
    elif most is not None and weight > max(most, target) + _STEP:
        yield PortfolioFinding(
            "leaf_bounds", leaf.path, f"{lead}, more than its max_weight {shown(most)}: {mend}.", "error"
        )
    elif abs(weight - target) > _width(target, rebalancing) + _STEP:
        said = f"{lead}, out of the band around its target {shown(round(target, PLACES))}: {mend}."
        yield PortfolioFinding("out_of_band", leaf.path, said, "warning")


def _width(target: Decimal, rebalancing: Rebalancing) -> Decimal:
    """Half of the band, 1 where there is none."""
    relative = rebalancing.relative_band_pct
    width = half_widths(
        np.array([float(target)]),
        absolute_band_bps=rebalancing.absolute_band_bps,
        relative_band_pct=None if relative is None else float(relative),
    )
    return ONE if np.isnan(width[0]) else Decimal(float(width[0]))
