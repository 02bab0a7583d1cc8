"""How far positions may be from their weights. Section 6 of `docs/framework-maths.md`."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.frameworks.bands import bands_of, half_widths
from trimtab.domain.frameworks.framework import Bucket, Rebalancing
from trimtab.domain.frameworks.portfolio.choosing import Choice

LEFT_BY_LOTS: Final = 0.005
"""The tolerance of what has no band, fraction of the portfolio: it goes to its target when it is time, and whole lots
may leave so much."""
MOST_OF_WEIGHT: Final = 0.5
"""The most that such a tolerance may be of the position's weight, so that a small one is traded too."""


def tolerances(
    choices: Sequence[Choice], weights: Sequence[Decimal], *, leaves: Sequence[Bucket], rebalancing: Rebalancing
) -> FloatColumn:
    """P tolerances: each leaf's, split by the parts that its products have of it; alike where they have none.

    Of a leaf without a band, minimum and maximum each product has what lots may leave.

    Args:
        choices: P products of leaves.
        weights: P fractions of the portfolio.
        leaves: L, of the framework.
        rebalancing: its bands.
    """
    place = np.array([choice.leaf for choice in choices], dtype=np.int64)
    weight = np.array([float(each) for each in weights])
    whole = np.bincount(place, weight, minlength=len(leaves))[place]
    number = np.bincount(place, minlength=len(leaves))[place]
    part = np.where(whole > 0, weight, 1.0) / np.where(whole > 0, whole, number)
    of_leaf = _of_leaves(leaves, rebalancing)[place]
    by_lots = np.minimum(LEFT_BY_LOTS, MOST_OF_WEIGHT * weight)
    found: FloatColumn = np.where(np.isnan(of_leaf), by_lots, of_leaf * part)
    return found


def _of_leaves(leaves: Sequence[Bucket], rebalancing: Rebalancing) -> FloatColumn:
    """L distances from the target to the nearer edge, whether of the band, the minimum or the maximum; NaN without."""
    relative = rebalancing.relative_band_pct
    target = np.array([float(leaf.target_weight) for leaf in leaves])
    bands = bands_of(
        target,
        half_width=half_widths(
            target,
            absolute_band_bps=rebalancing.absolute_band_bps,
            relative_band_pct=None if relative is None else float(relative),
        ),
        min_weight=np.array([*_floats(leaf.min_weight for leaf in leaves)]),
        max_weight=np.array([*_floats(leaf.max_weight for leaf in leaves)]),
    )
    nearer: FloatColumn = np.maximum(np.fmin(target - bands.low, bands.high - target), 0.0)
    return nearer


def _floats(bounds: Iterator[Decimal | None]) -> Iterator[float]:
    for bound in bounds:
        yield np.nan if bound is None else float(bound)
