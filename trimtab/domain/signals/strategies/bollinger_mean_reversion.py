"""Bollinger mean reversion: what is far from its recent mean comes back to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals.strategies.blocks import blocks, empty_panels
from trimtab.domain.signals.strategies.indicators import efficiency_after, replace, rolling_after
from trimtab.domain.signals.strategies.panel import SignalPanel, labelled
from trimtab.domain.signals.strategies.parameters import Parameters
from trimtab.domain.signals.strategies.prices import checked_prices
from trimtab.domain.signals.strategies.ranges import refuse, whole, within
from trimtab.domain.signals.strategies.strategy_signal import MOST_HORIZON_DAYS

INDICATORS: Final = ("middle_band", "lower_band", "upper_band", "z_score", "efficiency_ratio")
README: Final = """\
# Bollinger mean reversion

**Idea.** A price that strayed from its recent mean tends to come back. How far it strayed is measured in its own recent
deviations, so calm and wild symbols are compared alike.

**Formula.** Over the last `window_days` prices, with mean m and deviation s (ddof 0), z = (price - m) / s. The bands
are m - `band_deviations` s and m + `band_deviations` s. alpha = -z / `band_deviations`, held within -1 and 1: 1 at or
below the lower band, -1 at or above the upper one, 0 at the mean. confidence = |alpha| (1 - e), with e the efficiency
ratio: the distance from the first price to the last over the length of the way between them.

**Parameters.** `window_days` 20, `band_deviations` 2, `horizon_days` 5.

**When it fails.** In a trend a price stays at its band for weeks, and each signal is early; the efficiency ratio lowers
the confidence, but only once the trend is seen. News that changes what a symbol is worth doesn't revert. A price that
doesn't move has no band, and no signal.
"""


@dataclass(frozen=True, slots=True)
class BollingerParameters(Parameters):
    """Parameters of Bollinger mean reversion.

    Attributes:
        window_days: prices in the mean and the deviation.
        band_deviations: how many deviations from the mean a band is.
        horizon_days: for how many trading days a signal is meant.

    Raises:
        InvalidInput: with all that are out of range.
    """

    window_days: int = 20
    band_deviations: float = 2.0
    horizon_days: int = 5

    def __post_init__(self) -> None:
        refuse(
            [
                *whole("window_days", self.window_days, least=3, most=2520),
                *within("band_deviations", self.band_deviations, least=0.1, most=10),
                *whole("horizon_days", self.horizon_days, least=1, most=MOST_HORIZON_DAYS),
            ]
        )


@dataclass(frozen=True, slots=True)
class BollingerMeanReversion:
    """Buys below the mean and sells above it, the more the nearer the band (Bollinger 2001)."""

    parameters: BollingerParameters = BollingerParameters()

    @property
    def name(self) -> str:
        """What its signals are kept under."""
        return "bollinger_mean_reversion"

    @property
    def readme(self) -> str:
        """The idea, the formula, the parameters, when it fails."""
        return README

    @property
    def history_days(self) -> int:
        """How many prices without a gap a symbol needs for its first signal."""
        return self.parameters.window_days

    def signals(self, prices: pd.DataFrame) -> SignalPanel:
        """Signals of the same dates and symbols as the prices; see `Strategy`."""
        values, given = checked_prices(prices), self.parameters
        found = empty_panels("alpha", "confidence", *INDICATORS, like=values)
        for rows, block in blocks(values, before=given.window_days - 1):
            self._fill({name: panel[rows] for name, panel in found.items()}, block)
        return SignalPanel(
            strategy=self.name,
            alpha=labelled(found["alpha"], prices),
            confidence=labelled(found["confidence"], prices),
            horizon_days=given.horizon_days,
            volatility_adjusted=True,
            indicators={name: labelled(found[name], prices) for name in INDICATORS},
            thresholds={"band_deviations": given.band_deviations},
        )

    def _fill(self, found: Mapping[str, FloatColumn], prices: FloatColumn) -> None:
        """Signals and indicators of the last rows of prices, as many as have a whole window."""
        days, deviations = self.parameters.window_days, self.parameters.band_deviations
        recent, efficiency = rolling_after(prices, days=days), efficiency_after(prices, days=days)
        mean, width = recent.mean, recent.deviation
        found["middle_band"][:], found["efficiency_ratio"][:] = mean, efficiency
        replace(width, width == 0, by=np.nan)
        width *= deviations
        np.subtract(mean, width, out=found["lower_band"])
        np.add(mean, width, out=found["upper_band"])
        apart = np.subtract(prices[days - 1 :], mean, out=mean)
        apart /= width
        np.multiply(apart, deviations, out=found["z_score"])
        # Not -apart, which makes -0 of 0.
        alpha = np.clip(np.subtract(0.0, apart, out=apart), -1.0, 1.0, out=found["alpha"])
        np.subtract(1.0, efficiency, out=efficiency)
        np.multiply(np.abs(alpha, out=apart), efficiency, out=found["confidence"])
