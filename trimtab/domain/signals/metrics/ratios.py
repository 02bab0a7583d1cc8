"""Return for the risk taken."""

from typing import overload

import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals import measures
from trimtab.domain.signals.metrics.frames import Figures, Returns, RiskFree, columns_of, shaped
from trimtab.domain.signals.metrics.periods import checked_periods, risk_free_per_period
from trimtab.domain.signals.observations import observe


@overload
def sharpe(returns: "pd.Series[float]", *, risk_free: RiskFree = ..., periods_per_year: float = ...) -> float: ...
@overload
def sharpe(
    returns: pd.DataFrame, *, risk_free: RiskFree = ..., periods_per_year: float = ...
) -> "pd.Series[float]": ...
@overload
def sharpe(
    returns: FloatColumn, *, risk_free: RiskFree = ..., periods_per_year: float = ...
) -> float | FloatColumn: ...
def sharpe(returns: Returns, *, risk_free: RiskFree = 0.0, periods_per_year: float = 252) -> Figures:
    """Sharpe ratio: mean(r - f) / s(r - f) sqrt(periods_per_year).

    Convention: arithmetic mean, and the sample's deviation (ddof 1) of the excess return (Sharpe 1994), as
    `empyrical.sharpe_ratio`, `quantstats.stats.sharpe` and `ffn`. A rate per year is turned into one per period
    geometrically, as `quantstats` and `ffn` do; `empyrical` takes a rate per period. A NaN is no observation.

    Args:
        returns: per period, fractions.
        risk_free: a rate per year as a fraction; or returns per period, aligned with the returns.
        periods_per_year: 252 for trading days, 12 for months.

    Returns:
        A ratio per root of a year; NaN where the excess return doesn't vary (peers give infinity), or for fewer than
        two observations.
    """
    per_year = checked_periods(periods_per_year)
    excess = columns_of(returns) - risk_free_per_period(risk_free, returns, periods_per_year=per_year)
    return shaped(measures.sharpe(observe(excess), periods_per_year=per_year), returns)
