"""The metrics of several runs over the same days, beside a benchmark where there is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.signals.backtest import Backtest
from trimtab.domain.signals.evaluation.daily_returns import EQUAL_WEIGHT, daily_returns
from trimtab.domain.signals.evaluation.strategy_evaluation import turnover_and_holding_period
from trimtab.domain.signals.evaluation.suite import metric_suite
from trimtab.workflow.factors.tables import number, table
from trimtab.workflow.ports.results import Cell, Table
from trimtab.workflow.signals.asking import Asked

PORTFOLIO: Final = "portfolio"
OF_WEIGHTS: Final = ("turnover", "average_holding_period")
AGAINST: Final = "Beta, tracking error and information ratio are against {}."


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Metrics of several runs.

    Attributes:
        values: a row per metric and a column per run, and one for the benchmark under its own name.
        spans: the first day and the number of days of every column: runs end together, and begin when each can.
    """

    values: pd.DataFrame
    spans: Mapping[str, tuple[str | None, int]]

    @property
    def table(self) -> Table:
        """As a table, undefined ones null; above them the days that each column is of."""
        names = [str(name) for name in self.values.columns]
        spans = [self.spans[name] for name in names]
        head: list[tuple[Cell, ...]] = [
            ("first_day", *(first for first, _ in spans)),
            ("n_days", *(count for _, count in spans)),
        ]
        rows = (
            (metric, *(number(float(value)) for value in row))
            for metric, row in zip(self.values.index, self.values.to_numpy(), strict=True)
        )
        return table(("metric", *names), [*head, *rows])

    def of(self, name: str) -> dict[str, float | None]:
        """One column's metrics by name, undefined ones None."""
        return {str(metric): number(float(value)) for metric, value in self.values[name].items()}


def figures_of(runs: Mapping[str, Backtest], *, benchmark: "pd.Series[float] | None", risk_free: float) -> Figures:
    """The metrics of these runs, and of the benchmark.

    Beta, tracking error and information ratio are against the benchmark; without one against equal weight, if that is
    among the runs. Turnover and holding period are per decision.
    """
    returns = daily_returns(runs)
    spans: dict[str, tuple[str | None, int]] = {
        name: (run.dates[0].item().isoformat(), len(run.dates)) for name, run in runs.items()
    }
    if benchmark is not None:
        known = benchmark.dropna()
        returns[str(benchmark.name)] = benchmark
        spans[str(benchmark.name)] = (known.index[0].date().isoformat() if len(known) else None, len(known))
    beside = str(benchmark.name) if benchmark is not None else EQUAL_WEIGHT
    found = metric_suite(returns, risk_free=risk_free, benchmark=returns.get(beside), periods_per_year=252)
    of_weights = pd.DataFrame(
        {name: dict(zip(OF_WEIGHTS, turnover_and_holding_period(run), strict=True)) for name, run in runs.items()},
        columns=found.columns,
        index=OF_WEIGHTS,
    )
    return Figures(pd.concat([found, of_weights]), spans)


def against(asked: Asked, run: Backtest) -> tuple[str, ...]:
    """What beta and its like are against, and since when that has no prices any more."""
    if asked.benchmark is None:
        return (AGAINST.format("equal weight"),)
    name, last = str(asked.benchmark.name), str(asked.benchmark.last_valid_index())[:10]
    if last < str(run.dates[-1]) or asked.benchmark.isna().all():
        return AGAINST.format(
            name
        ), f"{name} has no price up to the end of the range; its figures end with its last one."
    return (AGAINST.format(name),)


def benchmark_returns(asked: Asked, run: Backtest) -> "pd.Series[float] | None":
    """Daily returns of the benchmark on the run's days, of its last prices so far; None where there is no benchmark.

    NaN before its first price, and after its last one: a market that nobody quotes doesn't stand still.
    """
    if asked.benchmark is None:
        return None
    days = pd.DatetimeIndex(run.dates).as_unit("ns")
    own = asked.benchmark.dropna()
    known = own.reindex(own.index.union(days)).ffill().reindex(days)
    known[days > own.index[-1] if len(own) else np.ones(len(days), dtype=np.bool_)] = np.nan
    returns = known.pct_change(fill_method=None)
    if len(returns) and np.isfinite(known.iloc[0]):
        returns.iloc[0] = 0.0  # nothing is held before the first close
    return returns.rename(str(asked.benchmark.name))
