"""Markets and signals from a seed: prices with gaps, of which one never moves, and signals that aren't always there."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trimtab.domain.signals.strategies import SignalPanel
from trimtab.domain.signals.strategies.panel import framed

SYMBOLS = ("D", "A", "C", "B", "E")
SECTORS = {"A": "energy", "B": "energy", "C": "health", "D": "health", "E": "tech"}


@dataclass(frozen=True)
class Drawn:
    """Prices, and the signals of strategies on them."""

    prices: pd.DataFrame
    panels: list[SignalPanel]


def drawn(seed: int, *, days: int = 80, gaps: float = 0.01, horizons: tuple[int, ...] = (1, 3, 5)) -> Drawn:
    """A market of five symbols that aren't in order; E doesn't move."""
    chosen = np.random.default_rng(seed)
    closes = 100 * np.exp(np.cumsum(chosen.normal(0.001, 0.02, (days, 5)), axis=0))
    closes[:, 4] = 50.0
    closes[chosen.random(closes.shape) < gaps] = np.nan
    index = pd.bdate_range("2024-01-01", periods=days)
    prices = pd.DataFrame(closes, index=index, columns=list(SYMBOLS))
    panels = [panel(f"strategy_{number}", *_signals(chosen, prices), horizon_days=horizon)
              for number, horizon in enumerate(horizons)]  # fmt: skip
    return Drawn(prices, panels)


def panel(name: str, alpha: pd.DataFrame, confidence: pd.DataFrame, *, horizon_days: int = 5) -> SignalPanel:
    return SignalPanel(name, alpha, confidence, horizon_days=horizon_days, volatility_adjusted=False)


def _signals(chosen: np.random.Generator, prices: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    # In tenths, so that some are equal and some are 0.
    alpha = chosen.integers(-10, 10, prices.shape, endpoint=True) / 10
    alpha[chosen.random(prices.shape) < 0.2] = np.nan
    sure = np.where(np.isnan(alpha), np.nan, chosen.integers(0, 4, prices.shape, endpoint=True) / 4)
    return framed(alpha, prices), framed(sure, prices)
