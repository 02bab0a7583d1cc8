"""A decider whose weights are given, and runs with it, wherever a backtest is tried without strategies."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.errors import Problem
from trimtab.domain.signals.backtest.calendar import Calendar, calendar_of, days_of
from trimtab.domain.signals.backtest.closes import closes_of
from trimtab.domain.signals.backtest.decider import Decided
from trimtab.domain.signals.backtest.result import Backtest
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.backtest.simulating import Stage, simulate
from trimtab.domain.signals.constraints import Constraints

NONE = np.nan
WIDE = Constraints(gross_limit=16.0, max_position_weight=16.0, long_only=False)


def frame(values, *, start: str = "2024-01-01", freq: str = "D") -> pd.DataFrame:
    """Prices of symbols A, B, ... on days from a Monday on."""
    columns = np.asarray(values, dtype=float)
    days = pd.date_range(start, periods=len(columns), freq=freq)
    return pd.DataFrame(columns, index=days, columns=list("ABCDEFGH"[: columns.shape[1]]))


@dataclass
class GivenWeights:
    """Decides weights from a table, the part `kept` of what is held beside the rest of them.

    Attributes:
        weights: rows of decisions; there may be more than are taken.
        alpha: the same shape.
        credit: rows x symbols x strategies.
        kept: how much of what is held stays in the next weights.
        held: what was shown at each decision.
        unmet: by the place of a decision.
        left: rows x symbols, what a decision leaves as it is; None for nothing.
        still: the places of decisions that decide nothing.
    """

    weights: FloatColumn
    alpha: FloatColumn
    credit: FloatColumn
    kept: float = 0.0
    held: list[FloatColumn] = field(default_factory=list)
    unmet: dict[int, tuple[Problem, ...]] = field(default_factory=dict)
    left: BoolColumn | None = None
    still: frozenset[int] = frozenset()

    @property
    def confidence(self) -> FloatColumn:
        """As sure as alpha is large."""
        return np.abs(self.alpha)

    def decide(self, place: int, held: FloatColumn) -> Decided:
        """See `Decider`."""
        self.held.append(held)
        weights = self.weights[place] * (1 - self.kept) + np.clip(held, -1, 1) * self.kept
        left = None if self.left is None else self.left[place]
        unmet = self.unmet.get(place, ())
        return Decided(weights, left=left, stands_still=place in self.still, unmet=unmet, without_estimate=place)


def given(weights, *, alpha=None, credit=None, kept: float = 0.0) -> GivenWeights:
    """Without an alpha it is that of the weights, without a credit all goes to one strategy."""
    table = np.asarray(weights, dtype=float)
    spoken = table if alpha is None else np.asarray(alpha, dtype=float)
    parts = np.ones((*table.shape, 1)) if credit is None else np.asarray(credit, dtype=float)
    return GivenWeights(table, spoken, parts, kept)


def whole_calendar(prices: pd.DataFrame, rules: Rules) -> Calendar:
    """That of all days."""
    return calendar_of(days_of(prices), np.ones(len(prices), dtype=bool), rules=rules)


def run(prices: pd.DataFrame, decider: GivenWeights, *, rules: Rules, watch=lambda _done: None) -> Backtest:
    """A run over all days."""
    calendar = whole_calendar(prices, rules)
    closes = closes_of(prices.to_numpy(), first=calendar.first, days=len(calendar.dates))
    names = tuple(f"strategy_{place}" for place in range(decider.credit.shape[2]))
    return simulate(decider, Stage(calendar, closes, tuple(prices.columns), names), rules=rules, watch=watch)
