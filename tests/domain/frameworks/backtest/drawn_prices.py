"""Prices from a seed, and by hand."""

import numpy as np
import pandas as pd

ASSETS = ("D", "A", "C", "B")
TARGETS = {"A": 0.4, "B": 0.3, "C": 0.2, "D": 0.1}


def closes(rows, *, start: str = "2024-01-01", assets: str = "AB") -> pd.DataFrame:
    return pd.DataFrame(rows, index=pd.bdate_range(start, periods=len(rows)), columns=list(assets), dtype=float)


def drawn(seed: int, *, days: int = 130, gaps: float = 0.0, moves: float = 0.02) -> pd.DataFrame:
    """Four assets whose columns are in another order than the targets'; with gaps some are missing."""
    draw = np.random.default_rng(seed)
    values = 100 * np.exp(np.cumsum(draw.normal(0.0005, moves, (days, 4)), axis=0))
    values[draw.random(values.shape) < gaps] = np.nan
    return pd.DataFrame(values, index=pd.bdate_range("2024-01-15", periods=days), columns=list(ASSETS))
