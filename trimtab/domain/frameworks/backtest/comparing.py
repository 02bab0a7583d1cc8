"""The modes of keeping a plan beside each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.errors import Problem
from trimtab.domain.frameworks.backtest.plan import Plan, unfit_mode
from trimtab.domain.frameworks.backtest.result import Run
from trimtab.domain.frameworks.backtest.simulating import simulate
from trimtab.domain.frameworks.methods import MODES, Mode
from trimtab.domain.signals.evaluation.suite import metric_suite
from trimtab.domain.signals.metrics.frames import Aligned, RiskFree
from trimtab.domain.signals.strategies.ranges import refuse

KEEPING: Final = ("n_executions", "turnover", "largest_turnover", "cost_value", "time_out_of_band")
"""What keeping a plan takes, beside what it returns."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Modes beside each other, on the same prices.

    Attributes:
        runs: by mode.
        metrics: a row per metric of time-weighted daily returns and a column per mode, as `metric_suite` has it.
        keeping: a row for each of `KEEPING` and a column per mode; turnover is that of all executions together, the
            first one included.
    """

    runs: Mapping[Mode, Run]
    metrics: pd.DataFrame
    keeping: pd.DataFrame


def side_by_side(
    prices: pd.DataFrame,
    plan: Plan,
    *,
    modes: Sequence[Mode] = MODES,
    risk_free: RiskFree = 0.0,
    benchmark: "Aligned | None" = None,
) -> Comparison:
    """Keeps a plan in several modes.

    Args:
        prices: as `simulate` takes them.
        plan: of all modes.
        modes: each once.
        risk_free: a rate per year as a fraction, or daily returns.
        benchmark: daily returns; what needs it is NaN without one.

    Raises:
        InvalidInput: as `simulate`, all that any of the modes lacks; no mode, or one twice.
    """
    problems = {problem.field: problem for mode in modes for problem in unfit_mode(plan, mode)}
    if not modes or len(set(modes)) != len(modes):
        said = f"modes is {', '.join(modes) or 'empty'}; give some of {', '.join(MODES)}, each once."
        problems["modes"] = Problem("modes", said)
    refuse(problems.values())
    runs: dict[Mode, Run] = {mode: simulate(prices, plan, mode=mode) for mode in modes}
    columns = {mode: pd.Series(run.returns, index=pd.DatetimeIndex(run.dates)) for mode, run in runs.items()}
    # A run that ends early has no returns on days that others have.
    returns = pd.DataFrame(columns).sort_index()
    metrics = metric_suite(returns, risk_free=risk_free, benchmark=benchmark)
    keeping = pd.DataFrame({mode: _keeping(run) for mode, run in runs.items()}, index=pd.Index(KEEPING, name="figure"))
    return Comparison(runs, metrics, keeping)


def _keeping(run: Run) -> list[float]:
    done = run.executions
    largest = float(np.fmax.reduce(done.turnover, initial=0.0))
    return [
        float(len(done.executed)),
        float(done.turnover.sum()),
        largest,
        float(done.cost_value.sum()),
        run.time_out_of_band,
    ]
