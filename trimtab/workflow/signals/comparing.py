"""All combination methods on the same data, as part of a backtest's answer."""

from collections.abc import Iterator

import pandas as pd

from trimtab.domain.signals.evaluation.comparing import WALK_FORWARD, Comparison
from trimtab.domain.signals.metrics import sharpe, total_return
from trimtab.workflow.factors.tables import number, table
from trimtab.workflow.ports import signal_results as answer
from trimtab.workflow.ports.results import Cell
from trimtab.workflow.signals.figures import Figures
from trimtab.workflow.signals.run_tables import days


def comparison_told(found: Comparison, figures: Figures, *, risk_free: float) -> answer.Comparison:
    """What the comparison says; `figures` are all metrics of the methods' runs."""
    ratios = {name: figures.of(name)["sharpe"] for name in found.runs}
    return answer.Comparison(
        n_trials=found.n_trials,
        metrics=figures.table,
        deflated=table(
            ("method", "sharpe_ratio", "deflated_sharpe"),
            ((method, ratios[method], number(float(found.deflated_sharpe[method]))) for method in found.runs),
        ),
        walk_forward=table(
            ("fold", "first_day", "last_day", "chosen", "informed", "total_return", "sharpe_ratio"),
            _folds(found, risk_free=risk_free),
        ),
        joined={str(metric): number(float(value)) for metric, value in found.metrics[WALK_FORWARD].items()},
    )


def _folds(found: Comparison, *, risk_free: float) -> Iterator[tuple[Cell, ...]]:
    """A row per choice, with what the chosen method earned in its part."""
    told = days(next(iter(found.runs.values())).dates)
    walked = found.walk_forward
    for place, (split, method) in enumerate(zip(walked.splits, found.chosen, strict=True)):
        returns = pd.Series(found.runs[method].returns[split.test])
        yield (
            place + 1,
            told[split.test.start],
            told[split.test.stop - 1],
            method,
            bool(walked.informed[place]),
            number(total_return(returns)),
            number(sharpe(returns, risk_free=risk_free)),
        )
