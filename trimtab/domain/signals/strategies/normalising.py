"""Scores of any size brought to -1..1: across the symbols of each date, or within each symbol's own past.

Across symbols a score is compared with the others of its date. With a `History` it is compared with the symbol's last
scores up to and including its own date. What isn't there isn't counted; where nothing varies, nothing is defined (but
ranks are: all are in the middle). No row depends on a later one.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import Problem
from trimtab.domain.signals.strategies.blocks import blocks
from trimtab.domain.signals.strategies.panel import framed
from trimtab.domain.signals.strategies.ranges import refuse, whole, within
from trimtab.domain.signals.strategies.ranking import ranked

MOST_SCORE: Final = 1e100
LEAST_SYMBOLS: Final = 2
Normaliser = Literal["z_score", "min_max", "rank", "winsorised"]


@dataclass(frozen=True, slots=True)
class History:
    """How much of a symbol's past its score is compared with.

    Attributes:
        days: rows up to and including the score's own.
        least: how many of them have to have a score.

    Raises:
        InvalidInput: one out of range.
    """

    days: int = 252
    least: int = 20

    def __post_init__(self) -> None:
        problems = whole("days", self.days, least=2, most=25_200)
        refuse(problems or whole("least", self.least, least=2, most=self.days))


def normalise(scores: pd.DataFrame, method: Normaliser, *, history: History | None = None) -> pd.DataFrame:
    """Scores by the method of that name, with its defaults.

    Raises:
        InvalidInput: a method of another name, or a score that isn't finite.
    """
    methods = {"z_score": z_score, "min_max": min_max, "rank": rank, "winsorised": winsorised}
    if method not in methods:
        refuse([Problem("method", f"There is no such method; give one of {', '.join(methods)}.")])
    return methods[method](scores, history=history)


def z_score(scores: pd.DataFrame, *, history: History | None = None, full_at: float = 3.0) -> pd.DataFrame:
    """(x - mean) / s / `full_at`, held within -1 and 1; s with ddof 1.

    Args:
        scores: T dates x N symbols, NaN where there is none.
        history: compares with the symbol's past instead of with other symbols.
        full_at: deviations from the mean at which a score is 1.

    Raises:
        InvalidInput: a score beyond 1e100 or infinite, or `full_at` out of range.
    """
    refuse(within("full_at", full_at, least=0.1, most=100))
    values = _checked(scores)
    apart = _apart_from_others(values) if history is None else _apart_from_past(values, history)
    return framed(np.clip(apart / full_at, -1.0, 1.0), scores)


def min_max(scores: pd.DataFrame, *, history: History | None = None) -> pd.DataFrame:
    """2 (x - least) / (most - least) - 1; arguments and errors as `z_score`."""
    return _between(scores, history, tail=0.0)


def winsorised(scores: pd.DataFrame, *, history: History | None = None, tail: float = 0.05) -> pd.DataFrame:
    """As `min_max`, with what is beyond the quantiles `tail` and 1 - `tail` set to them first.

    Quantiles are interpolated linearly. Arguments and errors as `z_score`; `tail` is a fraction within 0 and 0.49.
    """
    refuse(within("tail", tail, least=0, most=0.49))
    return _between(scores, history, tail=tail)


def rank(scores: pd.DataFrame, *, history: History | None = None) -> pd.DataFrame:
    """2 (rank - 1) / (n - 1) - 1, equal scores sharing their mean rank; arguments and errors as `z_score`."""
    values = _checked(scores)
    if not values.size:
        return framed(values, scores)
    if history is None:
        return framed(np.concatenate([ranked(block, least=LEAST_SYMBOLS) for _, block in blocks(values)]), scores)
    past = scores.rolling(history.days, min_periods=history.least)
    places, n = past.rank().to_numpy(), past.count().to_numpy()
    enough = (n >= history.least) & ~np.isnan(values)
    return framed(2.0 * (places - 1.0) / np.where(enough, n - 1.0, np.nan) - 1.0, scores)


def _checked(scores: pd.DataFrame) -> FloatColumn:
    """T x N scores.

    Raises:
        InvalidInput: one is infinite or beyond `MOST_SCORE`.
    """
    values: FloatColumn = scores.to_numpy(dtype=np.float64)
    if not (np.isnan(values) | (np.abs(values) <= MOST_SCORE)).all():
        refuse(
            [Problem("scores", f"scores holds a value beyond {MOST_SCORE:g}; give finite numbers, or NaN for none.")]
        )
    return values


def _between(scores: pd.DataFrame, history: History | None, *, tail: float) -> pd.DataFrame:
    """Place between two quantiles, as -1 to 1."""
    values = _checked(scores)
    if not values.size:
        return framed(values, scores)
    if history is None:
        low, high = (scores.quantile(at, axis=1).to_numpy()[:, None] for at in (tail, 1.0 - tail))
    else:
        past = scores.rolling(history.days, min_periods=history.least)
        low, high = (past.quantile(at).to_numpy() for at in (tail, 1.0 - tail))
    width = np.where(high > low, high - low, np.nan)
    return framed(2.0 * (np.clip(values, low, high) - low) / width - 1.0, scores)


def _apart_from_others(values: FloatColumn) -> FloatColumn:
    """Deviations from the mean of the date, T x N."""
    if not values.size:
        return values
    sample = values.T - np.fmin.reduce(values, axis=1)
    return _deviations(sample, sample, least=LEAST_SYMBOLS).T


def _apart_from_past(values: FloatColumn, history: History) -> FloatColumn:
    """Deviations from the mean of the symbol's past, T x N; each window is summed anew, as running sums lose digits."""
    found = np.full_like(values, np.nan)
    for row, newest in enumerate(values):
        sample = values[max(0, row + 1 - history.days) : row + 1] - newest
        found[row] = _deviations(sample, np.zeros_like(newest), least=history.least)
    return found


def _deviations(sample: FloatColumn, scores: FloatColumn, *, least: int) -> FloatColumn:
    """How many deviations scores lie from the mean of a sample of W x M, columns being samples of their own."""
    there = ~np.isnan(sample)
    n = there.sum(axis=0)
    mean = np.where(there, sample, 0.0).sum(axis=0) / np.maximum(n, 1)
    around = np.where(there, sample - mean, 0.0)
    deviation = np.sqrt((around * around).sum(axis=0) / np.maximum(n - 1, 1))
    apart: FloatColumn = (scores - mean) / np.where((n >= least) & (deviation > 0), deviation, np.nan)
    return apart
