"""All metrics of returns for many series at once. `docs/signal-metrics.md` has the formulas."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.signals import measures
from trimtab.domain.signals.metrics.downside import calmar_ratio, sortino_ratio
from trimtab.domain.signals.metrics.frames import Aligned, RiskFree, aligned, columns_of
from trimtab.domain.signals.metrics.outcomes import outcomes
from trimtab.domain.signals.metrics.periods import checked_periods, risk_free_per_period
from trimtab.domain.signals.metrics.tails import tail
from trimtab.domain.signals.observations import Observations, observe
from trimtab.domain.signals.paired import paired

METRICS: Final = (
    "total_return",
    "cagr",
    "volatility",
    "sharpe",
    "sortino",
    "max_drawdown",
    "calmar",
    "value_at_risk",
    "expected_shortfall",
    "win_rate",
    "profit_factor",
    "average_win_loss",
    "beta",
    "tracking_error",
    "information_ratio",
)
"""In the order of `docs/signal-metrics.md`."""
_WIDE: Final = 512
"""Series at a time, walked through time side by side: the more, the fewer steps of Python."""
_NARROW: Final = 64
"""Series at a time for all else, so that what is in work stays near the processor."""
_ROWS: Final = 252
"""Periods at a time where a table is turned: beyond these, figures that are far apart push each other out."""
_THREADS: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class _Beside:
    """What every block of series is measured against.

    Attributes:
        risk_free: T x 1 returns, or 1 x 1; None where it is 0.
        benchmark: T x 1 returns; None where there is none.
        per_year: periods in a year.
    """

    risk_free: FloatColumn | None
    benchmark: FloatColumn | None
    per_year: float


def metric_suite(
    returns: pd.DataFrame,
    *,
    risk_free: RiskFree = 0.0,
    benchmark: "Aligned | None" = None,
    periods_per_year: float = 252,
) -> pd.DataFrame:
    """Every metric of returns, as the functions of `trimtab.domain.signals.metrics` give it one by one.

    Args:
        returns: T periods x N series, fractions; NaN is no observation.
        risk_free: a rate per year as a fraction; or returns per period, aligned with the returns.
        benchmark: returns per period, aligned with the returns; without one, what needs it is NaN.
        periods_per_year: 252 for trading days, 12 for months.

    Returns:
        A row per metric, in the order of `METRICS`, and a column per series.

    Raises:
        InvalidInput: an infinite return; a rate, a benchmark or periods that can't be, as the metrics have it.
    """
    values, per_year = columns_of(returns), checked_periods(periods_per_year)
    rate = risk_free_per_period(risk_free, returns, periods_per_year=per_year)
    beside = _Beside(
        rate if rate.any() else None,
        None if benchmark is None else aligned(benchmark, returns, field="benchmark")[:, None],
        per_year,
    )
    blocks = _cut(values, _WIDE)
    if len(blocks) == 1:
        found = [_wide(values, beside)]
    else:
        # Each block is a matter of its own, so threads change nothing but the time.
        with ThreadPoolExecutor(_THREADS) as threads:
            found = list(threads.map(partial(_wide, beside=beside), blocks))
    return pd.DataFrame(np.concatenate(found, axis=1), index=pd.Index(METRICS, name="metric"), columns=returns.columns)


def _cut(values: FloatColumn, columns: int) -> list[FloatColumn]:
    """T x N values in pieces of so many columns; one piece where there is no column."""
    return [values[:, at : at + columns] for at in range(0, max(values.shape[1], 1), columns)]


def _wide(values: FloatColumn, beside: _Beside) -> FloatColumn:
    """The metrics of many series, 15 x N."""
    parts = [_narrow(block, beside) for block in _cut(values, _NARROW)]
    rest, n = (np.concatenate(part, axis=-1) for part in zip(*parts, strict=True))
    there = _laid_out(values, along=1)
    wealth = measures.compounded_values(there if n.min(initial=len(there)) == len(there) else np.nan_to_num(there), n=n)
    annual = measures.annual_growth(wealth.growth, n, periods_per_year=beside.per_year)
    calmar = calmar_ratio(annual, wealth.max_drawdown)
    return np.vstack((wealth.growth - 1.0, annual, rest[:3], wealth.max_drawdown, calmar, rest[3:]))


def _narrow(values: FloatColumn, beside: _Beside) -> tuple[FloatColumn, IntColumn]:
    """The metrics that compound nothing, in their order, 12 x N, and how many returns each series has."""
    by_series = _laid_out(values, along=0)
    found = observe(by_series)
    excess = found if beside.risk_free is None else observe(by_series - beside.risk_free)
    lowest, ended = tail(by_series, n=found.n), outcomes(found)
    figures = np.stack(
        (
            measures.volatility(found, periods_per_year=beside.per_year),
            measures.sharpe(excess, periods_per_year=beside.per_year),
            sortino_ratio(excess, periods_per_year=beside.per_year),
            lowest.value_at_risk,
            lowest.expected_shortfall,
            ended.win_rate,
            ended.profit_factor,
            ended.average_win_loss,
            *_relative(by_series, beside, found=found),
        )
    )
    return figures, found.n


def _relative(
    values: FloatColumn, beside: _Beside, *, found: Observations
) -> tuple[FloatColumn, FloatColumn, FloatColumn]:
    """Beta, tracking error and information ratio, N each."""
    if beside.benchmark is None:
        unknown = np.full(values.shape[1], np.nan)
        return unknown, unknown, unknown
    active = observe(values - beside.benchmark)
    return (
        paired(found, observe(beside.benchmark)).slope[:, 0],
        measures.volatility(active, periods_per_year=beside.per_year),
        measures.sharpe(active, periods_per_year=beside.per_year),
    )


def _laid_out(values: FloatColumn, *, along: Literal[0, 1]) -> FloatColumn:
    """T x N values of which those along an axis, periods or series, lie side by side; copied where they don't."""
    if values.strides[along] == values.itemsize:
        return values
    copied = np.empty(values.shape, order="F" if along == 0 else "C")
    for at in range(0, len(values), _ROWS):
        copied[at : at + _ROWS] = values[at : at + _ROWS]
    return copied
