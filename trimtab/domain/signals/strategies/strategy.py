"""What a strategy is."""

from typing import Protocol

import pandas as pd

from trimtab.domain.signals.strategies.panel import SignalPanel
from trimtab.domain.signals.strategies.parameters import Parameters


class Strategy(Protocol):
    """One class: a name, typed parameters, a text about it, and signals of all symbols and dates at once."""

    @property
    def name(self) -> str:
        """Small letters and underscores; what its signals are kept under."""
        ...

    @property
    def parameters(self) -> Parameters:
        """Frozen numbers, which refuse what isn't allowed."""
        ...

    @property
    def readme(self) -> str:
        """Markdown for a person: the idea, the formula, the parameters, when it fails."""
        ...

    @property
    def history_days(self) -> int:
        """How many prices without a gap a symbol needs for its first signal."""
        ...

    def signals(self, prices: pd.DataFrame) -> SignalPanel:
        """Signals of the same dates and symbols as the prices.

        No signal may rest on anything after its date.

        Args:
            prices: adjusted closes, dates ascending x symbols, NaN where there is none.

        Raises:
            InvalidInput: labels that aren't dates in order or symbols, or values that aren't prices.
        """
        ...
