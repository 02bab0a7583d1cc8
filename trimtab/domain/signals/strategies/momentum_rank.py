"""Momentum rank: what rose more than the others goes on rising more than the others."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.errors import Problem
from trimtab.domain.signals.strategies.blocks import blocks, empty_panels
from trimtab.domain.signals.strategies.indicators import replace
from trimtab.domain.signals.strategies.panel import SignalPanel, labelled
from trimtab.domain.signals.strategies.parameters import Parameters
from trimtab.domain.signals.strategies.prices import checked_prices
from trimtab.domain.signals.strategies.ranges import refuse, whole
from trimtab.domain.signals.strategies.ranking import ranked
from trimtab.domain.signals.strategies.smoothing import run_lengths
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
        given, values = self.parameters, checked_prices(prices)
        found = empty_panels("momentum", "alpha", "confidence", like=values)
        for panel in found.values():
            panel[: given.lookback_days] = np.nan
        lengths = run_lengths(values)
        for rows, start in blocks(values[: max(len(values) - given.lookback_days, 0)]):
            now, end = (
                slice(rows.start + later, rows.stop + later)
                for later in (given.lookback_days, given.lookback_days - given.skip_days)
            )
            momentum = np.divide(values[end], start, out=found["momentum"][now])
            momentum -= 1.0
            replace(momentum, np.broadcast_to(lengths[now] < self.history_days, momentum.shape), by=np.nan)
            found["alpha"][now] = ranked(momentum, least=given.min_symbols)
            np.abs(found["alpha"][now], out=found["confidence"][now])
        return SignalPanel(
            strategy=self.name,
            alpha=labelled(found["alpha"], prices),
            confidence=labelled(found["confidence"], prices),
            horizon_days=given.horizon_days,
            volatility_adjusted=False,
            indicators={"momentum": labelled(found["momentum"], prices)},
            thresholds={"min_symbols": float(given.min_symbols)},
        )
