"""Measures of returns, column by column: the arithmetic behind metrics and profiles.

What isn't defined is NaN, never infinite.
"""

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.signals.observations import Observations
from trimtab.domain.signals.wealth import Wealth, growth, wealth


def total_return(returns: Observations) -> FloatColumn:
    """Product of 1 + r, less 1; NaN without an observation."""
    return _where_any(returns.n, _finite(growth(returns.values)) - 1.0)


def compounded(returns: Observations) -> Wealth:
    """Growth and maximum drawdown; NaN without an observation."""
    return compounded_values(returns.values, n=returns.n)


def compounded_values(values: FloatColumn, *, n: IntColumn) -> Wealth:
    """The same of T x N values, 0 where there is no observation, of which each column has n."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = wealth(values)
    return Wealth(_where_any(n, _finite(found.growth)), _where_any(n, _finite(found.max_drawdown)))


def annual_growth(product: FloatColumn, n: IntColumn, *, periods_per_year: float) -> FloatColumn:
    """What growth is per year, product ^ (periods_per_year / n) - 1; NaN for n = 0, and for a product below 0.

    Args:
        product: of 1 + r, shape (N,).
        n: how many periods they grew, shape (N,).
        periods_per_year: periods in a year.
    """
    defined = (n > 0) & (product >= 0)
    with np.errstate(over="ignore"):
        return _finite(np.where(defined, product, np.nan) ** (periods_per_year / np.maximum(n, 1)) - 1.0)


def volatility(returns: Observations, *, periods_per_year: float) -> FloatColumn:
    """Sample deviation (ddof 1) times the root of `periods_per_year`; NaN for fewer than two observations."""
    annual: FloatColumn = returns.deviation * np.sqrt(periods_per_year)
    return annual


def sharpe(excess: Observations, *, periods_per_year: float) -> FloatColumn:
    """Mean over sample deviation of the excess return, times the root of `periods_per_year`.

    NaN where the excess return doesn't vary.
    """
    deviation = np.where(excess.deviation > 0, excess.deviation, np.nan)
    ratio: FloatColumn = excess.mean / deviation * np.sqrt(periods_per_year)
    return ratio


def _where_any(n: IntColumn, figure: FloatColumn) -> FloatColumn:
    return np.where(n > 0, figure, np.nan)


def _finite(figure: FloatColumn) -> FloatColumn:
    return np.where(np.isfinite(figure), figure, np.nan)
