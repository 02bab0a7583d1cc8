"""The metrics of several runs over the same days, beside a benchmark where there is one."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.signals.backtest import Backtest
from trimtab.domain.signals.evaluation.daily_returns import daily_returns
from trimtab.domain.signals.evaluation.strategy_evaluation import turnover_and_holding_period
from trimtab.domain.signals.evaluation.suite import metric_suite
from trimtab.workflow.factors.tables import number, table
from trimtab.workflow.ports.results import Table
from trimtab.workflow.signals.asking import Asked, Asking

EQUAL_WEIGHT: Final = "equal_weight"
PORTFOLIO: Final = "portfolio"
OF_WEIGHTS: Final = ("turnover", "average_holding_period")
AGAINST: Final = "Beta, tracking error and information ratio are against {}."


def figures_of(runs: Mapping[str, Backtest], *, benchmark: "pd.Series[float] | None", risk_free: float) -> pd.DataFrame:
    """A row per metric and a column per run, and one for the benchmark under its own name.

    Beta, tracking error and information ratio are against the benchmark; without one against equal weight, if that is
    among the runs. Turnover and holding period are per decision.
    """
    returns = daily_returns(runs)
    if benchmark is not None:
        returns[str(benchmark.name)] = benchmark
    beside = str(benchmark.name) if benchmark is not None else EQUAL_WEIGHT
    found = metric_suite(returns, risk_free=risk_free, benchmark=returns.get(beside), periods_per_year=252)
    of_weights = pd.DataFrame(
        {name: dict(zip(OF_WEIGHTS, turnover_and_holding_period(run), strict=True)) for name, run in runs.items()},
        columns=found.columns,
        index=OF_WEIGHTS,
    )
    return pd.concat([found, of_weights])


def metrics_table(figures: pd.DataFrame) -> Table:
    """The figures as a table, undefined ones null."""
    rows = (
        (metric, *(number(float(value)) for value in row))
        for metric, row in zip(figures.index, figures.to_numpy(), strict=True)
    )
    return table(("metric", *map(str, figures.columns)), rows)


def column(figures: pd.DataFrame, name: str) -> dict[str, float | None]:
    """One run's metrics by name, undefined ones None."""
    return {str(metric): number(float(value)) for metric, value in figures[name].items()}


def benchmark_returns(asked: Asked, asking: Asking, *, symbol: str | None, run: Backtest) -> "pd.Series[float] | None":
    """Daily returns of the benchmark on the run's days, of its last prices so far; NaN before its first."""
    if symbol is None:
        return None
    quoted = asking.quoted(asked.material, (symbol,)).prices
    days = pd.DatetimeIndex(run.dates).as_unit("ns")
    if symbol not in quoted.columns:
        return pd.Series(np.full(len(days), np.nan), index=days, name=symbol)
    known = quoted[symbol].reindex(quoted.index.union(days)).ffill().reindex(days)
    returns = known.pct_change(fill_method=None)
    if len(returns) and np.isfinite(known.iloc[0]):
        returns.iloc[0] = 0.0  # nothing is held before the first close
    return returns.rename(symbol)
