"""Periods that gained and periods that lost."""

from dataclasses import dataclass
from typing import overload

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.signals.metrics.frames import Figures, Returns, observed, shaped
from trimtab.domain.signals.metrics.periods import checked_periods
from trimtab.domain.signals.observations import Observations, column_sums
from trimtab.domain.signals.quotients import quotient


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """Of N columns: how many returns are above and below 0, and what each kind adds up to, both 0 or above."""

    n_wins: IntColumn
    n_losses: IntColumn
    won: FloatColumn
    lost: FloatColumn

    @property
    def win_rate(self) -> FloatColumn:
        """N: see the metric."""
        return quotient(self.n_wins, self.n_wins + self.n_losses)

    @property
    def profit_factor(self) -> FloatColumn:
        """N: see the metric."""
        return quotient(self.won, self.lost)

    @property
    def average_win_loss(self) -> FloatColumn:
        """N: see the metric."""
        return quotient(quotient(self.won, self.n_wins), quotient(self.lost, self.n_losses))


@np.errstate(over="ignore")
def outcomes(returns: Observations) -> Outcomes:
    """Of N columns of returns."""
    values = returns.values
    won, lost = column_sums(np.maximum(values, 0.0)), column_sums(np.minimum(values, 0.0))
    return Outcomes(np.count_nonzero(values > 0, axis=0), np.count_nonzero(values < 0, axis=0), won, -lost)


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
    return shaped(outcomes(observed(returns)).win_rate, returns)


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
    return shaped(outcomes(observed(returns)).profit_factor, returns)


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
    return shaped(outcomes(observed(returns)).average_win_loss, returns)
