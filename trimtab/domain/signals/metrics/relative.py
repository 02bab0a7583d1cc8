"""Returns beside a benchmark's."""

from typing import overload

import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals.metrics.frames import Aligned, Figures, Returns, aligned, observed, shaped
from trimtab.domain.signals.metrics.periods import checked_periods
from trimtab.domain.signals.observations import observe
from trimtab.domain.signals.paired import paired


@overload
def beta(returns: "pd.Series[float]", benchmark: Aligned, *, periods_per_year: float = ...) -> float: ...
@overload
def beta(returns: pd.DataFrame, benchmark: Aligned, *, periods_per_year: float = ...) -> "pd.Series[float]": ...
@overload
def beta(returns: FloatColumn, benchmark: Aligned, *, periods_per_year: float = ...) -> float | FloatColumn: ...
def beta(returns: Returns, benchmark: Aligned, *, periods_per_year: float = 252) -> Figures:
    """Sensitivity to a benchmark: cov(r, b) / var(b) over the periods in which both have a value.

    Convention: pairwise complete, no risk-free rate taken off, as `empyrical.beta` without one.

    Args:
        returns: per period, fractions.
        benchmark: per period, fractions, aligned with the returns.
        periods_per_year: taken so that all metrics are called alike; it changes nothing here.

    Returns:
        Return for 1 of the benchmark's; NaN where the benchmark doesn't vary, or for fewer than two common periods.
    """
    checked_periods(periods_per_year)
    pairs = paired(observed(returns), observe(aligned(benchmark, returns, field="benchmark")[:, None]))
    return shaped(pairs.slope[:, 0], returns)
