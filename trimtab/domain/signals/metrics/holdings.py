"""How much weights change, and how long they stay."""

from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals.metrics.panels import Panel, panel_values

NO_WEIGHT: Final = 1e-12
"""A weight up to this is what rounding left of one."""


def turnover(weights: Panel) -> float:
    """One-way turnover: mean over the changes from row to row of sum of |change of weight| / 2.

    Convention: one-way, half of what is bought and sold, as the field's reports have it; the first row, which builds
    the portfolio, isn't a change. Only the columns given count: what comes out of cash counts half unless cash is a
    column, with which the weights sum to 1. Weights are compared as given, so what prices did between two rows counts
    as traded only where the rows show it. Per change, not per year.

    Args:
        weights: T x N, a row per date and a column per symbol, fractions; NaN is no position. A row without any
            weight but NaN says nothing, and is left out.

    Returns:
        A fraction of the portfolio; NaN for fewer than two rows.

    Raises:
        InvalidInput: a weight is infinite, or there are other than two dimensions.
    """
    held = _held(weights)
    if len(held) < 2:
        return float("nan")
    return float(np.abs(np.diff(held, axis=0)).sum(axis=1).mean() / 2.0)


def average_holding_period(weights: Panel) -> float:
    """Mean length of a position, in rows: positions held, summed over the rows, over the positions begun.

    Convention: a position lasts from the row in which a symbol's weight leaves 0 to the one before it is 0 or has the
    other sign; every position counts the same, whatever its weight. One that is open at the end, or was there at the
    start, counts as long as it is seen, so the figure is a lower bound where there are such.

    Args:
        weights: as in `turnover`; a weight of at most 1e-12 is none.

    Returns:
        Rows, 1 or above; NaN where nothing is ever held.

    Raises:
        InvalidInput: as `turnover`.
    """
    held = _held(weights)
    side = np.where(np.abs(held) > NO_WEIGHT, np.sign(held), 0.0)
    before = np.vstack((np.zeros((1, side.shape[1])), side[:-1]))
    begun = np.count_nonzero((side != 0) & (side != before))
    return np.count_nonzero(side) / begun if begun else float("nan")


def _held(weights: Panel) -> FloatColumn:
    """The rows that have a weight, with 0 for no position."""
    values = panel_values(weights, field="weights")
    return np.nan_to_num(values[~np.isnan(values).all(axis=1)])
