"""Momentum rank: what rose more than the others goes on rising more than the others."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from trimtab.domain.errors import Problem
from trimtab.domain.signals.strategies.indicators import run_lengths
from trimtab.domain.signals.strategies.normalising import rank
from trimtab.domain.signals.strategies.panel import SignalPanel, framed
from trimtab.domain.signals.strategies.parameters import Parameters
from trimtab.domain.signals.strategies.prices import checked_prices
from trimtab.domain.signals.strategies.ranges import refuse, whole
from trimtab.domain.signals.strategies.strategy_signal import MOST_HORIZON_DAYS

README: Final = """\
# Momentum rank

**Idea.** Over months, winners go on winning beside losers; over the last month they tend to give some of it back. So
symbols are ranked by their return of the last year without its last month.

**Formula.** R = price(`skip_days` ago) / price(`lookback_days` ago) - 1. On each date the n symbols that have an R are
ranked, equal ones sharing their mean rank: alpha = 2 (rank - 1) / (n - 1) - 1, so the best is 1, the worst -1, and
alphas sum to 0. confidence = |alpha|: the middle of a ranking says little. With fewer than `min_symbols` there is no
signal.

**Parameters.** `lookback_days` 252, `skip_days` 21, `min_symbols` 3, `horizon_days` 21.

**When it fails.** When a market turns, last year's losers rebound hardest. A rank doesn't tell how much lies between
neighbours, and the best of falling symbols is a buy: it compares symbols, and says nothing of the market.
"""


@dataclass(frozen=True, slots=True)
class MomentumParameters(Parameters):
    """Parameters of momentum rank.

    Attributes:
        lookback_days: how long ago the return starts.
        skip_days: how long ago it ends, fewer than `lookback_days`.
        min_symbols: fewest symbols that make a ranking.
        horizon_days: for how many trading days a signal is meant.

    Raises:
        InvalidInput: with all that are out of range.
    """

    lookback_days: int = 252
    skip_days: int = 21
    min_symbols: int = 3
    horizon_days: int = 21

    def __post_init__(self) -> None:
        problems = [
            *whole("lookback_days", self.lookback_days, least=1, most=2520),
            *whole("skip_days", self.skip_days, least=0, most=2519),
            *whole("min_symbols", self.min_symbols, least=2, most=100_000),
            *whole("horizon_days", self.horizon_days, least=1, most=MOST_HORIZON_DAYS),
        ]
        if not problems and self.skip_days >= self.lookback_days:
            said = f"skip_days is {self.skip_days}; give fewer than lookback_days, {self.lookback_days}."
            problems.append(Problem("skip_days", said))
        refuse(problems)


@dataclass(frozen=True, slots=True)
class MomentumRank:
    """Buys the symbols that rose most and sells those that rose least (Jegadeesh and Titman 1993)."""

    parameters: MomentumParameters = MomentumParameters()

    @property
    def name(self) -> str:
        """What its signals are kept under."""
        return "momentum_rank"

    @property
    def readme(self) -> str:
        """The idea, the formula, the parameters, when it fails."""
        return README

    @property
    def history_days(self) -> int:
        """How many prices without a gap a symbol needs for its first signal."""
        return self.parameters.lookback_days + 1

    def signals(self, prices: pd.DataFrame) -> SignalPanel:
        """Signals of the same dates and symbols as the prices; see `Strategy`."""
        given = self.parameters
        momentum = self._momentum(framed(checked_prices(prices), prices))
        ranked = momentum.count(axis=1) >= given.min_symbols
        alpha = rank(momentum.where(ranked, axis=0))
        return SignalPanel(
            strategy=self.name,
            alpha=alpha,
            confidence=alpha.abs(),
            horizon_days=given.horizon_days,
            volatility_adjusted=False,
            indicators={"momentum": momentum},
            thresholds={"min_symbols": float(given.min_symbols)},
        )

    def _momentum(self, prices: pd.DataFrame) -> pd.DataFrame:
        """Returns of the lookback without what is skipped, fractions; NaN where a price between is missing."""
        returns = prices.shift(self.parameters.skip_days) / prices.shift(self.parameters.lookback_days) - 1.0
        return returns.where(run_lengths(prices.to_numpy()) >= self.history_days)
