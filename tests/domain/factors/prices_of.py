"""Prices by hand: a column per ticker, NaN where nothing is given."""

from collections.abc import Mapping, Sequence

import numpy as np

from trimtab.domain.factors.market import Prices

Rows = Mapping[str, Sequence[float]]


def prices_of(days: Sequence[str], close: Rows, *, dividend: Rows | None = None, volume: Rows | None = None) -> Prices:
    """Prices of some days; tickers in the order of their names."""
    tickers = tuple(sorted(close))
    nothing = np.full(len(days), np.nan)

    def columns(given: Rows) -> np.ndarray:
        return np.column_stack([np.asarray(given.get(ticker, nothing), dtype=float) for ticker in tickers])

    return Prices(
        dates=np.array(days, dtype="datetime64[D]"),
        tickers=tickers,
        close=columns(close),
        adj_close=columns({}),
        dividend=columns(dividend or {}),
        volume=columns(volume or {}),
    )
