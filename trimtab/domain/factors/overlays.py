"""Overlays: how returns move with yields or a benchmark."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.signals.observations import observe
from trimtab.domain.signals.paired import paired

LEAST_MONTHS: Final = 3
"""Two points lie on a line whatever they are."""


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivities:
    """Of N columns to K factors, N x K; NaN where it isn't defined.

    Attributes:
        correlation: within [-1, 1].
        slope: the return for a rise of the factor by 1.
        n_months: months in which both have a value.
    """

    correlation: FloatColumn
    slope: FloatColumn
    n_months: IntColumn


def sensitivities(values: FloatColumn, factors: FloatColumn) -> Sensitivities:
    """Correlation and slope over the months that a column and a factor have in common.

    Args:
        values: M months x N returns, fractions; NaN where there is none.
        factors: M months x K factors: yield changes in percentage points, or a benchmark's returns as fractions.

    Returns:
        NaN for fewer than three common months, and where the factor (for a correlation, either) doesn't vary in them.
    """
    pairs = paired(observe(values), observe(factors))
    enough = pairs.n >= LEAST_MONTHS
    return Sensitivities(np.where(enough, pairs.correlation, np.nan), np.where(enough, pairs.slope, np.nan), pairs.n)
