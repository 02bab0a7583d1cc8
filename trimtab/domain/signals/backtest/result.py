"""What a backtest comes to, as columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, DateColumn, FloatColumn, IntColumn, TextColumn
from trimtab.domain.errors import Problem

COSTS: Final = "costs"
UNATTRIBUTED: Final = "unattributed"


def by_day(rows: FloatColumn, executed: IntColumn, *, days: int, ruined: int | None) -> FloatColumn:
    """What was so after each of T days' closes; 0 from ruin on.

    Args:
        rows: K + 1, before the first execution and after each.
        executed: K places of days.
        days: T.
        ruined: the place of the day of ruin, if there was one.
    """
    found: FloatColumn = np.repeat(rows, np.diff(executed, prepend=0, append=days), axis=0)
    found[days if ruined is None else ruined :] = 0.0
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Trades:
    """K trades in the order in which they were made; units and values are above 0 where bought.

    Attributes:
        day: K places among the run's days.
        symbol: K places among its symbols.
        units: K, fractions of a share.
        price: K, adjusted closes.
        cost_value: K, money, 0 or more.
    """

    day: IntColumn
    symbol: IntColumn
    units: FloatColumn
    price: FloatColumn
    cost_value: FloatColumn

    @property
    def value(self) -> FloatColumn:
        """K, money."""
        return self.units * self.price


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """R decisions of N symbols' weights.

    Attributes:
        decided: R places among the run's days.
        executed: R places of execution; the number of days for one that wasn't executed.
        weights: R x N, as they were decided.
        held: R x N, of the equity after execution at its closes; as decided for one that wasn't executed.
        alpha: R x N, combined; NaN where there is none.
        confidence: R x N, combined.
        unmet: by the place of a decision, the constraints that weren't kept.
        without_estimate: R, symbols that alpha spoke for and that had too little history to be sized.
        untraded: R, symbols that were to be traded and had no price.
    """

    decided: IntColumn
    executed: IntColumn
    weights: FloatColumn
    held: FloatColumn
    alpha: FloatColumn
    confidence: FloatColumn
    unmet: Mapping[int, tuple[Problem, ...]]
    without_estimate: IntColumn
    untraded: IntColumn


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """One run over T days and N symbols.

    Attributes:
        dates: T days (datetime64[D]); nothing is held before the first.
        symbols: N.
        strategies: S names, in the order in which they were given.
        initial_capital: money at the start.
        equity: T, money at each day's closes, after costs.
        cash: T, money; below 0 where it is borrowed.
        positions: (K + 1) x N units, before the first of K executions and after each.
        prices: T x N, what positions are valued at: each symbol's last price so far, NaN before its first.
        trades: all that were made.
        decisions: all that were taken.
        contributions: (R' + 1) x (S + 2) money earned from one execution to the next, the first row up to the first;
            columns are the strategies, `unattributed`, `costs` (0 or less).
        ruined: the place of the day on which the equity fell to 0 or below, None where it didn't.
    """

    dates: DateColumn
    symbols: TextColumn
    strategies: TextColumn
    initial_capital: float
    equity: FloatColumn
    cash: FloatColumn
    positions: FloatColumn
    prices: FloatColumn
    trades: Trades
    decisions: Decisions
    contributions: FloatColumn
    ruined: int | None = None

    @property
    def units(self) -> FloatColumn:
        """T x N, held after each day's closes; made each time, as it is large."""
        days, ruined = self.decisions.executed[self.was_executed], self.ruined
        return by_day(self.positions, days, days=len(self.dates), ruined=ruined)

    @property
    def returns(self) -> FloatColumn:
        """T daily returns, fractions; that of the first day is what its trades cost. NaN after ruin."""
        before = np.concatenate(([self.initial_capital], self.equity[:-1]))
        found: FloatColumn = np.divide(self.equity, before, out=np.full(len(before), np.nan), where=before > 0) - 1.0
        return found

    @property
    def contribution_names(self) -> TextColumn:
        """The columns of `contributions`."""
        return (*self.strategies, UNATTRIBUTED, COSTS)

    @property
    def was_executed(self) -> BoolColumn:
        """R: decisions that were executed, which come before those that weren't."""
        done: BoolColumn = self.decisions.executed < len(self.dates)
        return done

    @property
    def pending(self) -> BoolColumn:
        """R: decisions whose execution lies beyond the data; none after ruin, which leaves nothing to execute."""
        waiting: BoolColumn = ~self.was_executed & (self.ruined is None)
        return waiting
