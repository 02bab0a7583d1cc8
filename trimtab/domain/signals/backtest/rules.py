"""The rules of a backtest: when it decides, how, and what trading costs."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, get_args

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.signals.constraints import Constraints
from trimtab.domain.signals.kelly import CAP, FRACTION
from trimtab.domain.signals.methods import Cadence, CombiningMethod, SizingMethod

LEAST_ESTIMATE_DAYS: Final = 20
MOST_ESTIMATE_DAYS: Final = 2520
MOST_LAG_DAYS: Final = 252
MOST_COST_BPS: Final = 500.0


@dataclass(frozen=True, slots=True)
class Sizing:
    """How positions are sized.

    Attributes:
        method: what sizes them.
        estimate_days: daily returns that means, variances, covariances and win rates are estimated of.
        kelly_fraction: of the full Kelly weight.
        kelly_cap: the most that Kelly gives one symbol.

    Raises:
        InvalidInput: with all that are out of range.
    """

    method: SizingMethod = "proportional"
    estimate_days: int = 252
    kelly_fraction: float = FRACTION
    kelly_cap: float = CAP

    def __post_init__(self) -> None:
        """Refuse what can't be."""
        days = f"give a whole number from {LEAST_ESTIMATE_DAYS} to {MOST_ESTIMATE_DAYS}"
        _refuse(
            self,
            method=(self.method in get_args(SizingMethod), f"give one of {', '.join(get_args(SizingMethod))}"),
            estimate_days=(LEAST_ESTIMATE_DAYS <= self.estimate_days <= MOST_ESTIMATE_DAYS, days),
            kelly_fraction=(0 < self.kelly_fraction <= 1, "give a number above 0, at most 1"),
            kelly_cap=(0 < self.kelly_cap < math.inf, "give a number above 0"),
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one run.

    Attributes:
        combining: how the strategies' signals become one.
        weights: of the strategies by name, 0 or more; one that isn't named has 1.
        sizing: how positions are sized.
        constraints: what weights are held to.
        cadence: when it decides.
        lag_days: trading days from a decision to its execution.
        cost_bps: of the value traded, for commission, spread and impact together.
        initial_capital: money at the start.
        risk_free: rate per year, a fraction; for ratios and Kelly's means.
        start: first day of the range, where not the first one that can be.
        end: last day of the range, where not the last one with prices.

    Raises:
        InvalidInput: with all that are out of range.
    """

    combining: CombiningMethod = "weighted"
    weights: Mapping[str, float] = field(default_factory=dict)
    sizing: Sizing = field(default_factory=Sizing)
    constraints: Constraints = field(default_factory=Constraints)
    cadence: Cadence = "monthly"
    lag_days: int = 1
    cost_bps: float = 5.0
    initial_capital: float = 1_000_000.0
    risk_free: float = 0.0
    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        """Refuse what can't be."""
        methods, cadences = get_args(CombiningMethod), get_args(Cadence)
        in_order = self.start is None or self.end is None or self.start <= self.end
        known = all(math.isfinite(weight) and weight >= 0 for weight in self.weights.values())
        _refuse(
            self,
            combining=(self.combining in methods, f"give one of {', '.join(methods)}"),
            weights=(known, "give numbers of 0 or more"),
            cadence=(self.cadence in cadences, f"give one of {', '.join(cadences)}"),
            lag_days=(0 <= self.lag_days <= MOST_LAG_DAYS, f"give a whole number from 0 to {MOST_LAG_DAYS}"),
            cost_bps=(0 <= self.cost_bps <= MOST_COST_BPS, f"give a number from 0 to {MOST_COST_BPS:g}"),
            initial_capital=(0 < self.initial_capital <= 1e15, "give an amount above 0, at most 1e15"),
            risk_free=(-1 < self.risk_free <= 1, "give a rate per year as a fraction above -1, at most 1"),
            end=(in_order, "give a day that isn't before start"),
        )


def _refuse(given: Rules | Sizing, **fields: tuple[bool, str]) -> None:
    problems = [
        Problem(name, f"{name} is {getattr(given, name)}; {allowed}.")
        for name, (good, allowed) in fields.items()
        if not good
    ]
    if problems:
        raise InvalidInput(" ".join(problem.message for problem in problems), problems=problems)
