"""What strategies have to beat: all symbols alike. Section 6 of `docs/signal-backtest.md`."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.signals.backtest.calendar import calendar_of, days_of
from trimtab.domain.signals.backtest.closes import closes_of
from trimtab.domain.signals.backtest.decider import Decided
from trimtab.domain.signals.backtest.result import Backtest
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.backtest.simulating import Stage, simulate
from trimtab.domain.signals.constraints import Constraints
from trimtab.domain.signals.exact_weights import in_steps
from trimtab.domain.signals.strategies.prices import checked_prices
from trimtab.domain.signals.watching import Watch, unwatched


@dataclass(frozen=True, slots=True, eq=False)
class EqualWeight:
    """A `Decider` that holds all symbols with a price alike; R x N, whether they have one."""

    priced: BoolColumn

    @property
    def alpha(self) -> FloatColumn:
        """None: no strategy speaks."""
        return np.full(self.priced.shape, np.nan)

    @property
    def confidence(self) -> FloatColumn:
        """None, as alpha."""
        return np.full(self.priced.shape, np.nan)

    @property
    def credit(self) -> FloatColumn:
        """R x N x 0."""
        return np.zeros((*self.priced.shape, 0))

    def decide(self, place: int, held: FloatColumn) -> Decided:  # noqa: ARG002 - all are alike, whatever is held
        """See `Decider`."""
        priced = self.priced[place]
        return Decided(in_steps(priced / max(np.count_nonzero(priced), 1)))


def equal_weight(
    prices: pd.DataFrame, *, rules: Rules, start: date | None = None, watch: Watch = unwatched
) -> Backtest:
    """A run of all symbols that have a price on the day of decision, alike, long, without constraints.

    Args:
        prices: adjusted closes, dates ascending x symbols, NaN where there is none.
        rules: `cadence`, `lag_days`, `cost_bps`, `initial_capital` and `end` are used, `start` where none is given.
        start: the first day; with that of another run both span the same days.
        watch: told how far it is.

    Raises:
        InvalidInput: prices that aren't such, or a range without any.
    """
    values = checked_prices(prices)
    free = replace(rules, start=start or rules.start, constraints=Constraints())
    priced = ~np.isnan(values)
    some: BoolColumn = np.logical_or.reduce(priced, axis=1)
    calendar = calendar_of(days_of(prices), some, rules=free, what="price")
    closes = closes_of(values, first=calendar.first, days=len(calendar.dates))
    decider = EqualWeight(priced[calendar.rows])
    return simulate(decider, Stage(calendar, closes, tuple(prices.columns)), rules=free, watch=watch)
