"""How many prices a strategy really had when it first spoke. Loaded only where that is asked: prices take a while."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from trimtab.adapters.market.folder import FolderSource
from trimtab.fixtures import DEMO_MARKET
from trimtab.settings import YFINANCE, load_settings
from trimtab.workflow.signals.quoting import quoted


def prices_had(spoke: Mapping[str, tuple[str, Sequence[str]]]) -> dict[str, int]:
    """By strategy: of the symbols that it spoke of on this day, the fewest prices without a gap that one had.

    Nothing of a market from Yahoo, which is asked once only.
    """
    market = load_settings(analyst="rules").market
    if market == YFINANCE:
        return {}
    found = FolderSource(market or DEMO_MARKET).load()
    prices = quoted(found, found.prices.tickers).prices
    return {name: fewest_prices(prices.loc[:day, [*symbols]]) for name, (day, symbols) in spoke.items()}


def fewest_prices(prices: pd.DataFrame) -> int:
    """Of these symbols, the fewest prices without a gap that one has at the end."""
    missing = prices.isna().to_numpy()
    gapless = np.logical_and.accumulate(~missing[::-1], axis=0)
    return int(gapless.sum(axis=0).min())
