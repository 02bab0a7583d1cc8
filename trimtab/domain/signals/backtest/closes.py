"""The closes that a run trades at and is valued by. Sections 1 and 4 of `docs/signal-backtest.md`."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.signals.backtest.executing import Quotes


@dataclass(frozen=True, slots=True, eq=False)
class Closes:
    """T days x N symbols.

    Attributes:
        last: each symbol's last price so far, NaN before its first.
        valued: the same, 1 before its first: nobody holds it then, and no units times 1 are worth nothing.
        priced: whether it has a price of that day.
        complete: T, whether all have.
    """

    last: FloatColumn
    valued: FloatColumn
    priced: BoolColumn
    complete: BoolColumn

    def on(self, day: int) -> Quotes:
        """What is traded at on the day at that place."""
        return Quotes(self.valued[day], None if self.complete[day] else self.priced[day])


def closes_of(prices: FloatColumn, *, first: int, days: int) -> Closes:
    """Those of a number of days from a row on; what came before serves as last price.

    Args:
        prices: all rows x N symbols, NaN where there is none.
        first: the row of the first day.
        days: T.
    """
    # Day by day in memory: a day's figures are read together, and are always summed in one order.
    last = np.ascontiguousarray(prices[: first + days])
    priced = ~np.isnan(last)
    complete: BoolColumn = np.logical_and.reduce(priced, axis=1)
    if not complete.all():
        last = np.ascontiguousarray(pd.DataFrame(last).ffill().to_numpy())
    last, priced, complete = last[first:], priced[first:], complete[first:]
    valued = last if complete.all() else np.where(np.isnan(last), 1.0, last)
    return Closes(last, valued, priced, complete)
