"""Each strategy alone over past days: what is told and kept of it."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.evaluation.daily_returns import EQUAL_WEIGHT
from trimtab.domain.signals.evaluation.strategy_evaluation import Evaluation as Evaluated
from trimtab.domain.signals.evaluation.strategy_evaluation import evaluate
from trimtab.domain.signals.watching import Watch, unwatched
from trimtab.workflow.factors.tables import number, table
from trimtab.workflow.ports.results import Cell
from trimtab.workflow.ports.signal_records import PerformanceRow
from trimtab.workflow.ports.signal_requests import EvaluateStrategies
from trimtab.workflow.ports.signal_results import Evaluation, Recorded
from trimtab.workflow.signals.asking import Asked
from trimtab.workflow.signals.basing import basis_of, plain_rules
from trimtab.workflow.signals.checking import in_the_requests_terms
from trimtab.workflow.signals.figures import Figures, against, benchmark_returns, figures_of
from trimtab.workflow.signals.performance_rows import strategy_rows
from trimtab.workflow.signals.run_tables import days
from trimtab.workflow.signals.sections import histogram_table

SIGNALS = ("strategy", "n_signals", "coverage", "buy_share", "sell_share", "mean_confidence")
DECAY = ("strategy", "horizon_days", "ic_mean", "t_stat", "n_dates")


def evaluated(
    asked: Asked, request: EvaluateStrategies, *, watch: Watch = unwatched
) -> tuple[Evaluation, tuple[PerformanceRow, ...]]:
    """The answer, and the rows to keep.

    Raises:
        InvalidInput: a range without prices, or in which no strategy has a signal.
    """
    rules = plain_rules(request)
    with in_the_requests_terms():
        found = evaluate(asked.prices, asked.panels, rules=rules, horizons=request.horizons, watch=watch)
    if not found.strategies:
        raise InvalidInput(
            "No strategy has a signal in this range.",
            field="start_date",
            next_action="Ask for a longer range, or for symbols with a longer history.",
        )
    runs = {name: alone.run for name, alone in found.strategies.items()}
    benchmark = benchmark_returns(asked, found.equal_weight)
    beside = {**runs, EQUAL_WEIGHT: found.equal_weight}
    figures = _with_coefficient(figures_of(beside, benchmark=benchmark, risk_free=request.risk_free), found)
    return _told(asked, request, found=found, figures=figures), strategy_rows(
        asked, request, figures=figures, runs=runs
    )


def _with_coefficient(figures: Figures, found: Evaluated) -> Figures:
    """The figures with the information coefficient over each strategy's own horizon, and its t-statistic."""
    known = {name: alone.said.information_coefficient for name, alone in found.strategies.items()}
    added = pd.DataFrame(
        {name: {"ic_mean": each.mean, "ic_t_stat": each.t_stat} for name, each in known.items()},
        index=["ic_mean", "ic_t_stat"],
        columns=figures.values.columns,
    )
    return replace(figures, values=pd.concat([figures.values, added.astype(np.float64)]))


def _told(asked: Asked, request: EvaluateStrategies, *, found: Evaluated, figures: Figures) -> Evaluation:
    told = days(found.equal_weight.dates)
    return Evaluation(
        first_day=told[0],
        last_day=told[-1],
        n_days=len(told),
        metrics=figures.table,
        signals=table(SIGNALS, _signals(found)),
        decay=table(DECAY, _decay(found)),
        histogram=histogram_table({name: alone.said.histogram for name, alone in found.strategies.items()}),
        strategies_without_signal=found.without_signals,
        recorded=Recorded(kept=False),
        basis=basis_of(asked, request, notes=against(asked, found.equal_weight)),
    )


def _signals(found: Evaluated) -> Iterator[tuple[Cell, ...]]:
    for name, alone in found.strategies.items():
        said = alone.said
        shares = (said.coverage, said.buy_share, said.sell_share, said.mean_confidence)
        yield (name, said.n_signals, *map(number, shares))


def _decay(found: Evaluated) -> Iterator[tuple[Cell, ...]]:
    for name, alone in found.strategies.items():
        for horizon, row in alone.said.decay.iterrows():
            yield name, int(str(horizon)), number(float(row["mean"])), number(float(row["t_stat"])), int(row["n_dates"])
