"""Return for the losses taken."""

from typing import overload

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals import measures
from trimtab.domain.signals.metrics.frames import Figures, Returns, RiskFree, columns_of, observed, shaped
from trimtab.domain.signals.metrics.periods import checked_periods, risk_free_per_period
from trimtab.domain.signals.observations import NO_DEVIATION, Observations, observe, settled
from trimtab.domain.signals.quotients import quotient


@overload
def sortino(returns: "pd.Series[float]", *, risk_free: RiskFree = ..., periods_per_year: float = ...) -> float: ...
@overload
def sortino(
    returns: pd.DataFrame, *, risk_free: RiskFree = ..., periods_per_year: float = ...
) -> "pd.Series[float]": ...
@overload
def sortino(
    returns: FloatColumn, *, risk_free: RiskFree = ..., periods_per_year: float = ...
) -> float | FloatColumn: ...
def sortino(returns: Returns, *, risk_free: RiskFree = 0.0, periods_per_year: float = 252) -> Figures:
    """Sortino ratio: mean(r - f) / sqrt(sum of min(r - f, 0)^2 / n) sqrt(periods_per_year).

    Convention: the target is the risk-free return, and the downside deviation counts all n periods, those above the
    target as 0 (Sortino and Price 1994), as `empyrical.sortino_ratio`, `quantstats.stats.sortino` and `ffn`.
    `skfolio` takes the semideviation around the mean; the deviation of the losses alone is another figure. A rate per
    year is turned into one per period geometrically. A NaN is no observation.

    Args:
        returns: per period, fractions.
        risk_free: a rate per year as a fraction; or returns per period, aligned with the returns.
        periods_per_year: 252 for trading days, 12 for months.

    Returns:
        A ratio per root of a year; NaN where nothing falls below the target (`empyrical` gives infinity), or for fewer
        than two observations.
    """
    per_year = checked_periods(periods_per_year)
    excess = observe(columns_of(returns) - risk_free_per_period(risk_free, returns, periods_per_year=per_year))
    return shaped(sortino_ratio(excess, periods_per_year=per_year), returns)


def sortino_ratio(excess: Observations, *, periods_per_year: float) -> FloatColumn:
    """N ratios of observed excess returns."""
    return quotient(excess.mean * np.sqrt(periods_per_year), _downside_deviation(excess))


@np.errstate(over="ignore")
def _downside_deviation(excess: Observations) -> FloatColumn:
    """Root of the mean square of what is below 0, N; NaN for fewer than two observations."""
    below = np.minimum(excess.values, 0.0)
    squares = settled(np.einsum("ij,ij->j", below, below), excess.n)
    return np.sqrt(squares / np.where(excess.n > 1, excess.n, np.nan))


@overload
def calmar(returns: "pd.Series[float]", *, periods_per_year: float = ...) -> float: ...
@overload
def calmar(returns: pd.DataFrame, *, periods_per_year: float = ...) -> "pd.Series[float]": ...
@overload
def calmar(returns: FloatColumn, *, periods_per_year: float = ...) -> float | FloatColumn: ...
def calmar(returns: Returns, *, periods_per_year: float = 252) -> Figures:
    """Calmar ratio: compound annual growth rate over the depth of the maximum drawdown.

    Convention: over all periods given, not the last 36 months (Young 1991), both figures compounded and from a wealth
    of 1, as `empyrical.calmar_ratio` and `quantstats.stats.calmar`. `vectorbt` starts the drawdown at the first value.
    A NaN is no observation.

    Args:
        returns: per period, fractions.
        periods_per_year: 252 for trading days, 12 for months.

    Returns:
        A ratio per year; NaN where there is no drawdown, without an observation, and where the growth isn't defined.
    """
    found, per_year = observed(returns), checked_periods(periods_per_year)
    wealth = measures.compounded(found)
    annual = measures.annual_growth(wealth.growth, found.n, periods_per_year=per_year)
    return shaped(calmar_ratio(annual, wealth.max_drawdown), returns)


def calmar_ratio(annual_growth: FloatColumn, max_drawdown: FloatColumn) -> FloatColumn:
    """N ratios; NaN where there is no drawdown."""
    return quotient(annual_growth, np.where(max_drawdown < -NO_DEVIATION, -max_drawdown, np.nan))
