"""The same 500 returns, and a benchmark's, wherever they are needed."""

import numpy as np
import pandas as pd

_STEP = np.arange(500)
DAYS = pd.date_range("2020-01-01", periods=500, freq="D")
RETURNS = pd.Series(0.012 * np.sin(1.3 * _STEP) + 0.008 * np.cos(0.37 * _STEP * _STEP) + 0.0004, index=DAYS)
BENCHMARK = pd.Series(0.009 * np.sin(1.3 * _STEP + 0.4) + 0.005 * np.cos(2.1 * _STEP) + 0.0003, index=DAYS)
GAPPY = RETURNS.where(_STEP % 7 != 0)
"""Without every seventh."""
FRAME = pd.DataFrame({"all": RETURNS, "gappy": GAPPY})
