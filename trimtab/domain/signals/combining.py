"""Several strategies' signals of a symbol made into one. Section 1 of `docs/signal-allocation.md`."""

from dataclasses import dataclass
from typing import Final, get_args

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.signals.methods import CombiningMethod
from trimtab.domain.signals.ranks import average_ranks

NEUTRAL: Final = 1e-12
"""An alpha up to this is rounding: signals that cancel out are neutral in whatever order they are added."""
_BLOCK: Final = 1 << 15
"""How many values are combined at a time: what is made of them on the way stays in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Combined:
    """One signal per symbol, and date where there are dates: shape (N,) or (T, N). NaN where no strategy has a value.

    Attributes:
        alpha: -1 (sell) to 1 (buy).
        confidence: 0 to 1.
        horizon_days: over how many days the alpha is meant.
        conflict: share of the weight, 0 to 1, whose sign is opposite to that of alpha; where alpha is 0, the lesser
            of the shares above and below 0.
        parts: share times score of each of the S strategies, (N, S) or (T, N, S); 0 where it has no value.
    """

    alpha: FloatColumn
    confidence: FloatColumn
    horizon_days: FloatColumn
    conflict: FloatColumn
    parts: FloatColumn


def combine(
    alpha: FloatColumn,
    confidence: FloatColumn,
    *,
    horizon_days: FloatColumn,
    weights: FloatColumn | None = None,
    method: CombiningMethod = "weighted",
) -> Combined:
    """One signal of S strategies', for each of N symbols, at each of T dates where there are dates.

    Weights are scaled to sum to 1 over the strategies that have a value: a missing signal isn't a neutral one. Where
    all that have one have a confidence of 0, alpha and confidence are 0.

    Args:
        alpha: (N, S) or (T, N, S), -1 to 1; NaN where a strategy has no value.
        confidence: the same shape, 0 to 1; NaN where a strategy has no value.
        horizon_days: S, above 0.
        weights: S, 0 or more; alike where none are given. A strategy with a weight of 0 is left out.
        method: `weighted`; `confidence_weighted`, by weight times confidence; `rank_average`, of the symbols' ranks
            by each strategy at that date; `best`, the most confident strategy, of several the weighted mean.

    Raises:
        InvalidInput: other shapes, figures out of range, or an unknown method. It carries all problems.
    """
    given = np.ones(alpha.shape[-1:]) if weights is None else np.asarray(weights, dtype=np.float64)
    _refuse_unfit(alpha, confidence, horizon_days=horizon_days, weights=given, method=method)
    if alpha.ndim == 2:
        figures, parts = _combined(
            alpha.T[:, None], confidence.T[:, None], horizon_days=horizon_days, weights=given, method=method
        )
        return _as_combined(figures[:, 0], parts[:, 0])
    dates, symbols, strategies = alpha.shape
    figures, parts = np.empty((4, dates, symbols)), np.empty((strategies, dates, symbols))
    # Strategies first: sums over a short last axis are slow.
    alphas, sure = np.moveaxis(alpha, -1, 0), np.moveaxis(confidence, -1, 0)
    step = max(_BLOCK // max(symbols * strategies, 1), 1)
    for block in (slice(first, first + step) for first in range(0, dates, step)):
        figures[:, block], parts[:, block] = _combined(
            alphas[:, block], sure[:, block], horizon_days=horizon_days, weights=given, method=method
        )
    return _as_combined(figures, parts)


def _combined(
    alpha: FloatColumn,
    confidence: FloatColumn,
    *,
    horizon_days: FloatColumn,
    weights: FloatColumn,
    method: CombiningMethod,
) -> tuple[FloatColumn, FloatColumn]:
    """The figures of `Combined` in their order, 4 x T x N, and its parts, S x T x N, of alphas S x T x N."""
    alpha, confidence = np.ascontiguousarray(alpha), np.ascontiguousarray(confidence)
    own = weights[:, None, None]
    there = ~(np.isnan(alpha) | np.isnan(confidence)) & (own > 0)
    known = np.where(there, confidence, 0.0)
    scores = np.where(there, alpha, 0.0) if method != "rank_average" else _rank_scores(alpha, there)
    shares = _shares(known, np.where(there, own, 0.0), method=method)
    parts: FloatColumn = shares * scores
    mean = np.clip(parts.sum(axis=0), -1.0, 1.0)
    neutral = (np.abs(mean) <= NEUTRAL) | ~known.any(axis=0)
    mean = np.where(neutral, 0.0, mean)
    sure = np.clip((shares * known).sum(axis=0), 0.0, 1.0)
    days = (shares * horizon_days[:, None, None]).sum(axis=0)
    figures = np.stack([mean, sure, days, _conflict(shares, scores, mean=mean)])
    return np.where(there.any(axis=0), figures, np.nan), parts


def _as_combined(figures: FloatColumn, parts: FloatColumn) -> Combined:
    return Combined(figures[0], figures[1], figures[2], figures[3], parts=np.moveaxis(parts, 0, -1))


def _shares(confidence: FloatColumn, weights: FloatColumn, *, method: CombiningMethod) -> FloatColumn:
    """Shares of strategies, S x T x N, which sum to 1 where any has a value; by weight alone where no one is sure."""
    if method == "confidence_weighted":
        chosen = weights * confidence
    elif method == "best":
        chosen = weights * (confidence == confidence.max(axis=0, initial=0.0))
    else:
        chosen = weights
    # First by the largest: the sum of weights near the largest or the least of all numbers stays a number.
    top = chosen.max(axis=0, initial=0.0)
    if (top == 0).any():
        chosen = np.where(top > 0, chosen, weights)
        top = chosen.max(axis=0, initial=0.0)
    scaled = chosen / np.where(top > 0, top, 1.0)
    total = scaled.sum(axis=0)
    shares: FloatColumn = scaled / np.where(total > 0, total, 1.0)
    return shares


def _rank_scores(alpha: FloatColumn, there: BoolColumn) -> FloatColumn:
    """Average ranks over the symbols of a date that have a value, spread evenly from -1 to 1; 0 for a single one."""
    strategies, dates, symbols = alpha.shape
    flat = np.where(there, alpha, np.nan).reshape(strategies * dates, symbols)
    ranks = average_ranks(flat).reshape(alpha.shape)
    count = there.sum(axis=-1, keepdims=True)
    scores: FloatColumn = np.nan_to_num((2.0 * ranks - count - 1.0) / np.maximum(count - 1, 1))
    return scores


def _conflict(shares: FloatColumn, scores: FloatColumn, *, mean: FloatColumn) -> FloatColumn:
    above, below = (shares * (scores > 0)).sum(axis=0), (shares * (scores < 0)).sum(axis=0)
    opposite = np.where(mean > 0, below, np.where(mean < 0, above, np.minimum(above, below)))
    share: FloatColumn = np.clip(opposite, 0.0, 1.0)
    return share


def _refuse_unfit(
    alpha: FloatColumn,
    confidence: FloatColumn,
    *,
    horizon_days: FloatColumn,
    weights: FloatColumn,
    method: CombiningMethod,
) -> None:
    strategies = alpha.shape[-1:]
    wrong = {
        "alpha": (alpha.ndim not in {2, 3}, "has to have the shape (symbols, strategies), or dates before them"),
        "confidence": (confidence.shape != alpha.shape, f"has to have the shape of alpha, {alpha.shape}"),
        "alpha ": (_beyond(alpha, -1.0), "has to be within -1 and 1, or NaN for none"),
        "confidence ": (_beyond(confidence, 0.0), "has to be within 0 and 1, or NaN for none"),
        "horizon_days": (
            horizon_days.shape != strategies or not (np.isfinite(horizon_days) & (horizon_days > 0)).all(),
            "has to be one number of days above 0 for each strategy",
        ),
        "weights": (
            weights.shape != strategies or not (np.isfinite(weights) & (weights >= 0)).all(),
            "has to be one number of 0 or more for each strategy",
        ),
        "method": (method not in get_args(CombiningMethod), f"is one of {', '.join(get_args(CombiningMethod))}"),
    }
    problems = [Problem(name.strip(), f"{name.strip()} {rule}.") for name, (bad, rule) in wrong.items() if bad]
    if problems:
        raise InvalidInput(" ".join(problem.message for problem in problems), problems=problems)


def _beyond(values: FloatColumn, least: float) -> bool:
    return bool(((values < least) | (values > 1.0)).any())
