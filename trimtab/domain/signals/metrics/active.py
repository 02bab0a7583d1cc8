"""Returns less a benchmark's."""

from typing import overload

import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals import measures
from trimtab.domain.signals.metrics.frames import Aligned, Figures, Returns, aligned, columns_of, shaped
from trimtab.domain.signals.metrics.periods import checked_periods
from trimtab.domain.signals.observations import Observations, observe


def _active(returns: Returns, benchmark: Aligned) -> Observations:
    """Active returns, in the periods in which both have a value."""
    return observe(columns_of(returns) - aligned(benchmark, returns, field="benchmark")[:, None])


@overload
def tracking_error(returns: "pd.Series[float]", benchmark: Aligned, *, periods_per_year: float = ...) -> float: ...
@overload
def tracking_error(
    returns: pd.DataFrame, benchmark: Aligned, *, periods_per_year: float = ...
) -> "pd.Series[float]": ...
@overload
def tracking_error(
    returns: FloatColumn, benchmark: Aligned, *, periods_per_year: float = ...
) -> float | FloatColumn: ...
def tracking_error(returns: Returns, benchmark: Aligned, *, periods_per_year: float = 252) -> Figures:
    """Tracking error: s(r - b) sqrt(periods_per_year), the annualised deviation of the active return.

    Convention: the sample's deviation (ddof 1) of arithmetic differences, pairwise complete, as PerformanceAnalytics'
    `TrackingError`; it is `empyrical.annual_volatility` of r - b.

    Args:
        returns: per period, fractions.
        benchmark: per period, fractions, aligned with the returns.
        periods_per_year: 252 for trading days, 12 for months.

    Returns:
        A fraction per root of a year; 0 where the active return doesn't vary, NaN for fewer than two common periods.
    """
    per_year = checked_periods(periods_per_year)
    return shaped(measures.volatility(_active(returns, benchmark), periods_per_year=per_year), returns)


@overload
def information_ratio(returns: "pd.Series[float]", benchmark: Aligned, *, periods_per_year: float = ...) -> float: ...
@overload
def information_ratio(
    returns: pd.DataFrame, benchmark: Aligned, *, periods_per_year: float = ...
) -> "pd.Series[float]": ...
@overload
def information_ratio(
    returns: FloatColumn, benchmark: Aligned, *, periods_per_year: float = ...
) -> float | FloatColumn: ...
def information_ratio(returns: Returns, benchmark: Aligned, *, periods_per_year: float = 252) -> Figures:
    """Information ratio: mean(r - b) / s(r - b) sqrt(periods_per_year).

    Convention: annualised, arithmetic (Grinold and Kahn 2000), ddof 1, pairwise complete. `empyrical.excess_sharpe` and
    `quantstats.stats.information_ratio` are per period: theirs times the root of `periods_per_year` is this one.
    PerformanceAnalytics takes the difference of compounded annual returns.

    Args:
        returns: per period, fractions.
        benchmark: per period, fractions, aligned with the returns.
        periods_per_year: 252 for trading days, 12 for months.

    Returns:
        A ratio per root of a year; NaN where the active return doesn't vary (`quantstats` gives 0), or for fewer than
        two common periods.
    """
    per_year = checked_periods(periods_per_year)
    return shaped(measures.sharpe(_active(returns, benchmark), periods_per_year=per_year), returns)
