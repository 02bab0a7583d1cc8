"""A portfolio of strategies over past days, from prices and signals."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.signals.backtest.calendar import calendar_of, days_of
from trimtab.domain.signals.backtest.checking import unfit, weights_of
from trimtab.domain.signals.backtest.closes import closes_of
from trimtab.domain.signals.backtest.deciding import SignalDecider
from trimtab.domain.signals.backtest.result import Backtest
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.backtest.simulating import Stage, simulate
from trimtab.domain.signals.strategies.panel import SignalPanel, framed
from trimtab.domain.signals.strategies.prices import checked_prices
from trimtab.domain.signals.strategies.ranges import refuse
from trimtab.domain.signals.watching import Watch, unwatched


def backtest(
    prices: pd.DataFrame,
    panels: Sequence[SignalPanel],
    *,
    rules: Rules,
    sectors: Mapping[str, str] | None = None,
    watch: Watch = unwatched,
) -> Backtest:
    """Runs the strategies' signals as one portfolio.

    Args:
        prices: adjusted closes, dates ascending x symbols, NaN where there is none.
        panels: the signals of each strategy, of the same dates and symbols.
        rules: the rules of the run.
        sectors: by symbol, needed where the constraints have `max_sector_weight`.
        watch: told how far it is; what it raises ends the run.

    Raises:
        InvalidInput: prices that aren't such; panels of other dates or symbols, none, or two of one strategy; weights
            of a strategy that has no panel, or all 0; a range outside the prices, or without a signal; a symbol
            without a sector where one is needed.
    """
    values = checked_prices(prices)
    refuse(unfit(prices, panels, rules=rules))
    calendar = calendar_of(days_of(prices), _signalled(values, panels, rules=rules), rules=rules)
    closes = closes_of(values, first=calendar.first, days=len(calendar.dates))
    decider = SignalDecider(framed(values, prices), panels, rules=rules, rows=calendar.rows, sectors=sectors)
    stage = Stage(calendar, closes, tuple(prices.columns), tuple(panel.strategy for panel in panels))
    return simulate(decider, stage, rules=rules, watch=watch)


def _signalled(values: FloatColumn, panels: Sequence[SignalPanel], *, rules: Rules) -> BoolColumn:
    """Whether any strategy that counts has a signal of a symbol with a price that day."""
    found: BoolColumn = np.zeros(len(values), dtype=bool)
    priced = ~np.isnan(values)
    for panel, weight in zip(panels, weights_of(panels, rules), strict=True):
        if weight > 0:
            found |= (priced & panel.alpha.notna().to_numpy()).any(axis=1)
    return found
