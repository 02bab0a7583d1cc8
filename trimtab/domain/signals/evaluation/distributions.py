"""Signals against what came, and how they are spread. Section 7 of `docs/signal-backtest.md`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.signals.backtest.checking import weights_of
from trimtab.domain.signals.backtest.result import Backtest
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.combining import NEUTRAL, Combined, combine
from trimtab.domain.signals.observations import observe
from trimtab.domain.signals.paired import paired
from trimtab.domain.signals.quotients import quotient
from trimtab.domain.signals.ranks import rank_correlation
from trimtab.domain.signals.strategies.panel import SignalPanel
from trimtab.domain.signals.strategies.ranges import refuse, whole
from trimtab.domain.signals.strategies.strategy_signal import MOST_HORIZON_DAYS

COMBINED: Final = "combined"
"""The name of the combination beside those of strategies."""
EDGES: Final[FloatColumn] = np.arange(-10, 11) / 10
"""21 edges of the bins: each is the number nearest to a tenth, as 0.3 is and 3 x 0.1 isn't."""


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """K points: what was said of a symbol at a decision, and what it then returned.

    Attributes:
        decision: K places among the run's decisions.
        symbol: K places among its symbols.
        alpha: K combined alphas.
        realised: K returns from the day of execution, fractions.
        pearson: correlation over all points; NaN where one side doesn't vary.
        spearman: the same of the ranks.
    """

    decision: IntColumn
    symbol: IntColumn
    alpha: FloatColumn
    realised: FloatColumn
    pearson: float
    spearman: float


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How sure strategies were, and of what, in the range of a run; by strategy, and `combined` at the end.

    Attributes:
        histograms: counts of 20 bins of alphas, of all days and symbols.
        confidence: R, mean over the symbols that have one at each decision; NaN where none has.
    """

    histograms: Mapping[str, IntColumn]
    confidence: Mapping[str, FloatColumn]


def scatter(run: Backtest, *, horizon_days: int) -> Scatter:
    """Combined alphas and the returns over the trading days from execution on.

    Returns are of the run's prices, each symbol's last one so far. A point whose days reach beyond the run is left out.

    Args:
        run: with R decisions.
        horizon_days: trading days from the day of execution.

    Raises:
        InvalidInput: a horizon that is none.
    """
    refuse(whole("horizon_days", horizon_days, least=1, most=MOST_HORIZON_DAYS))
    first = run.decisions.executed
    over = np.flatnonzero(first + horizon_days < len(run.dates))
    alpha = run.decisions.alpha[over]
    realised = run.prices[first[over] + horizon_days] / run.prices[first[over]] - 1.0
    place, symbol = np.nonzero(~(np.isnan(alpha) | np.isnan(realised)))
    x, y = alpha[place, symbol], realised[place, symbol]
    pearson = paired(observe(x[:, None]), observe(y[:, None])).correlation
    return Scatter(over[place], symbol, x, y, float(pearson[0, 0]), float(rank_correlation(x[None], y[None])[0]))


def histogram(alpha: FloatColumn) -> IntColumn:
    """Counts of alphas, of whatever shape, in 20 bins of 0.1.

    One on an edge belongs to the bin above it, 1 to the last; one that rounding put just below an edge is on it.
    """
    there = alpha[~np.isnan(alpha)]
    bins = np.searchsorted(EDGES[1:-1] - NEUTRAL, there, side="right")
    counts: IntColumn = np.bincount(bins, minlength=len(EDGES) - 1)
    return counts


def mean_by_row(values: FloatColumn) -> FloatColumn:
    """Means of T x N over what is there, T; NaN where nothing is."""
    there = ~np.isnan(values)
    filled: FloatColumn = np.where(there, values, 0.0)
    return quotient(filled.sum(axis=1), there.sum(axis=1))


def spread(prices: pd.DataFrame, panels: Sequence[SignalPanel], *, rules: Rules, run: Backtest) -> Spread:
    """Histograms and confidence over time of the strategies, and of their combination, in the range of a run.

    Args:
        prices: T x N of which the run was made.
        panels: of which it was made.
        rules: of the run.
        run: `backtest` of these.
    """
    days = rows_of(prices, run)
    priced = prices.to_numpy(dtype=np.float64)[days]
    alphas, sure = (_stacked(panels, figure, days=days, without=np.isnan(priced)) for figure in ("alpha", "confidence"))
    together = _together(alphas, sure, panels=panels, rules=rules)
    names = run.strategies
    return Spread(
        {name: histogram(alpha) for name, alpha in zip(names, alphas, strict=True)}
        | {COMBINED: histogram(together.alpha)},
        {name: mean_by_row(each[run.decisions.decided]) for name, each in zip(names, sure, strict=True)}
        | {COMBINED: mean_by_row(run.decisions.confidence)},
    )


def rows_of(prices: pd.DataFrame, run: Backtest) -> slice:
    """The rows of prices that are a run's days, which stand without a gap."""
    days = pd.DatetimeIndex(prices.index).tz_localize(None).to_numpy().astype("datetime64[D]")
    first = int(np.searchsorted(days, run.dates[0]))
    return slice(first, first + len(run.dates))


def _stacked(panels: Sequence[SignalPanel], figure: str, *, days: slice, without: BoolColumn) -> FloatColumn:
    """A figure of the signals on some days, S x T x N; without a price there is none."""
    values: FloatColumn = np.stack([getattr(panel, figure).to_numpy(dtype=np.float64)[days] for panel in panels])
    return np.where(without, np.nan, values)


def _together(alphas: FloatColumn, sure: FloatColumn, *, panels: Sequence[SignalPanel], rules: Rules) -> Combined:
    return combine(
        np.moveaxis(alphas, 0, -1),
        np.moveaxis(sure, 0, -1),
        horizon_days=np.array([panel.horizon_days for panel in panels], dtype=np.float64),
        weights=np.array(weights_of(panels, rules)),
        method=rules.combining,
    )
