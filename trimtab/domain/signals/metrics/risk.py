"""How much returns vary, and how deep they fall."""

from typing import overload

import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals import measures
from trimtab.domain.signals.metrics.frames import Figures, Returns, observed, shaped
from trimtab.domain.signals.metrics.periods import checked_periods


@overload
def volatility(returns: "pd.Series[float]", *, periods_per_year: float = ...) -> float: ...
@overload
def volatility(returns: pd.DataFrame, *, periods_per_year: float = ...) -> "pd.Series[float]": ...
@overload
def volatility(returns: FloatColumn, *, periods_per_year: float = ...) -> float | FloatColumn: ...
def volatility(returns: Returns, *, periods_per_year: float = 252) -> Figures:
    """Annualised standard deviation: s(r) sqrt(periods_per_year).

    Convention: the sample's deviation (ddof 1), as `empyrical.annual_volatility`, `quantstats.stats.volatility` and
    `ffn`. A NaN is no observation.

    Args:
        returns: per period, fractions.
        periods_per_year: 252 for trading days, 12 for months.

    Returns:
        A fraction per root of a year; 0 where all returns are equal, NaN for fewer than two.
    """
    found = measures.volatility(observed(returns), periods_per_year=checked_periods(periods_per_year))
    return shaped(found, returns)


@overload
def max_drawdown(returns: "pd.Series[float]", *, periods_per_year: float = ...) -> float: ...
@overload
def max_drawdown(returns: pd.DataFrame, *, periods_per_year: float = ...) -> "pd.Series[float]": ...
@overload
def max_drawdown(returns: FloatColumn, *, periods_per_year: float = ...) -> float | FloatColumn: ...
def max_drawdown(returns: Returns, *, periods_per_year: float = 252) -> Figures:
    """Deepest fall below the highest wealth so far: least of W / max(1, W so far) - 1.

    Convention: compounded, wealth is 1 before the first return, and the figure is negative, as
    `empyrical.max_drawdown` and `quantstats.stats.max_drawdown`. `vectorbt` starts at the first value, `skfolio`
    doesn't compound, R's PerformanceAnalytics turns the sign. A NaN is no observation.

    Args:
        returns: per period, fractions.
        periods_per_year: taken so that all metrics are called alike; it changes nothing here.

    Returns:
        A fraction, 0 or below; NaN without an observation.
    """
    checked_periods(periods_per_year)
    return shaped(measures.compounded(observed(returns)).max_drawdown, returns)
