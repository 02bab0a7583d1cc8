"""Which entries of the universe nobody should rely on any more: without prices, dead, or with too short a history."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from trimtab.domain.factors.months import month_text
from trimtab.domain.factors.panel import Panel
from trimtab.domain.factors.reference import Category
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.domain.factors.universe import Universe

StaleReason = Literal["no_data", "dead", "thin_history"]


@dataclass(frozen=True, slots=True, order=True)
class StaleCandidate:
    """An entry that should be looked at, and why."""

    ticker: str
    category: Category
    reason: StaleReason
    detail: str


def stale_candidates(universe: Universe, panel: Panel, *, thresholds: FactorThresholds) -> tuple[StaleCandidate, ...]:
    """Entries without returns, without one in the last month, or with too few in all; by ticker and category.

    Args:
        universe: whose entries.
        panel: the whole panel, not only a window of it.
        thresholds: `min_observations` is used.
    """
    known = np.isfinite(panel.returns)
    counts = dict(zip(panel.tickers, known.sum(axis=0).tolist(), strict=True))
    last = {
        panel.tickers[column]: int(panel.months[known[:, column]].max()) for column in np.flatnonzero(known.any(axis=0))
    }
    found = []
    for entry in universe.entries:
        ticker = entry.ticker
        if ticker not in last:
            found.append(StaleCandidate(ticker, entry.category, "no_data", "The market has no monthly return of it."))
        elif last[ticker] < panel.months[-1]:
            ended, market = month_text(last[ticker]), month_text(int(panel.months[-1]))
            detail = f"Its last monthly return is that of {ended}; the market's is that of {market}."
            found.append(StaleCandidate(ticker, entry.category, "dead", detail))
        elif counts[ticker] < thresholds.min_observations:
            detail = f"It has {counts[ticker]} returns in all; at least {thresholds.min_observations} are needed."
            found.append(StaleCandidate(ticker, entry.category, "thin_history", detail))
    return tuple(sorted(found))
