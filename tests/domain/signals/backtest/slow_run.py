"""The run of a backtest once more, plain and slow: one day, one symbol and one strategy after the other."""

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from tests.domain.signals.backtest.given_weights import GivenWeights, whole_calendar
from trimtab.domain.signals.backtest.decider import Decided
from trimtab.domain.signals.backtest.rules import Rules


@dataclass
class Slow:
    """What it comes to; `contributions` by strategy, then unattributed, then costs."""

    equity: list[float] = field(default_factory=list)
    cash: list[float] = field(default_factory=list)
    units: list[list[float]] = field(default_factory=list)
    contributions: list[float] = field(default_factory=list)
    untraded: list[int] = field(default_factory=list)
    ruined: int | None = None


class _State:
    def __init__(self, prices: pd.DataFrame, decider: GivenWeights, rules: Rules) -> None:
        count = prices.shape[1]
        self.decider, self.rules = decider, rules
        self.cash, self.equity = rules.initial_capital, rules.initial_capital
        self.units = [0.0] * count
        self.last = [1.0] * count
        self.credit: list[list[float]] = [[] for _ in range(count)]
        self.money = [0.0] * (decider.credit.shape[2] + 2)
        self.cost, self.limit = rules.cost_bps / 10_000, rules.constraints.gross_limit

    def move(self, prices: list[float]) -> None:
        """A new day's closes, where there are any."""
        for symbol, price in enumerate(prices):
            if not math.isnan(price):
                gain = self.units[symbol] * (price - self.last[symbol])
                parts = self.credit[symbol]
                for strategy, part in enumerate(parts):
                    self.money[strategy] += gain * part
                self.money[-2] += 0.0 if parts else gain
                self.last[symbol] = price
        self.equity = self.cash + sum(u * p for u, p in zip(self.units, self.last, strict=True))

    def trade(self, weights: list[float], prices: list[float], *, left: list[bool], place: int) -> bool:
        """Whether anything is left after it."""
        priced, values = (
            [not math.isnan(p) for p in prices],
            [u * p for u, p in zip(self.units, self.last, strict=True)],
        )
        open_ = [p and not stays for p, stays in zip(priced, left, strict=True)]
        stuck = sum(abs(v) for v, o in zip(values, open_, strict=True) if not o)
        gross = sum(abs(w) for w, o in zip(weights, open_, strict=True) if o)

        def invested(left: float) -> float:
            room = (self.limit * left - stuck) / gross if stuck and gross else left
            return min(left, max(room, 0.0))

        def costs(left: float) -> float:
            traded = zip(weights, values, open_, strict=True)
            return self.cost * sum(abs(w * invested(left) - v) for w, v, o in traded if o)

        low, high = -20 * self.equity, self.equity
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if middle + costs(middle) < self.equity else (low, middle)
        if high <= 0:
            self.money[-1] -= self.equity
            return False
        self.money[-1] -= costs(high)
        for symbol, price in enumerate(prices):
            if priced[symbol]:
                wanted = weights[symbol] * invested(high) / price if open_[symbol] else self.units[symbol]
                self._set(symbol, wanted, place=place)
        self.equity = high
        self.cash = high - sum(u * p for u, p in zip(self.units, self.last, strict=True))
        return True

    def _set(self, symbol: int, units: float, *, place: int) -> None:
        units = units if abs(units) > 1e-8 else 0.0  # room that bisection found where there is none
        side, alpha = math.copysign(1.0, units), float(self.decider.alpha[place, symbol])
        parts = self.decider.credit[place, symbol].tolist()
        if units * self.units[symbol] <= 0:
            self.credit[symbol] = []
        if units and alpha * side > 0 and any(parts):
            self.credit[symbol] = parts
        self.units[symbol] = units


def _left(said: Decided, before: list[float], *, now: list[float]) -> list[bool]:
    """What isn't to be traded."""
    chosen = [False] * len(now) if said.left is None else said.left.tolist()
    same = [math.isclose(b, n, rel_tol=1e-9, abs_tol=1e-6) for b, n in zip(before, now, strict=True)]
    return [said.stands_still or (stays and alike) for stays, alike in zip(chosen, same, strict=True)]


def slow_run(prices: pd.DataFrame, decider: GivenWeights, *, rules: Rules) -> Slow:
    """All days, one after the other."""
    state, found = _State(prices, decider, rules), Slow()
    calendar = whole_calendar(prices, rules)
    decided, waiting = calendar.decided.tolist(), []
    for day, closes in enumerate(prices.to_numpy().tolist()):
        state.move(closes)
        alive = found.ruined is None and state.equity > 0
        for kind in ("decide", "trade") if rules.lag_days == 0 else ("trade", "decide"):
            if kind == "decide" and alive and day in decided:
                held = [u * p / state.equity for u, p in zip(state.units, state.last, strict=True)]
                waiting.append(
                    (day + rules.lag_days, decider.decide(decided.index(day), np.array(held)), state.units[:])
                )
            if kind == "trade" and alive and waiting and waiting[0][0] == day:
                _, said, before = waiting.pop(0)
                weights, left = said.weights.tolist(), _left(said, before, now=state.units)
                meant = zip(weights, state.units, closes, left, strict=True)
                found.untraded.append(sum(math.isnan(p) and not o and (w != 0 or u != 0) for w, u, p, o in meant))
                alive = state.trade(weights, closes, left=left, place=len(found.untraded) - 1)
        if not alive and found.ruined is None:
            found.ruined = day
            state.money[-2] -= min(state.equity, 0.0)
            state.cash, state.units = 0.0, [0.0] * len(closes)
        found.cash.append(state.cash)
        found.units.append(list(state.units))
        found.equity.append(state.cash + sum(u * p for u, p in zip(state.units, state.last, strict=True)))
    found.contributions = state.money
    return found
