"""Periods that gained and periods that lost."""

from dataclasses import dataclass
from typing import overload

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.signals.metrics.frames import Figures, Returns, columns_of, shaped
from trimtab.domain.signals.metrics.periods import checked_periods
from trimtab.domain.signals.quotients import quotient


@dataclass(frozen=True, slots=True, eq=False)
class _Outcomes:
    """Of N columns: how many returns are above and below 0, and what each kind adds up to, both 0 or above."""

    n_wins: IntColumn
    n_losses: IntColumn
    won: FloatColumn
    lost: FloatColumn


@np.errstate(over="ignore")
def _outcomes(returns: Returns) -> _Outcomes:
    values = columns_of(returns)
    return _Outcomes(
        np.count_nonzero(values > 0, axis=0),
        np.count_nonzero(values < 0, axis=0),
        np.fmax(values, 0.0).sum(axis=0),
        np.fmax(-values, 0.0).sum(axis=0),
    )


@overload
def win_rate(returns: "pd.Series[float]", *, periods_per_year: float = ...) -> float: ...
@overload
def win_rate(returns: pd.DataFrame, *, periods_per_year: float = ...) -> "pd.Series[float]": ...
@overload
def win_rate(returns: FloatColumn, *, periods_per_year: float = ...) -> float | FloatColumn: ...
def win_rate(returns: Returns, *, periods_per_year: float = 252) -> Figures:
    """Win rate: periods that gained, of those that gained or lost.

    Convention: a return of 0 counts as neither, as `quantstats.stats.win_rate` has it; the share of all periods is
    another figure. A NaN is no observation.

    Args:
        returns: per period, fractions.
        periods_per_year: taken so that all metrics are called alike; it changes nothing here.

    Returns:
        A share, 0 to 1; NaN where no period gained or lost (`quantstats` gives 0).
    """
    checked_periods(periods_per_year)
    found = _outcomes(returns)
    return shaped(quotient(found.n_wins, found.n_wins + found.n_losses), returns)


@overload
def profit_factor(returns: "pd.Series[float]", *, periods_per_year: float = ...) -> float: ...
@overload
def profit_factor(returns: pd.DataFrame, *, periods_per_year: float = ...) -> "pd.Series[float]": ...
@overload
def profit_factor(returns: FloatColumn, *, periods_per_year: float = ...) -> float | FloatColumn: ...
def profit_factor(returns: Returns, *, periods_per_year: float = 252) -> Figures:
    """Profit factor: what the gains add up to, over what the losses do.

    Convention: sums of the returns per period, not compounded, as `quantstats.stats.profit_factor`. A NaN is no
    observation.

    Args:
        returns: per period, fractions.
        periods_per_year: taken so that all metrics are called alike; it changes nothing here.

    Returns:
        A ratio, 0 or above; NaN without a loss (`quantstats` gives infinity, or 0).
    """
    checked_periods(periods_per_year)
    found = _outcomes(returns)
    return shaped(quotient(found.won, found.lost), returns)


@overload
def average_win_loss(returns: "pd.Series[float]", *, periods_per_year: float = ...) -> float: ...
@overload
def average_win_loss(returns: pd.DataFrame, *, periods_per_year: float = ...) -> "pd.Series[float]": ...
@overload
def average_win_loss(returns: FloatColumn, *, periods_per_year: float = ...) -> float | FloatColumn: ...
def average_win_loss(returns: Returns, *, periods_per_year: float = 252) -> Figures:
    """Average win over average loss, the payoff ratio: mean of the gains, over the mean of the losses without sign.

    Convention: a return of 0 is neither, as `quantstats.stats.payoff_ratio`. A NaN is no observation.

    Args:
        returns: per period, fractions.
        periods_per_year: taken so that all metrics are called alike; it changes nothing here.

    Returns:
        A ratio above 0; NaN without a gain or without a loss.
    """
    checked_periods(periods_per_year)
    found = _outcomes(returns)
    return shaped(quotient(quotient(found.won, found.n_wins), quotient(found.lost, found.n_losses)), returns)
