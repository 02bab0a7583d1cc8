"""Ratios that are NaN where they aren't defined."""

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn


@np.errstate(over="ignore", invalid="ignore")
def quotient(above: FloatColumn | IntColumn, below: FloatColumn | IntColumn) -> FloatColumn:
    """N quotients; NaN where what is below isn't greater than 0, or where the quotient is beyond all numbers."""
    found = above / np.where(below > 0, below, np.nan)
    return np.where(np.isfinite(found), found, np.nan)
