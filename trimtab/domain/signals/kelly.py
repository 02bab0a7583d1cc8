"""Kelly's criterion: the part of the capital that makes it grow fastest, or a cautious share of it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.signals.symbols import BySymbol, figures_for, named

FRACTION: Final = 0.5
"""Half of Kelly: three quarters of its growth at half of its volatility, and room for a mean that was guessed."""
CAP: Final = 0.25
"""The most that one symbol gets, whatever the estimates say."""


@dataclass(frozen=True, slots=True, eq=False)
class Kelly:
    """fraction x mean / variance, at most cap; nothing where the mean is on the other side than alpha.

    Attributes:
        mean: by symbol, mean excess return per period.
        variance: by symbol, of the same returns and period, above 0.
        fraction: of the full Kelly weight, above 0 and at most 1.
        cap: the most of one symbol, above 0.
    """

    mean: BySymbol
    variance: BySymbol
    fraction: float = FRACTION
    cap: float = CAP

    def sizes(self, alphas: "pd.Series[float]", *, gross_limit: float) -> FloatColumn:
        """See `Allocator`; all are scaled down together where they are beyond the limit."""
        _refuse_unfit(self.fraction, self.cap)
        mean = figures_for(alphas.index, self.mean, field="mean")
        variance = figures_for(alphas.index, self.variance, field="variance")
        _refuse_unless(variance > 0, alphas.index, field="variance", allowed="above 0")
        side = np.sign(alphas.to_numpy())
        edge = edge_of_returns(mean, variance, side=side)
        return kelly_sizes(side, edge, fraction=self.fraction, cap=self.cap, gross_limit=gross_limit)


@dataclass(frozen=True, slots=True, eq=False)
class KellyOfTrades:
    """fraction x (W - (1 - W) / R), at most cap, on the side of alpha; nothing where it is below 0.

    Attributes:
        win_rate: by symbol, W, the share of trades that won, 0 to 1.
        payoff_ratio: by symbol, R, the average win over the average loss, above 0.
        fraction: of the full Kelly weight, above 0 and at most 1.
        cap: the most of one symbol, above 0.
    """

    win_rate: BySymbol
    payoff_ratio: BySymbol
    fraction: float = FRACTION
    cap: float = CAP

    def sizes(self, alphas: "pd.Series[float]", *, gross_limit: float) -> FloatColumn:
        """See `Allocator`; all are scaled down together where they are beyond the limit."""
        _refuse_unfit(self.fraction, self.cap)
        rate = figures_for(alphas.index, self.win_rate, field="win_rate")
        payoff = figures_for(alphas.index, self.payoff_ratio, field="payoff_ratio")
        _refuse_unless((rate >= 0) & (rate <= 1), alphas.index, field="win_rate", allowed="within 0 to 1")
        _refuse_unless(payoff > 0, alphas.index, field="payoff_ratio", allowed="above 0")
        side, edge = np.sign(alphas.to_numpy()), edge_of_trades(rate, payoff)
        return kelly_sizes(side, edge, fraction=self.fraction, cap=self.cap, gross_limit=gross_limit)


@np.errstate(over="ignore")
def edge_of_returns(mean: FloatColumn, variance: FloatColumn, *, side: FloatColumn) -> FloatColumn:
    """The whole of Kelly on a side, 1 or -1: below 0 where the mean is on the other."""
    edge: FloatColumn = side * mean / variance
    return edge


@np.errstate(over="ignore")
def edge_of_trades(win_rate: FloatColumn, payoff_ratio: FloatColumn) -> FloatColumn:
    """The whole of Kelly for bets that are won and lost; below 0 where they aren't worth it."""
    edge: FloatColumn = win_rate - (1.0 - win_rate) / payoff_ratio
    return edge


def kelly_sizes(
    side: FloatColumn, edge: FloatColumn, *, fraction: float, cap: float, gross_limit: float
) -> FloatColumn:
    """Signed weights (..., N) of sides and edges (..., N): capped, and scaled down together where beyond the limit."""
    sizes = side * np.clip(edge * fraction, 0.0, cap)
    total = np.abs(sizes).sum(axis=-1, keepdims=True)
    limited: FloatColumn = sizes * np.minimum(1.0, gross_limit / np.maximum(total, gross_limit))
    return limited


def _refuse_unfit(fraction: float, cap: float) -> None:
    problems = []
    if not 0 < fraction <= 1:
        problems.append(Problem("fraction", f"fraction is {fraction}; give a number above 0, at most 1."))
    if not 0 < cap < np.inf:
        problems.append(Problem("cap", f"cap is {cap}; give a number above 0."))
    if problems:
        raise InvalidInput(" ".join(problem.message for problem in problems), problems=problems)


def _refuse_unless(good: BoolColumn, symbols: "pd.Index[str]", *, field: str, allowed: str) -> None:
    if not good.all():
        wrong = named(symbols[~good])
        raise InvalidInput(f"{field} has to be {allowed}, and isn't for {wrong}.", field=field)
