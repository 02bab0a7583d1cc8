"""A plan kept once more, plain and slow: one day and one asset after the other."""

import math
from dataclasses import dataclass, field

import pandas as pd

from trimtab.domain.frameworks.backtest import Mode, Plan

MONTHS = {"M": 1, "Q": 3, "S": 6, "A": 12}


@dataclass
class Slow:
    """What it comes to, a figure for each day; executions as decided, executed, reason, value traded and costs."""

    plan: Plan
    dates: list = field(default_factory=list)
    equity: list = field(default_factory=list)
    cash: list = field(default_factory=list)
    units: list = field(default_factory=list)
    flows: list = field(default_factory=list)
    executions: list = field(default_factory=list)
    earned: list = field(default_factory=list)
    out: list = field(default_factory=list)
    pending: int | None = None
    ended: str | None = None


def is_out(values: list, equity: float, *, plan: Plan) -> bool:
    for value, (asset, target) in zip(values, plan.targets.items(), strict=True):
        weight = value / equity
        widths = [] if plan.absolute_band_bps is None else [plan.absolute_band_bps / 10_000]
        if plan.relative_band_pct is not None and target > 0:
            widths.append(target * plan.relative_band_pct / 100)
        if widths and abs(weight - target) > min(widths) + 1e-12:
            return True
        if weight < plan.min_weights.get(asset, -1) - 1e-12 or weight > plan.max_weights.get(asset, 2) + 1e-12:
            return True
    return False


def traded(values: list, equity: float, *, plan: Plan, priced: list) -> tuple[list, float]:
    """The values after a trade, and the equity; what has no price stays, and takes room from the others."""
    cost, stuck = plan.cost_bps / 10_000, sum(v for v, p in zip(values, priced, strict=True) if not p)
    gross = sum(t for t, p in zip(plan.targets.values(), priced, strict=True) if p)

    def aims(left: float) -> list:
        room = min(left, max((left - stuck) / gross, 0.0)) if stuck and gross else left
        given = zip(plan.targets.values(), values, priced, strict=True)
        return [target * room if there else value for target, value, there in given]

    def costs(left: float) -> float:
        return cost * sum(abs(a - v) for a, v in zip(aims(left), values, strict=True))

    low, high = -equity, equity
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if middle + costs(middle) < equity else (low, middle)
    return aims(high), high


class _State:
    def __init__(self, prices: pd.DataFrame, plan: Plan, *, mode: Mode) -> None:
        self.plan, self.mode, self.found = plan, mode, Slow(plan)
        self.rows = prices[list(plan.targets)].to_numpy().tolist()
        self.days = [stamp.date() for stamp in prices.index]
        self.first = next(place for place, row in enumerate(self.rows) if not any(map(math.isnan, row)))
        self.last, self.missing = self.rows[self.first][:], [0] * len(plan.targets)
        self.units = self.values = [0.0] * len(plan.targets)
        self.earned = [0.0] * len(plan.targets)
        self.cash = self.equity = plan.initial_capital
        self.flows = dict(plan.flows)
        self.waiting: tuple[int, int, str] | None = None

    def begin(self, place: int) -> float:
        """A new day's closes, and the money of that day."""
        row = self.rows[place]
        self.missing = [n + 1 if math.isnan(price) else 0 for n, price in zip(self.missing, row, strict=True)]
        for asset, price in enumerate(row):
            if not math.isnan(price):
                self.earned[asset] += self.units[asset] * (price - self.last[asset])
                self.last[asset] = price
        flow = sum(self.flows.pop(when) for when in list(self.flows) if when <= self.days[place])
        self.cash += flow
        self.values = [u * p for u, p in zip(self.units, self.last, strict=True)]
        self.equity = self.cash + sum(self.values)
        return flow

    def decide(self, place: int) -> None:
        day, plan = place - self.first, self.plan
        if self.waiting is None and self.equity > 0:
            before = self.days[max(place - 1, self.first)]
            period = plan.cadence != "none" and _period(self.days[place], plan) != _period(before, plan)
            out = is_out(self.values, self.equity, plan=plan)
            reason = _reason(self.mode, first=day == 0, period=period, out=out)
            self.waiting = (day, day + plan.lag_days, reason) if reason else None

    def trade(self, place: int) -> None:
        if self.waiting is None or self.waiting[1] != place - self.first or self.equity <= 0:
            return
        priced = [not math.isnan(price) for price in self.rows[place]]
        after, left = traded(self.values, self.equity, plan=self.plan, priced=priced)
        moved, paid = sum(abs(a - v) for a, v in zip(after, self.values, strict=True)), self.equity - left
        turnover, self.equity = moved / 2 / self.equity, left
        if left > 0:
            self.found.executions.append((*self.waiting, turnover, paid, priced.count(False)))
            self.waiting, self.values, self.cash = None, after, left - sum(after)
            self.units = [v / p for v, p in zip(after, self.last, strict=True)]

    def end(self, place: int, flow: float) -> None:
        found = self.found
        found.earned = self.earned[:]
        found.dates.append(self.days[place])
        found.equity.append(self.equity)
        found.cash.append(self.cash)
        found.units.append(self.units[:])
        found.flows.append(flow)
        found.out.append(is_out(self.values, self.equity, plan=self.plan))


def slow_keep(prices: pd.DataFrame, plan: Plan, *, mode: Mode) -> Slow:
    """All days, one after the other."""
    state = _State(prices, plan, mode=mode)
    for place in range(state.first, len(state.rows)):
        flow = state.begin(place)
        if max(state.missing) > 5:
            state.found.ended = "prices_missing"
            break
        for act in (state.decide, state.trade) if plan.lag_days == 0 else (state.trade, state.decide):
            act(place)
        if state.equity <= 0:
            state.found.ended, state.waiting = "nothing_left", None
            break
        state.end(place, flow)
    state.found.pending = state.waiting[0] if state.waiting else None
    return state.found


def _period(day, plan: Plan) -> tuple[int, int]:
    return day.year, (day.month - 1) // MONTHS[plan.cadence]


def _reason(mode: Mode, *, first: bool, period: bool, out: bool) -> str | None:
    if first:
        return "start"
    if mode == "periodic" and period:
        return "cadence"
    return "band" if out and (mode == "band" or (mode == "cadence_and_band" and period)) else None
