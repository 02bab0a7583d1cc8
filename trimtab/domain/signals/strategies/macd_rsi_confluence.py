"""MACD and RSI confluence: oversold or overbought, weighed by whether the MACD turns that way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.errors import Problem
from trimtab.domain.signals.strategies.blocks import blocks, empty_panels
from trimtab.domain.signals.strategies.indicators import Macd, fill_macd, fill_rsi, replace
from trimtab.domain.signals.strategies.panel import SignalPanel, labelled
from trimtab.domain.signals.strategies.parameters import Parameters
from trimtab.domain.signals.strategies.prices import checked_prices
from trimtab.domain.signals.strategies.ranges import refuse, whole, within
from trimtab.domain.signals.strategies.smoothing import run_lengths
from trimtab.domain.signals.strategies.strategy_signal import MOST_HORIZON_DAYS

SEEDS_FADE_AFTER: Final = 4
"""Slow lengths after which the seed of an exponential average no longer shows."""
NO_MACD: Final = 1e-12
"""A MACD up to this share of the price is the rounding of two equal averages."""
INDICATORS: Final = ("rsi", "macd", "macd_signal", "macd_histogram", "confluence")
README: Final = """\
# MACD and RSI confluence

**Idea.** A market that fell too fast (low RSI) is worth buying once its momentum turns up (MACD above its signal line),
and the other way round. Each indicator alone is early or late; together they are right more often.

**Formula.** RSI of `rsi_days` (Wilder). r = (`oversold` - RSI) / `oversold` below `oversold`, (`overbought` - RSI) /
(100 - `overbought`) above `overbought`, 0 between. MACD of `fast_days`, `slow_days`, `signal_days`:
m = (line - signal) / (|line| + |signal|), within -1 and 1. Confluence c = (1 + m sign(r)) / 2: 1 where the MACD agrees,
0.5 where it says nothing, 0 where it disagrees. alpha = r c, confidence = |alpha|.

**Parameters.** `rsi_days` 14, `oversold` 30, `overbought` 70, `fast_days` 12, `slow_days` 26, `signal_days` 9,
`horizon_days` 5.

**When it fails.** In a long decline RSI stays low and MACD turns up at each pause. Most days it says nothing: alpha and
confidence are 0 while RSI is between its thresholds. It needs 4 times `slow_days` prices without a gap.
"""


@dataclass(frozen=True, slots=True)
class MacdRsiParameters(Parameters):
    """Parameters of MACD and RSI confluence.

    Attributes:
        rsi_days: changes in the RSI's means.
        oversold: RSI below which a symbol is bought.
        overbought: RSI above which it is sold.
        fast_days: length of the MACD's fast average.
        slow_days: length of its slow average, more than the fast one's.
        signal_days: length of its signal line.
        horizon_days: for how many trading days a signal is meant.

    Raises:
        InvalidInput: with all that are out of range.
    """

    rsi_days: int = 14
    oversold: float = 30.0
    overbought: float = 70.0
    fast_days: int = 12
    slow_days: int = 26
    signal_days: int = 9
    horizon_days: int = 5

    def __post_init__(self) -> None:
        problems = [
            *whole("rsi_days", self.rsi_days, least=2, most=2520),
            *within("oversold", self.oversold, least=1, most=50),
            *within("overbought", self.overbought, least=50, most=99),
            *whole("fast_days", self.fast_days, least=2, most=2520),
            *whole("slow_days", self.slow_days, least=3, most=2520),
            *whole("signal_days", self.signal_days, least=2, most=2520),
            *whole("horizon_days", self.horizon_days, least=1, most=MOST_HORIZON_DAYS),
        ]
        if not problems and self.fast_days >= self.slow_days:
            said = f"fast_days is {self.fast_days}; give fewer than slow_days, {self.slow_days}."
            problems.append(Problem("fast_days", said))
        refuse(problems)


@dataclass(frozen=True, slots=True)
class MacdRsiConfluence:
    """Buys what is oversold and sells what is overbought, the more the MACD agrees."""

    parameters: MacdRsiParameters = MacdRsiParameters()

    @property
    def name(self) -> str:
        """What its signals are kept under."""
        return "macd_rsi_confluence"

    @property
    def readme(self) -> str:
        """The idea, the formula, the parameters, when it fails."""
        return README

    @property
    def history_days(self) -> int:
        """How many prices without a gap a symbol needs for its first signal."""
        given = self.parameters
        return max(SEEDS_FADE_AFTER * given.slow_days, given.slow_days + given.signal_days - 1, given.rsi_days + 1)

    def signals(self, prices: pd.DataFrame) -> SignalPanel:
        """Signals of the same dates and symbols as the prices; see `Strategy`."""
        values, given = checked_prices(prices), self.parameters
        found = empty_panels("alpha", "confidence", *INDICATORS, like=values)
        lengths, lines = run_lengths(values), Macd(found["macd"], found["macd_signal"])
        fill_rsi(found["rsi"], values, days=given.rsi_days, lengths=lengths)
        fill_macd(lines, values, days=(given.fast_days, given.slow_days, given.signal_days), lengths=lengths)
        for rows, block in blocks(values):
            early = lengths[rows] < self.history_days
            self._fill({name: panel[rows] for name, panel in found.items()}, block, early=early)
        return SignalPanel(
            strategy=self.name,
            alpha=labelled(found["alpha"], prices),
            confidence=labelled(found["confidence"], prices),
            horizon_days=given.horizon_days,
            volatility_adjusted=False,
            indicators={name: labelled(found[name], prices) for name in INDICATORS},
            thresholds={"oversold": given.oversold, "overbought": given.overbought},
        )

    def _fill(self, found: Mapping[str, FloatColumn], prices: FloatColumn, *, early: BoolColumn) -> None:
        """What is made of the indicators that are there, row by row; no signal where it is early."""
        lines = Macd(found["macd"], found["macd_signal"])
        found["macd_histogram"][:] = lines.histogram
        stretched = stretch(found["rsi"], oversold=self.parameters.oversold, overbought=self.parameters.overbought)
        confluence = turn(lines, prices=prices)
        confluence *= np.sign(stretched)
        confluence += 1.0
        confluence *= 0.5
        found["confluence"][:] = confluence
        alpha = np.multiply(stretched, confluence, out=found["alpha"])
        replace(alpha, np.broadcast_to(early, alpha.shape), by=np.nan)
        np.abs(alpha, out=found["confidence"])


def stretch(strength: FloatColumn, *, oversold: float, overbought: float) -> FloatColumn:
    """RSI as -1 to 1, T x N: 1 at 0, falling to 0 at `oversold`; 0 at `overbought`, falling to -1 at 100."""
    beyond = np.clip(strength, oversold, overbought) - strength
    room = 100.0 - overbought
    stretched: FloatColumn = beyond / (oversold if oversold == room else np.where(beyond > 0, oversold, room))
    return np.clip(stretched, -1.0, 1.0, out=stretched)


def turn(lines: Macd, *, prices: FloatColumn) -> FloatColumn:
    """Where the MACD turns, -1 (down) to 1 (up), T x N; 0 where there is no MACD but rounding."""
    size = np.abs(lines.line)
    size += np.abs(lines.signal)
    # A share of what is infinite is 0, and there is nothing to choose at each place.
    replace(size, size <= NO_MACD * prices, by=np.inf)
    turned = lines.histogram
    turned /= size
    return turned
