"""Bands around target weights, and the way back into them. Section 3 of `docs/framework-maths.md`.

Weights are fractions with the N leaves along the last axis; what stands before it are portfolios, all at once.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, SmallIntColumn
from trimtab.domain.frameworks.methods import Aim

EDGE: Final = 1e-12
"""Allowance where a weight meets the edge of its band, which is inside."""
OVER: Final = 1
WITHIN: Final = 0
UNDER: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """What weights are held to; all N, or portfolios x N.

    Attributes:
        target: weights; what is brought back by `rebalanced` needs them to sum to 1.
        low: the least weight that is within; NaN where there is none.
        high: the largest one; NaN where there is none.
    """

    target: FloatColumn
    low: FloatColumn
    high: FloatColumn

    @property
    def has_edges(self) -> bool:
        """Whether there is an edge at all."""
        return not (np.isnan(self.low).all() and np.isnan(self.high).all())


def half_widths(
    target: FloatColumn, *, absolute_band_bps: float | None = None, relative_band_pct: float | None = None
) -> FloatColumn:
    """How far each weight may be from its target: the smaller of the bands that are given, NaN where none counts.

    Args:
        target: N.
        absolute_band_bps: in basis points of the portfolio.
        relative_band_pct: in percent of the target; of a target of 0 it says nothing.
    """
    absolute = np.nan if absolute_band_bps is None else absolute_band_bps / 10_000.0
    relative = np.nan if relative_band_pct is None else relative_band_pct / 100.0
    widths: FloatColumn = np.fmin(np.where(target > 0, target * relative, np.nan), absolute)
    return widths


def bands_of(
    target: FloatColumn,
    *,
    half_width: FloatColumn,
    min_weight: FloatColumn | None = None,
    max_weight: FloatColumn | None = None,
) -> Bands:
    """Bands of half-widths, cut by the least and the largest weights that are allowed.

    Args:
        target: N.
        half_width: N, NaN where there is no band.
        min_weight: N, NaN where there is none; None for none at all.
        max_weight: the same.
    """
    low, high = target - half_width, target + half_width
    return Bands(
        target,
        low if min_weight is None else np.fmax(low, min_weight),
        high if max_weight is None else np.fmin(high, max_weight),
    )


def sides(weights: FloatColumn, bands: Bands) -> SmallIntColumn:
    """`OVER`, `UNDER` or `WITHIN` for each weight."""
    found: SmallIntColumn = np.subtract(weights > bands.high + EDGE, weights < bands.low - EDGE, dtype=np.int8)
    return found


def out_of_band(values: FloatColumn, whole: FloatColumn, *, bands: Bands) -> BoolColumn:
    """Whether any of the values, as a part of the whole, is out of its band.

    Args:
        values: T x N money.
        whole: T, what they are parts of, above 0.
        bands: of N.
    """
    total = whole[:, None]
    out = (values > (bands.high + EDGE) * total) | (values < (bands.low - EDGE) * total)
    found: BoolColumn = np.logical_or.reduce(out, axis=1)
    return found


def drift(weights: FloatColumn, target: FloatColumn) -> FloatColumn:
    """How far each weight is above its target, below 0 where under it."""
    return weights - target


def drift_pct(weights: FloatColumn, target: FloatColumn) -> FloatColumn:
    """The same in percent of the target; NaN for a target of 0."""
    return 100.0 * (weights - target) / np.where(target == 0, np.nan, target)


def total_drift(weights: FloatColumn, target: FloatColumn) -> FloatColumn:
    """Half the sum of absolute drifts, for each portfolio: the part of it that is in the wrong place."""
    total: FloatColumn = np.abs(weights - target).sum(axis=-1) / 2.0
    return total


def rebalanced(actual: FloatColumn, bands: Bands, *, to: Aim = "target") -> FloatColumn:
    """The weights after rebalancing; they sum to 1.

    To the edge or half of the band only what is out of it has to move. What that needs or frees comes from, or goes
    to, those that are then on the other side of their targets, in proportion to how far. So none passes its target,
    and no less has to be traded for all to be within.

    Args:
        actual: weights.
        bands: around targets that sum to 1.
        to: where to; `half_band` is midway between the target and the edge.
    """
    if to == "target":
        return np.broadcast_to(bands.target, np.broadcast_shapes(actual.shape, bands.target.shape)).copy()
    back = 0.5 if to == "half_band" else 0.0
    side = sides(actual, bands)
    edge = np.where(side == OVER, bands.high, bands.low)
    moved = np.where(side == WITHIN, actual, edge + back * (bands.target - edge))
    lacking = 1.0 - moved.sum(axis=-1, keepdims=True)
    lacking = np.where(np.abs(lacking) <= EDGE, 0.0, lacking)
    room = np.maximum((bands.target - moved) * np.sign(lacking), 0.0)
    whole = room.sum(axis=-1, keepdims=True)
    return moved + lacking * room / np.where(whole > 0, whole, 1.0)
