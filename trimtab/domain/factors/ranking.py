"""Which ETFs come first where only some are kept. Section 6 of the factors' maths."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from trimtab.domain.factors.panel import Panel
from trimtab.domain.factors.universe import Entry

Standing = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Where usable tickers stand; the lowest comes first."""

    standing: Mapping[str, Standing]

    def order(self, tickers: Iterable[str]) -> tuple[str, ...]:
        """Usable tickers, the first in rank first; of equals by name."""
        return tuple(sorted(tickers, key=lambda ticker: (self.standing[ticker], ticker)))


def ranking(usable: Panel, *, history: Panel, entries: Iterable[Entry]) -> Ranking:
    """By coverage of the window, then length of history, then assets under management, most first, unknown last.

    Args:
        usable: the window's panel of the tickers that are ranked.
        history: the whole panel; the length of a history is the number of returns in it.
        entries: tell assets under management.
    """
    length = _counts(history)
    aum_value = {entry.ticker: entry.aum_value or 0.0 for entry in entries}
    return Ranking(
        {
            ticker: (-covered, -length[ticker], -aum_value.get(ticker, 0.0))
            for ticker, covered in _counts(usable).items()
        }
    )


def _counts(panel: Panel) -> dict[str, int]:
    """How many returns each ticker has."""
    return dict(zip(panel.tickers, np.isfinite(panel.returns).sum(axis=0).tolist(), strict=True))
