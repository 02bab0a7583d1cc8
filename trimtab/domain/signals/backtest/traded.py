"""What executions really traded, beside limits that decisions kept. Section 4 of `docs/signal-backtest.md`."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals.backtest.result import Backtest
from trimtab.domain.signals.constraints import Constraints
from trimtab.domain.signals.quotients import quotient

_ROUNDING: Final = 1e-9
"""As a fraction of the equity: money is told apart no further."""


@dataclass(frozen=True, slots=True)
class Traded:
    """How far executions went beyond limits that their decisions kept; 0 where there is no such limit.

    Attributes:
        n_executions: how many there were.
        n_above_turnover: executions with a turnover above `max_turnover`.
        largest_turnover: the largest turnover of an execution, a fraction of the equity before its costs.
        n_below_min_trade: trades below `min_trade_weight` of the equity after costs that didn't close a position.
    """

    n_executions: int
    n_above_turnover: int
    largest_turnover: float
    n_below_min_trade: int


def traded_beyond(run: Backtest, constraints: Constraints) -> Traded:
    """What a run traded beside the constraints of its decisions.

    Decisions keep limits by their own day's closes. By the day of execution prices have moved, and decisions that were
    still pending have been executed.
    """
    turnover = turnover_by_execution(run)
    most, least = constraints.max_turnover, constraints.min_trade_weight
    return Traded(
        len(turnover),
        0 if most is None else int(np.count_nonzero(turnover > most + _ROUNDING)),
        float(np.fmax.reduce(turnover, initial=0.0)),
        int(np.count_nonzero(_smallness(run) < least - _ROUNDING)) if least else 0,
    )


def turnover_by_execution(run: Backtest) -> FloatColumn:
    """K one-way turnovers: half the absolute value traded, as a fraction of the equity before costs."""
    trades, days = run.trades, run.decisions.executed[run.was_executed]
    value, cost = (
        np.bincount(trades.day, figures, minlength=len(run.dates))[days]
        for figures in (np.abs(trades.value), trades.cost_value)
    )
    return quotient(value / 2.0, run.equity[days] + cost)


def _smallness(run: Backtest) -> FloatColumn:
    """The size of each trade that didn't close a position, as a fraction of the equity after costs."""
    trades, days = run.trades, run.decisions.executed[run.was_executed]
    after = run.positions[np.searchsorted(days, trades.day) + 1, trades.symbol]
    sizes: FloatColumn = quotient(np.abs(trades.value), run.equity[trades.day])[after != 0]
    return sizes
