"""Each strategy judged alone. Section 8 of `docs/signal-backtest.md`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.signals.backtest.backtest import backtest
from trimtab.domain.signals.backtest.benchmarks import equal_weight
from trimtab.domain.signals.backtest.calendar import days_of
from trimtab.domain.signals.backtest.checking import unfit
from trimtab.domain.signals.backtest.result import Backtest
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.evaluation.daily_returns import EQUAL_WEIGHT, daily_returns
from trimtab.domain.signals.evaluation.distributions import histogram, rows_of
from trimtab.domain.signals.evaluation.suite import metric_suite
from trimtab.domain.signals.metrics.holdings import average_holding_period, turnover
from trimtab.domain.signals.metrics.prediction import (
    InformationCoefficient,
    alpha_decay,
    forward_returns,
    information_coefficient,
)
from trimtab.domain.signals.strategies.panel import SignalPanel
from trimtab.domain.signals.strategies.prices import checked_prices
from trimtab.domain.signals.strategies.ranges import refuse
from trimtab.domain.signals.watching import Watch, part_of, unwatched

HORIZONS: Final = (1, 5, 10, 21, 63)


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What a strategy's signals were like, over all days and symbols of the range.

    Attributes:
        n_signals: how many there are.
        coverage: share of days and symbols with one, of those with a price.
        days_share: share of days on which any symbol has one.
        buy_share: share of the signals that are above 0.
        sell_share: the same below 0.
        mean_confidence: of the signals.
        histogram: counts of 20 bins of alphas.
        information_coefficient: for the returns over the strategy's own horizon, date by date.
        decay: the coefficient for each horizon, as `alpha_decay`; NaN where the range is too short for one.
    """

    n_signals: int
    coverage: float
    days_share: float
    buy_share: float
    sell_share: float
    mean_confidence: float
    histogram: IntColumn
    information_coefficient: InformationCoefficient
    decay: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Alone:
    """A strategy's own portfolio.

    Attributes:
        run: from its first signal in the range on.
        turnover: one-way, per decision.
        average_holding_period: in decisions.
        said: its signals.
    """

    run: Backtest
    turnover: float
    average_holding_period: float
    said: Said


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Strategies beside each other.

    Attributes:
        strategies: by name, those that have a signal in the range.
        without_signals: names of those that have none.
        equal_weight: all symbols alike, from the first day on which any strategy has a signal.
        metrics: a row per metric; a column per strategy, then `equal_weight`, which is the benchmark of them all.
    """

    strategies: Mapping[str, Alone]
    without_signals: tuple[str, ...]
    equal_weight: Backtest
    metrics: pd.DataFrame


def evaluate(
    prices: pd.DataFrame,
    panels: Sequence[SignalPanel],
    *,
    rules: Rules,
    horizons: Sequence[int] = HORIZONS,
    sectors: Mapping[str, str] | None = None,
    watch: Watch = unwatched,
) -> Evaluation:
    """Runs each strategy alone with the same rules, and measures its portfolio and its signals.

    Args:
        prices: adjusted closes, dates ascending x symbols, NaN where there is none.
        panels: the signals of each strategy, of the same dates and symbols.
        rules: of all runs; how signals are combined doesn't matter.
        horizons: trading days of the decay of alpha.
        sectors: by symbol, needed where the constraints have `max_sector_weight`.
        watch: told how far it is; what it raises ends the work.

    Raises:
        InvalidInput: as `backtest`, where it isn't that a strategy has no signal; or horizons that can't be.
    """
    priced = ~np.isnan(checked_prices(prices))
    refuse(unfit(prices, panels, rules=rules))
    alone = replace(rules, weights={})
    within = priced & _in_range(prices, rules)[:, None]
    heard = [panel for panel in panels if (within & panel.alpha.notna().to_numpy()).any()]
    runs = {
        panel.strategy: backtest(
            prices, [panel], rules=alone, sectors=sectors, watch=part_of(watch, place=place, count=len(heard) + 1)
        )
        for place, panel in enumerate(heard)
    }
    first = min((run.dates[0] for run in runs.values()), default=None)
    beside = equal_weight(
        prices, rules=alone, start=first, watch=part_of(watch, place=len(heard), count=len(heard) + 1)
    )
    days = rows_of(prices, beside)
    returns = daily_returns({**runs, EQUAL_WEIGHT: beside})
    return Evaluation(
        {
            panel.strategy: _alone(runs[panel.strategy], _said(prices[days], panel, days=days, horizons=horizons))
            for panel in heard
        },
        tuple(panel.strategy for panel in panels if panel.strategy not in runs),
        beside,
        metric_suite(returns, risk_free=rules.risk_free, benchmark=returns[EQUAL_WEIGHT]),
    )


def weights_with_cash(run: Backtest) -> FloatColumn:
    """Weights after each execution, one row each, with cash as the last column."""
    held = run.decisions.held[run.was_executed]
    return np.column_stack([held, 1.0 - held.sum(axis=1)])


def turnover_and_holding_period(run: Backtest) -> tuple[float, float]:
    """One-way turnover, and how many decisions a position lasts on average; cash is turned over, and is no position."""
    weights = weights_with_cash(run)
    return turnover(weights), average_holding_period(weights[:, :-1])


def _in_range(prices: pd.DataFrame, rules: Rules) -> BoolColumn:
    days = days_of(prices)
    found: BoolColumn = np.ones(len(days), dtype=np.bool_)
    if rules.start is not None:
        found &= days >= np.datetime64(rules.start)
    if rules.end is not None:
        found &= days <= np.datetime64(rules.end)
    return found


def _alone(run: Backtest, said: Said) -> Alone:
    return Alone(run, *turnover_and_holding_period(run), said)


def _said(prices: pd.DataFrame, panel: SignalPanel, *, days: slice, horizons: Sequence[int]) -> Said:
    """Of the days of the range; nothing after them counts."""
    priced = prices.notna()
    alpha, confidence = (frame[days].where(priced) for frame in (panel.alpha, panel.confidence))
    scores = alpha.to_numpy(dtype=np.float64)
    returns = prices.to_numpy(dtype=np.float64)
    returns = np.vstack((np.full((1, returns.shape[1]), np.nan), returns[1:] / returns[:-1] - 1.0))
    ahead = pd.DataFrame(
        forward_returns(returns, periods=panel.horizon_days), index=prices.index, columns=prices.columns
    )
    there = ~np.isnan(scores)
    n_signals = int(there.sum())
    return Said(
        n_signals,
        n_signals / int(priced.to_numpy().sum()),
        float(there.any(axis=1).mean()),
        np.count_nonzero(scores > 0) / n_signals,
        np.count_nonzero(scores < 0) / n_signals,
        float(np.nanmean(confidence.to_numpy(dtype=np.float64))),
        histogram(scores),
        information_coefficient(alpha, ahead, horizon_periods=panel.horizon_days),
        alpha_decay(scores, returns, horizons=horizons),
    )
