"""Regimes: months in which yields rose or fell, and months of high or low volatility."""

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn

VOLATILITY_MONTHS: Final = 12


def rate_regimes(changes: FloatColumn) -> dict[str, BoolColumn]:
    """The months in which a yield rose, and those in which it fell.

    Args:
        changes: M changes of the yield; a month without one (NaN), or with one of 0, is in neither.
    """
    return {"rates_rising": changes > 0, "rates_falling": changes < 0}


def volatility_regimes(history: FloatColumn, rows: slice | IntColumn) -> dict[str, BoolColumn]:
    """The months of a window above the median of its months' volatilities, and the others.

    A month's volatility is the deviation (ddof 1) of the last 12 returns up to it; one before which there are fewer is
    in neither.

    Args:
        history: H monthly returns of a benchmark, from its beginning; NaN where there is none.
        rows: the window's M rows of the history.

    Returns:
        `volatility_high` and `volatility_low`, M each.
    """
    volatility = _volatilities(history)[rows]
    known = ~np.isnan(volatility)
    median = np.median(volatility[known]) if known.any() else np.nan
    return {"volatility_high": volatility > median, "volatility_low": volatility <= median}


def _volatilities(history: FloatColumn) -> FloatColumn:
    """Of each of H months; NaN where fewer than 12 returns end with it."""
    there = ~np.isnan(history)
    returns = history[there]
    found = np.full(len(returns) + 1, np.nan)
    if len(returns) >= VOLATILITY_MONTHS:
        found[VOLATILITY_MONTHS:] = sliding_window_view(returns, VOLATILITY_MONTHS).std(axis=1, ddof=1)
    volatility: FloatColumn = found[np.cumsum(there)]
    return volatility
