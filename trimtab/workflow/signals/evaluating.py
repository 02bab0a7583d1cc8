"""Each strategy alone over past days: what is told and kept of it."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.evaluation.strategy_evaluation import Evaluation as Evaluated
from trimtab.domain.signals.evaluation.strategy_evaluation import evaluate
from trimtab.domain.signals.watching import Watch
from trimtab.workflow.factors.tables import number, table
from trimtab.workflow.ports.results import Cell
from trimtab.workflow.ports.signal_records import PerformanceRow
from trimtab.workflow.ports.signal_requests import EvaluateStrategies
from trimtab.workflow.ports.signal_results import Evaluation, Recorded
from trimtab.workflow.signals.asking import Asked, Asking
from trimtab.workflow.signals.basing import basis_of, plain_rules
from trimtab.workflow.signals.figures import AGAINST, EQUAL_WEIGHT, benchmark_returns, figures_of, metrics_table
from trimtab.workflow.signals.performance_rows import strategy_rows
from trimtab.workflow.signals.run_tables import days
from trimtab.workflow.signals.sections import histogram_table

SIGNALS = ("strategy", "n_signals", "coverage", "buy_share", "sell_share", "mean_confidence")
DECAY = ("strategy", "horizon_days", "ic_mean", "t_stat", "n_dates")


def evaluated(
    asked: Asked, watch: Watch, *, request: EvaluateStrategies, asking: Asking
) -> tuple[Evaluation, tuple[PerformanceRow, ...]]:
    """The answer, and the rows to keep.

    Raises:
        InvalidInput: a range without prices, or in which no strategy has a signal.
    """
    rules = plain_rules(request)
    found = evaluate(asked.prices, asked.panels, rules=rules, horizons=request.horizons, watch=watch)
    if not found.strategies:
        raise InvalidInput(
            "No strategy has a signal in this range.",
            field="start_date",
            next_action="Ask for a longer range, or for symbols with a longer history.",
        )
    runs = {name: alone.run for name, alone in found.strategies.items()}
    benchmark = benchmark_returns(asked, asking, symbol=request.benchmark, run=found.equal_weight)
    beside = {**runs, EQUAL_WEIGHT: found.equal_weight}
    figures = _with_coefficient(figures_of(beside, benchmark=benchmark, risk_free=request.risk_free), found)
    return _told(asked, request, found=found, figures=figures), strategy_rows(
        asked, request, figures=figures, runs=runs
    )


def _with_coefficient(figures: pd.DataFrame, found: Evaluated) -> pd.DataFrame:
    """The figures with the information coefficient over each strategy's own horizon, and its t-statistic."""
    known = {name: alone.said.information_coefficient for name, alone in found.strategies.items()}
    added = pd.DataFrame(
        {name: {"ic_mean": each.mean, "ic_t_stat": each.t_stat} for name, each in known.items()},
        index=["ic_mean", "ic_t_stat"],
        columns=figures.columns,
    )
    return pd.concat([figures, added.astype(np.float64)])


def _told(asked: Asked, request: EvaluateStrategies, *, found: Evaluated, figures: pd.DataFrame) -> Evaluation:
    told = days(found.equal_weight.dates)
    return Evaluation(
        first_day=told[0],
        last_day=told[-1],
        n_days=len(told),
        metrics=metrics_table(figures),
        signals=table(SIGNALS, _signals(found)),
        decay=table(DECAY, _decay(found)),
        histogram=histogram_table({name: alone.said.histogram for name, alone in found.strategies.items()}),
        without_signal=found.without_signals,
        recorded=Recorded(kept=False),
        basis=basis_of(asked, notes=(AGAINST.format(request.benchmark or "equal weight"),)),
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
