"""Daily returns of several runs beside each other."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from trimtab.domain.signals.backtest.result import Backtest

EQUAL_WEIGHT: Final = "equal_weight"
"""The name of what all symbols alike would have earned, beside those of methods and strategies."""


def daily_returns(runs: Mapping[str, Backtest]) -> pd.DataFrame:
    """A row per day of any run and a column per run; NaN where a run has no day, or after its ruin."""
    columns = {name: pd.Series(run.returns, index=pd.DatetimeIndex(run.dates)) for name, run in runs.items()}
    return pd.DataFrame(columns).sort_index()
