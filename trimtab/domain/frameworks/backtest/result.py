"""What a run of a plan comes to, as columns."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from trimtab.domain.columns import DateColumn, FloatColumn, IntColumn, TextColumn
from trimtab.domain.errors import Problem
from trimtab.domain.frameworks.bands import Bands, out_of_band
from trimtab.domain.frameworks.methods import Mode
from trimtab.domain.signals.backtest.result import by_day
from trimtab.domain.signals.quotients import quotient

Reason: TypeAlias = Literal["start", "cadence", "band"]


@dataclass(frozen=True, slots=True, eq=False)
class Executions:
    """K executions in their order.

    Attributes:
        decided: K places among the run's days.
        executed: the same.
        reason: K.
        turnover: K, half the value traded, a fraction of the equity before costs.
        cost_value: K, money, 0 or more.
        untraded: K, assets that had no price that day and were left as they were.
    """

    decided: IntColumn
    executed: IntColumn
    reason: tuple[Reason, ...]
    turnover: FloatColumn
    cost_value: FloatColumn
    untraded: IntColumn


@dataclass(frozen=True, slots=True, eq=False)
class Trades:
    """Trades in the order of their executions; units and values are above 0 where bought.

    Attributes:
        execution: places among the executions.
        asset: places among the assets.
        units: fractions of a share.
        price: adjusted closes.
    """

    execution: IntColumn
    asset: IntColumn
    units: FloatColumn
    price: FloatColumn

    @property
    def value(self) -> FloatColumn:
        """Money."""
        return self.units * self.price


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One run over T days and N assets.

    Attributes:
        mode: when it decided.
        dates: T days (datetime64[D]).
        assets: N.
        bands: around the N targets.
        initial_capital: money before the first day.
        flows: T, money added at the day's closes, below 0 where taken out.
        equity: T, money at the day's closes, after flows and costs; above 0.
        cash: T, money; below 0 where more was taken out than there was.
        positions: (K + 1) x N units, before the first of K executions and after each.
        prices: T x N, what positions are valued at: each asset's last price so far.
        executions: all of them.
        pending: the place of a decision whose execution lies beyond the run, None where none waits.
        waited_for: assets that had no price on the day before the first.
        ended: why the run ends before the prices do, None where it doesn't.
    """

    mode: Mode
    dates: DateColumn
    assets: TextColumn
    bands: Bands
    initial_capital: float
    flows: FloatColumn
    equity: FloatColumn
    cash: FloatColumn
    positions: FloatColumn
    prices: FloatColumn
    executions: Executions
    pending: int | None
    waited_for: TextColumn
    ended: Problem | None

    @property
    def units(self) -> FloatColumn:
        """T x N, held after each day's closes; made each time, as it is large."""
        return by_day(self.positions, self.executions.executed, days=len(self.dates), ruined=None)

    @property
    def returns(self) -> FloatColumn:
        """T time-weighted daily returns, fractions: a day's flow is taken out of its end."""
        before = np.concatenate(([self.initial_capital], self.equity[:-1]))
        found: FloatColumn = (self.equity - self.flows) / before - 1.0
        return found

    @property
    def trades(self) -> Trades:
        """What was bought and sold, asset by asset."""
        changes = np.diff(self.positions, axis=0)
        execution, asset = np.nonzero(changes)
        price = self.prices[self.executions.executed[execution], asset]
        return Trades(execution, asset, changes[execution, asset], price)

    @property
    def gain_values(self) -> FloatColumn:
        """N, the money that each asset earned before costs."""
        days = self.executions.executed
        until = np.append(days[1:], len(self.dates) - 1)[: len(days)]
        earned: FloatColumn = (self.positions[1:] * (self.prices[until] - self.prices[days])).sum(axis=0)
        return earned

    @property
    def contributions(self) -> FloatColumn:
        """N: what each asset earned, as a fraction of the capital at the start with all flows.

        NaN where these leave nothing.
        """
        return quotient(self.gain_values, self._capital)

    @property
    def cost_contribution(self) -> float:
        """The same of costs, 0 or less."""
        return float(quotient(-self.executions.cost_value.sum(keepdims=True), self._capital)[0])

    @property
    def gain(self) -> float:
        """What was gained after costs, as a fraction of the same capital."""
        money = self._capital
        return float(quotient(self.equity[-1:] - money, money)[0])

    @property
    def time_out_of_band(self) -> float:
        """The share of days after the first execution at whose closes a weight is out of its band.

        NaN without such a day, or without a band.
        """
        days = self.executions.executed
        if not len(days) or days[0] == len(self.dates) - 1 or not self.bands.has_edges:
            return np.nan
        after = slice(int(days[0]) + 1, None)
        out = out_of_band((self.units * self.prices)[after], self.equity[after], bands=self.bands)
        return float(out.mean())

    @property
    def _capital(self) -> FloatColumn:
        """What was put in altogether, one figure."""
        money: FloatColumn = self.initial_capital + self.flows.sum(keepdims=True)
        return money
