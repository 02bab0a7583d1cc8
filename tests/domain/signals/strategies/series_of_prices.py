"""Prices, wherever strategies need some."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from trimtab.domain.columns import FloatColumn

_STEP = np.arange(300)
WAVES = 100 + 12 * np.sin(_STEP / 17) + 5 * np.sin(1.7 * _STEP) + 3 * np.cos(0.31 * _STEP * _STEP)
"""300 prices of one symbol."""


def _panel(seed: int) -> FloatColumn:
    chosen = np.random.default_rng(seed)
    spread = chosen.choice([1, 20, 200])
    prices = chosen.integers(100, 100 + spread, size=(40, 3), endpoint=True).astype(float)
    return np.where(chosen.random((40, 3)) < chosen.choice([0.0, 0.02, 0.1]), np.nan, prices)


# From a seed, as hypothesis is slow to draw hundreds of numbers one by one.
PANELS = st.integers(0, 2**32 - 1).map(_panel)
"""40 prices of 3 symbols: some are missing, many are equal."""


def frame(values, *, symbols: str = "ABCDEFGH") -> pd.DataFrame:
    """Prices with a symbol per column, on consecutive days from 1 January 2024."""
    values = np.asarray(values, dtype=float)
    values = values[:, None] if values.ndim == 1 else values
    days = pd.date_range("2024-01-01", periods=len(values), freq="D")
    return pd.DataFrame(values, index=days, columns=list(symbols[: values.shape[1]]))
