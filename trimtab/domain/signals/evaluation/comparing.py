"""All methods of combining on the same data, and what is left of the best. Section 9 of `docs/signal-backtest.md`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, get_args

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import Problem
from trimtab.domain.signals.backtest.backtest import backtest
from trimtab.domain.signals.backtest.benchmarks import equal_weight
from trimtab.domain.signals.backtest.result import Backtest
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.evaluation.daily_returns import EQUAL_WEIGHT, daily_returns
from trimtab.domain.signals.evaluation.deflated_sharpe import MOST_TRIALS, deflated_sharpe, sharpes_per_period
from trimtab.domain.signals.evaluation.suite import metric_suite
from trimtab.domain.signals.evaluation.walk_forward import MOST_FOLDS, WalkForward, walk_forward
from trimtab.domain.signals.methods import CombiningMethod
from trimtab.domain.signals.metrics.periods import risk_free_per_period
from trimtab.domain.signals.strategies.panel import SignalPanel
from trimtab.domain.signals.strategies.ranges import refuse, whole
from trimtab.domain.signals.watching import Watch, part_of, unwatched

WALK_FORWARD: Final = "walk_forward"


@dataclass(frozen=True, slots=True)
class Trials:
    """What is tried.

    Attributes:
        methods: of combining, each once; of equal ones the first is chosen.
        folds: how many choices walking forward makes.
        n_trials: how many methods were tried altogether, where more than these.

    Raises:
        InvalidInput: with all that can't be.
    """

    methods: Sequence[CombiningMethod] = get_args(CombiningMethod)
    folds: int = 4
    n_trials: int | None = None

    def __post_init__(self) -> None:
        """Refuse what can't be."""
        known = get_args(CombiningMethod)
        problems = whole("folds", self.folds, least=1, most=MOST_FOLDS)
        if not self.methods or len(set(self.methods)) != len(self.methods) or set(self.methods) - set(known):
            said = f"methods is {', '.join(self.methods) or 'empty'}; give some of {', '.join(known)}, each once."
            problems.append(Problem("methods", said))
        if self.n_trials is not None:
            problems += whole("n_trials", self.n_trials, least=max(len(self.methods), 1), most=MOST_TRIALS)
        refuse(problems)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Methods beside each other, on the same days.

    Attributes:
        runs: by method.
        equal_weight: all symbols alike, over the same days.
        metrics: a row per metric; a column per method, then `walk_forward`, whose returns begin with the second part,
            and `equal_weight`, which is the benchmark of them all.
        deflated_sharpe: by method, the probability that its true ratio is above 0; NaN where it isn't defined.
        n_trials: how many methods count as tried.
        embargo_days: days before each part that no choice rests on.
        walk_forward: choices by their places among the methods.
    """

    runs: Mapping[str, Backtest]
    equal_weight: Backtest
    metrics: pd.DataFrame
    deflated_sharpe: "pd.Series[float]"
    n_trials: int
    embargo_days: int
    walk_forward: WalkForward

    @property
    def chosen(self) -> tuple[str, ...]:
        """The methods chosen for each part but the first."""
        methods = tuple(self.runs)
        return tuple(methods[place] for place in self.walk_forward.chosen)


def compare(
    prices: pd.DataFrame,
    panels: Sequence[SignalPanel],
    *,
    rules: Rules,
    trials: Trials,
    sectors: Mapping[str, str] | None = None,
    watch: Watch = unwatched,
) -> Comparison:
    """Runs every method with the same rules, and judges them.

    Args:
        prices: adjusted closes, dates ascending x symbols, NaN where there is none.
        panels: the signals of each strategy, of the same dates and symbols.
        rules: of all runs; their own method of combining doesn't matter.
        trials: what is tried.
        sectors: by symbol, needed where the constraints have `max_sector_weight`.
        watch: told how far it is; what it raises ends the work.

    Raises:
        InvalidInput: as `backtest`, or a range too short for the folds.
    """
    count = len(trials.methods) + 1
    runs: dict[str, Backtest] = {}
    for place, method in enumerate(trials.methods):
        run = backtest(
            prices,
            panels,
            rules=replace(rules, combining=method),
            sectors=sectors,
            watch=part_of(watch, place=place, count=count),
        )
        runs[method] = _sharing(run, runs)
    start = runs[trials.methods[0]].dates[0]
    beside = equal_weight(prices, rules=rules, start=start, watch=part_of(watch, place=count - 1, count=count))
    return _judged(
        runs,
        _sharing(beside, runs),
        rules=rules,
        trials=trials,
        embargo_days=max(panel.horizon_days for panel in panels),
    )


def _sharing(run: Backtest, others: Mapping[str, Backtest]) -> Backtest:
    """The run with the prices of the others, which are the same: they span the same days, and all are kept."""
    return next((replace(run, prices=other.prices) for other in others.values()), run)


def _judged(
    runs: Mapping[str, Backtest], beside: Backtest, *, rules: Rules, trials: Trials, embargo_days: int
) -> Comparison:
    returns = daily_returns(runs)
    walked = walk_forward(returns.to_numpy(), folds=trials.folds, embargo_days=embargo_days, risk_free=rules.risk_free)
    excess = returns - risk_free_per_period(rules.risk_free, returns, periods_per_year=252).item()
    n_trials = trials.n_trials or len(runs)
    return Comparison(
        runs,
        beside,
        _metrics(returns, walked, beside=beside, rules=rules),
        deflated_sharpe(excess, n_trials=n_trials, trial_sharpes=sharpes_per_period(excess)),
        n_trials,
        embargo_days,
        walked,
    )


def _metrics(returns: pd.DataFrame, walked: WalkForward, *, beside: Backtest, rules: Rules) -> pd.DataFrame:
    joined: FloatColumn = np.full(len(returns), np.nan)
    joined[-len(walked.returns) :] = walked.returns
    table = returns.assign(**{WALK_FORWARD: joined, EQUAL_WEIGHT: beside.returns})
    return metric_suite(table, risk_free=rules.risk_free, benchmark=table[EQUAL_WEIGHT])
