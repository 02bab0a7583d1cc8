"""Choosing among methods without knowing what comes. Section 9 of `docs/signal-backtest.md`."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.errors import Problem
from trimtab.domain.signals.metrics.ratios import sharpe
from trimtab.domain.signals.strategies.ranges import refuse, whole

MOST_FOLDS: Final = 100
EQUAL: Final = 1e-12
"""Ratios that differ by less than this, or this part of them, do so by rounding: the methods are equal."""


@dataclass(frozen=True, slots=True)
class Split:
    """Places of days: `train` is what a choice rests on, `test` where it counts."""

    train: slice
    test: slice


@dataclass(frozen=True, slots=True, eq=False)
class WalkForward:
    """What choosing would have earned.

    Attributes:
        splits: K, the days of each choice.
        chosen: K places of the methods that were chosen.
        informed: K; False where no method had a ratio to be chosen by, so that the first one was taken.
        sharpes: K x M ratios per year that the choices rest on, NaN where one isn't defined.
        returns: of the days of all test parts, joined, fractions.
    """

    splits: tuple[Split, ...]
    chosen: IntColumn
    informed: BoolColumn
    sharpes: FloatColumn
    returns: FloatColumn


def splits(days: int, *, folds: int, embargo_days: int) -> tuple[Split, ...]:
    """Cuts days into `folds` + 1 parts; each but the first is tested after training on all before it, less an embargo.

    Args:
        days: how many there are.
        folds: how many parts are tested.
        embargo_days: days before each tested part that are left out: what is known of them reaches into it.

    Raises:
        InvalidInput: folds or an embargo that can't be, or too few days.
    """
    refuse(
        [
            *whole("folds", folds, least=1, most=MOST_FOLDS),
            *whole("embargo_days", embargo_days, least=0, most=10**6),
        ]
    )
    if days < folds + 1:
        said = f"{days} days can't be cut into {folds + 1} parts; give fewer folds, or a longer range."
        refuse([Problem("folds", said)])
    # The first parts are a day longer where it doesn't come out even.
    lengths = np.full(folds + 1, days // (folds + 1))
    lengths[: days % (folds + 1)] += 1
    edges = np.cumsum(lengths).tolist()
    return tuple(Split(slice(0, max(start - embargo_days, 0)), slice(start, stop)) for start, stop in pairwise(edges))


def walk_forward(
    returns: FloatColumn, *, folds: int, embargo_days: int, risk_free: float = 0.0, periods_per_year: float = 252
) -> WalkForward:
    """Before each part, chooses the method with the highest Sharpe ratio so far; of equal ones the first.

    Args:
        returns: T days x M methods, fractions; NaN where there is none.
        folds: how many choices there are.
        embargo_days: the last days before each part that no choice rests on.
        risk_free: rate per year, a fraction.
        periods_per_year: of the returns.

    Raises:
        InvalidInput: as `splits`.
    """
    cut = splits(len(returns), folds=folds, embargo_days=embargo_days)
    ratios = np.array(
        [sharpe(returns[split.train], risk_free=risk_free, periods_per_year=periods_per_year) for split in cut]
    )
    known = np.where(np.isnan(ratios), -np.inf, ratios)
    best = known.max(axis=1, keepdims=True)
    informed = np.isfinite(best[:, 0])
    allowance = EQUAL * np.maximum(np.abs(np.where(np.isfinite(best), best, 0.0)), 1.0)
    chosen = (known >= best - allowance).argmax(axis=1)
    joined = np.concatenate([returns[split.test, place] for split, place in zip(cut, chosen, strict=True)])
    return WalkForward(cut, chosen, informed, ratios, joined)
