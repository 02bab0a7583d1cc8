"""Where prices and yields come from."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from trimtab.domain.factors.market import Market


class PriceSource(Protocol):
    """A source of market data."""

    def stamp(self) -> str:
        """Changes when `load` would give something else; quick, and raises nothing."""

    def load(self) -> Market:
        """Reads it whole. What is wrong with a single ticker is a finding of the market, and nothing is repaired.

        Raises:
            MarketRefused: it can't be read as market data: every fault, with file and line.
            Unavailable: it can't be reached now.
            SettingsError: the source needs something that isn't installed.
        """


SourceOf: TypeAlias = Callable[[tuple[str, ...]], PriceSource]
"""The source of the prices of these tickers, which the reference data names; a folder has tickers of its own."""
