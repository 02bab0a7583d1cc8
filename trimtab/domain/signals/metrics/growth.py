"""What returns add up to."""

from typing import overload

import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals import measures
from trimtab.domain.signals.metrics.frames import Figures, Returns, observed, shaped
from trimtab.domain.signals.metrics.periods import checked_periods
from trimtab.domain.signals.wealth import growth


@overload
def total_return(returns: "pd.Series[float]", *, periods_per_year: float = ...) -> float: ...
@overload
def total_return(returns: pd.DataFrame, *, periods_per_year: float = ...) -> "pd.Series[float]": ...
@overload
def total_return(returns: FloatColumn, *, periods_per_year: float = ...) -> float | FloatColumn: ...
def total_return(returns: Returns, *, periods_per_year: float = 252) -> Figures:
    """Return over all periods: product of (1 + r), less 1.

    Convention: compounded, as `empyrical.cum_returns_final` and `quantstats.stats.comp`. A NaN is no observation.

    Args:
        returns: per period, fractions.
        periods_per_year: taken so that all metrics are called alike; it changes nothing here.

    Returns:
        A fraction; NaN without an observation.
    """
    checked_periods(periods_per_year)
    return shaped(measures.total_return(observed(returns)), returns)


@overload
def cagr(returns: "pd.Series[float]", *, periods_per_year: float = ...) -> float: ...
@overload
def cagr(returns: pd.DataFrame, *, periods_per_year: float = ...) -> "pd.Series[float]": ...
@overload
def cagr(returns: FloatColumn, *, periods_per_year: float = ...) -> float | FloatColumn: ...
def cagr(returns: Returns, *, periods_per_year: float = 252) -> Figures:
    """Compound annual growth rate: product of (1 + r) ^ (periods_per_year / n), less 1.

    Convention: years are observations over periods per year, as `empyrical.cagr` and `quantstats.stats.cagr` have it;
    `ffn` counts calendar years. A NaN is no observation and makes no time pass: `quantstats` drops it too, `empyrical`
    counts it.

    Args:
        returns: per period, fractions.
        periods_per_year: 252 for trading days, 12 for months.

    Returns:
        A fraction per year; NaN without an observation, and where the product is below 0.
    """
    found, per_year = observed(returns), checked_periods(periods_per_year)
    annual = measures.annual_growth(growth(found.values), found.n, periods_per_year=per_year)
    return shaped(annual, returns)
