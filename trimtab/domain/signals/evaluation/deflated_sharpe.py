"""The Sharpe ratio of the best of several trials, less luck. Section 9 of `docs/signal-backtest.md`.

Bailey and López de Prado (2014), The Deflated Sharpe Ratio. Ratios here are per period, not per year.
"""

import math
from statistics import NormalDist
from typing import Final, overload

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.signals.metrics.frames import Figures, Returns, observed, shaped
from trimtab.domain.signals.observations import centred
from trimtab.domain.signals.quotients import quotient
from trimtab.domain.signals.strategies.ranges import refuse, whole

EULER: Final = 0.5772156649015329
LEAST_RETURNS: Final = 3
MOST_TRIALS: Final = 1_000_000
EQUAL: Final = 1e-9
"""Ratios that differ by less than this part of them are those of one trial."""
_NORMAL: Final = NormalDist()


@overload
def deflated_sharpe(excess: "pd.Series[float]", *, n_trials: int, trial_sharpes: FloatColumn) -> float: ...
@overload
def deflated_sharpe(excess: pd.DataFrame, *, n_trials: int, trial_sharpes: FloatColumn) -> "pd.Series[float]": ...
@overload
def deflated_sharpe(excess: FloatColumn, *, n_trials: int, trial_sharpes: FloatColumn) -> float | FloatColumn: ...
@np.errstate(over="ignore", divide="ignore", invalid="ignore")
def deflated_sharpe(excess: Returns, *, n_trials: int, trial_sharpes: FloatColumn) -> Figures:
    """Probability that the true Sharpe ratio is above 0, though it was the best of several that were tried.

    Args:
        excess: returns per period less the risk-free one: a Series or an array of T, or T x N of as many trials.
        n_trials: how many were tried, at least as many as have a ratio here.
        trial_sharpes: ratios per period of those that are known, NaN where one isn't defined.

    Returns:
        A share, 0 to 1; NaN for fewer than three returns, where they don't vary, and where several were tried and
        the spread of their ratios isn't known: fewer than two of these really differ.

    Raises:
        InvalidInput: a number of trials that can't be, or as the metrics.
    """
    refuse(whole("n_trials", n_trials, least=max(len(trial_sharpes), 1), most=MOST_TRIALS))
    known = distinct(trial_sharpes)
    best = expected_best(n_trials, variance=float(np.var(known, ddof=1)) if len(known) > 1 else math.nan)
    found = observed(excess)
    n = found.n
    around = centred(found.values, np.ones((1, 1)) if found.weights is None else found.weights, n=n)
    # In deviations of the population, so that no power leaves the range of numbers.
    unit = around / np.sqrt(found.squares / np.maximum(n, 1))
    skewness, kurtosis = (quotient((unit**power).sum(axis=0), n) for power in (3, 4))
    sharpe = quotient(found.mean, np.where(n >= LEAST_RETURNS, found.deviation, np.nan))
    return shaped(probability_above(best, sharpe=sharpe, n=n, skewness=skewness, kurtosis=kurtosis), excess)


def sharpes_per_period(excess: Returns) -> FloatColumn:
    """Mean over sample deviation of each of N series; NaN where one doesn't vary."""
    found = observed(excess)
    return quotient(found.mean, found.deviation)


def distinct(sharpes: FloatColumn) -> FloatColumn:
    """Of ratios, NaN where one isn't defined, those that really differ, ascending: equal ones are of one trial."""
    known: FloatColumn = np.sort(sharpes[np.isfinite(sharpes)])
    apart = np.diff(known) > EQUAL * np.maximum(np.abs(known[1:]), np.abs(known[:-1]))
    return known[np.append(True, apart)] if len(known) else known


def expected_best(n_trials: int, *, variance: float) -> float:
    """The ratio that the best of so many trials without skill reaches, their ratios having this variance.

    0 for a single trial; NaN where the variance is.
    """
    if n_trials == 1:
        return 0.0
    # z(1 - p) is -z(p), which keeps its digits where p is small.
    once, further = (-_NORMAL.inv_cdf(1.0 / (n_trials * scale)) for scale in (1.0, math.e))
    return math.sqrt(variance) * ((1.0 - EULER) * once + EULER * further)


def probability_above(
    beaten: float, *, sharpe: FloatColumn, n: IntColumn, skewness: FloatColumn, kurtosis: FloatColumn
) -> FloatColumn:
    """Probability that the true ratios behind N observed ones are above this one.

    Args:
        beaten: the ratio to be above.
        sharpe: N observed ratios per period.
        n: N, how many returns they rest on.
        skewness: N, of the returns, of the population.
        kurtosis: N, the same; 3 for a normal distribution.
    """
    spread = 1.0 - skewness * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2
    score = quotient((sharpe - beaten) * np.sqrt(np.maximum(n - 1, 0)), np.sqrt(np.maximum(spread, 0.0)))
    return np.array([_NORMAL.cdf(each) for each in score])
