"""Rolling correlations of pairs, summed up."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.signals.observations import NO_DEVIATION

MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class RollingSummaries:
    """Of the correlations of P pairs over W lengths of window, P x W; NaN where no window counts.

    Attributes:
        mean: of the windows' correlations.
        least: the lowest.
        most: the highest.
        last: of the newest window that counts.
        trend_per_year: slope of a straight line through them, per 12 months; NaN for fewer than two.
        n_windows: how many windows count.
    """

    mean: FloatColumn
    least: FloatColumn
    most: FloatColumn
    last: FloatColumn
    trend_per_year: FloatColumn
    n_windows: IntColumn


def rolling_summaries(left: FloatColumn, right: FloatColumn, *, windows: Sequence[int]) -> RollingSummaries:
    """Summaries of each run of w consecutive common months, for every w of `windows`.

    Runs follow each other month by month as the pair has them; one in which a side doesn't vary keeps its place, but
    counts for nothing.

    Args:
        left: M months x P values; NaN where there is none.
        right: the other side of each pair, of the same shape.
        windows: W lengths in months, at least 2 each; one at least.
    """
    common = ~(np.isnan(left) | np.isnan(right))
    # The common months of each pair come to its head, in order; what is behind them is never looked at.
    order = np.argsort(~common, axis=0, kind="stable")
    sides = tuple(np.take_along_axis(np.where(common, side, 0.0), order, axis=0) for side in (left, right))
    columns = [_summary(_correlations(sides, common.sum(axis=0), window=window)) for window in windows]
    names = [field.name for field in fields(RollingSummaries)]
    return RollingSummaries(*(np.stack([getattr(column, name) for column in columns], axis=1) for name in names))


@np.errstate(over="ignore", invalid="ignore")
def _correlations(sides: tuple[FloatColumn, ...], n: IntColumn, *, window: int) -> FloatColumn:
    """Runs x P correlations; NaN where a run isn't complete, or a side varies by nothing or beyond all numbers."""
    months, pairs = sides[0].shape
    if window > months:
        return np.full((0, pairs), np.nan)
    x, y = (sliding_window_view(side, window, axis=0) for side in sides)
    x, y = (side - side.mean(axis=-1, keepdims=True) for side in (x, y))
    xx, yy, xy = (np.einsum("rpw,rpw->rp", *each) for each in ((x, x), (y, y), (x, y)))
    least = (window - 1) * NO_DEVIATION**2
    counts = (np.arange(len(xx))[:, None] + window <= n) & (xx > least) & (yy > least) & np.isfinite(xx + yy)
    scale = np.sqrt(np.where(counts, xx, 1.0)) * np.sqrt(np.where(counts, yy, 1.0))
    return np.where(counts, np.clip(xy / scale, -1.0, 1.0), np.nan)


def _summary(found: FloatColumn) -> RollingSummaries:
    """Of runs x P correlations, P each."""
    counts = ~np.isnan(found)
    n = counts.sum(axis=0)
    mean = np.where(n > 0, np.where(counts, found, 0.0).sum(axis=0) / np.maximum(n, 1), np.nan)
    newest = len(found) - 1 - np.argmax(counts[::-1], axis=0) if len(found) else np.zeros_like(n)
    padded = np.vstack([found, np.full((1, found.shape[1]), np.nan)])
    return RollingSummaries(
        mean=mean,
        least=_or_nan(np.where(counts, found, np.inf).min(axis=0, initial=np.inf)),
        most=_or_nan(np.where(counts, found, -np.inf).max(axis=0, initial=-np.inf)),
        last=np.take_along_axis(padded, newest[None, :], axis=0)[0],
        trend_per_year=_trend(found, counts, n=n) * MONTHS_A_YEAR,
        n_windows=n,
    )


def _trend(found: FloatColumn, counts: BoolColumn, *, n: IntColumn) -> FloatColumn:
    """Least-squares slope against the run's place, P; NaN for fewer than two."""
    some = np.maximum(n, 1)
    place = np.where(counts, np.arange(len(found))[:, None], 0)
    place = np.where(counts, place - place.sum(axis=0) / some, 0.0)
    squares = (place * place).sum(axis=0)
    products = (place * np.where(counts, found, 0.0)).sum(axis=0)
    return np.where(n > 1, products / np.where(n > 1, squares, 1.0), np.nan)


def _or_nan(figure: FloatColumn) -> FloatColumn:
    return np.where(np.isfinite(figure), figure, np.nan)
