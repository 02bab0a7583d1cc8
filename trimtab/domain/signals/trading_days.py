"""The days on which the market of some symbols was open."""

from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn

USUAL_DAYS: Final = 21
"""As many days up to a day tell how many symbols usually have a price."""


def trading_days(prices: FloatColumn) -> BoolColumn:
    """Of T days those with prices of at least half as many of N symbols as the median of the last 21 days with any.

    A day on which only a few symbols are priced, such as a weekend of those that never rest, would be a gap in all
    others. Whether a day counts rests on nothing after it.
    """
    counts = np.isfinite(prices).sum(axis=1)
    open_days: BoolColumn = counts > 0
    usual = pd.Series(counts[open_days]).rolling(USUAL_DAYS, min_periods=1).median().to_numpy()
    open_days[open_days] = 2 * counts[open_days] >= usual
    return open_days
