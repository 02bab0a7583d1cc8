"""Trend distance: what is far above its long mean goes on rising."""

from dataclasses import dataclass

import pandas as pd

from trimtab.domain.signals.strategies import Parameters, SignalPanel
from trimtab.domain.signals.strategies.ranges import refuse, whole, within


@dataclass(frozen=True)
class TrendParameters(Parameters):
    trend_days: int = 252
    full_pct: float = 25.0
    horizon_days: int = 21

    def __post_init__(self) -> None:
        refuse(
            [
                *whole("trend_days", self.trend_days, least=2, most=2520),
                *within("full_pct", self.full_pct, least=1, most=1000),
                *whole("horizon_days", self.horizon_days, least=1, most=2520),
            ]
        )


class TrendDistance:
    name = "trend_distance"
    readme = """\
# Trend distance

**Idea.** What is above its long mean has risen for a while, and goes on rising more often than not.

**Formula.** d = price / mean of the last `trend_days` prices - 1. alpha = d / `full_pct` %, held within -1 and 1.
confidence = |alpha|.

**Parameters.** `trend_days` 252, `full_pct` 25, `horizon_days` 21.

**When it fails.** In a market without a direction it buys what rose and sells what fell, each time too late.
"""

    def __init__(self, parameters: TrendParameters = TrendParameters()) -> None:
        self.parameters = parameters
        self.history_days = parameters.trend_days

    def signals(self, prices: pd.DataFrame) -> SignalPanel:
        distance = prices / prices.rolling(self.parameters.trend_days).mean() - 1
        alpha = (distance / (self.parameters.full_pct / 100)).clip(-1, 1)
        return SignalPanel(
            strategy=self.name,
            alpha=alpha,
            confidence=alpha.abs(),
            horizon_days=self.parameters.horizon_days,
            volatility_adjusted=False,
            indicators={"distance": distance},
        )
