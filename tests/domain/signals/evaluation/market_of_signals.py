"""Prices and signals, wherever runs are judged."""

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals.strategies.panel import SignalPanel

DAYS = 120
SYMBOLS = list("ABCDE")
_CHOSEN = np.random.default_rng(11)
PRICES = pd.DataFrame(
    100 * np.cumprod(1 + _CHOSEN.normal(0.0005, 0.02, (DAYS, 5)), axis=0),
    index=pd.date_range("2024-01-01", periods=DAYS, freq="B"),
    columns=SYMBOLS,
)


def panel(strategy: str, alpha: FloatColumn, *, confidence: float | FloatColumn = 0.5, horizon: int = 5) -> SignalPanel:
    """Signals over PRICES; sure where there is an alpha."""
    frame = pd.DataFrame(alpha, index=PRICES.index, columns=SYMBOLS)
    sure = pd.DataFrame(np.where(np.isnan(alpha), np.nan, confidence), index=PRICES.index, columns=SYMBOLS)
    return SignalPanel(strategy, frame, sure, horizon, volatility_adjusted=False)


def waves(step: float, *, late: int = 0) -> FloatColumn:
    """Alphas that go up and down, from a day on."""
    days, symbols = np.meshgrid(np.arange(DAYS), np.arange(5), indexing="ij")
    return np.where(days >= late, np.sin(step * days + 1.3 * symbols), np.nan)


SLOW = panel("slow", waves(0.1, late=10))
FAST = panel("fast", waves(0.9, late=20), confidence=0.9, horizon=2)
SILENT = panel("silent", np.full((DAYS, 5), np.nan))
