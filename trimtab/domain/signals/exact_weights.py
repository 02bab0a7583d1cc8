"""Weights whose sums are exact: with cash they are 1 to the last bit, in whatever order they are added."""

from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput

STEP: Final = 2.0**-48
"""Weights are whole multiples of this, 3.6e-15: their sums need no rounding as long as they stay below `MOST_GROSS`."""
MOST_GROSS: Final = 16.0
"""The largest sum of absolute weights that is taken."""


def in_steps(weights: FloatColumn) -> FloatColumn:
    """N weights rounded towards 0 to whole steps, so that what was within a limit stays within it."""
    whole: FloatColumn = np.trunc(weights / STEP) * STEP
    # Adding 0 turns -0.0, which a small short position leaves behind, into 0.0.
    return whole + 0.0


def cash_beside(weights: FloatColumn) -> float:
    """The weight of cash beside N weights in whole steps: 1 less their sum; below 0 where money is borrowed.

    Raises:
        InvalidInput: weights and cash don't sum to exactly 1, as the weights aren't in steps, or are too large.
    """
    cash = float(1.0 - weights.sum())
    whole = np.array_equal(weights, in_steps(weights)) and np.abs(weights).sum() <= MOST_GROSS
    if not whole or weights.sum() + cash != 1.0:
        raise InvalidInput(
            f"Weights and cash don't sum to exactly 1; give weights in steps of 2^-48, of at most {MOST_GROSS:g} in "
            "absolute sum.",
            field="weights",
        )
    return cash
