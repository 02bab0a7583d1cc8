"""A portfolio of strategies over past days: the runs of one request, and what is told and kept of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, get_args

import pandas as pd

from trimtab.domain.errors import InvalidInput
from trimtab.domain.factors.tickers import listed
from trimtab.domain.signals.backtest import Backtest, Rules, backtest, equal_weight
from trimtab.domain.signals.evaluation.comparing import Comparison, Trials, compare
from trimtab.domain.signals.methods import CombiningMethod
from trimtab.domain.signals.watching import Watch, parts_of
from trimtab.workflow.factors.tables import rounded, table
from trimtab.workflow.ports.signal_records import PerformanceRow
from trimtab.workflow.ports.signal_requests import BacktestPortfolio
from trimtab.workflow.ports.signal_results import Backtested, Recorded
from trimtab.workflow.signals.asking import Asked, Asking
from trimtab.workflow.signals.basing import basis_of, sized_rules
from trimtab.workflow.signals.comparing import comparison_told
from trimtab.workflow.signals.figures import (
    AGAINST,
    EQUAL_WEIGHT,
    PORTFOLIO,
    benchmark_returns,
    figures_of,
    metrics_table,
)
from trimtab.workflow.signals.performance_rows import portfolio_rows, run_id_of
from trimtab.workflow.signals.run_tables import contribution_rows, days, pending, unmet_rows
from trimtab.workflow.signals.sections import Sections

METHODS: Final = get_args(CombiningMethod)


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """The runs of one request, all over the same days: together, each strategy alone, equal weight, other methods."""

    together: Backtest
    alone: Mapping[str, Backtest]
    equal_weight: Backtest
    comparison: Comparison | None

    @property
    def beside(self) -> dict[str, Backtest]:
        """What stands beside the portfolio, by name."""
        return {**self.alone, EQUAL_WEIGHT: self.equal_weight}


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Metrics of the portfolio with what stands beside it, and of all methods where several were run."""

    beside: pd.DataFrame
    methods: pd.DataFrame | None

    def of_methods(self, asked_for: str) -> pd.DataFrame:
        """A column per method that was run."""
        if self.methods is None:
            return self.beside[[PORTFOLIO]].set_axis([asked_for], axis=1)
        return self.methods.drop(columns=[name for name in self.methods if name not in METHODS])


def backtested(
    asked: Asked, watch: Watch, *, request: BacktestPortfolio, asking: Asking
) -> tuple[Backtested, tuple[PerformanceRow, ...]]:
    """The answer, and the rows to keep.

    Raises:
        InvalidInput: contradicting constraints, a range without prices or signals, or too short for the folds.
    """
    rules = sized_rules(asked, request)
    runs = _runs(asked, request, rules=rules, watch=watch)
    benchmark = benchmark_returns(asked, asking, symbol=request.benchmark, run=runs.together)
    beside = figures_of({PORTFOLIO: runs.together, **runs.beside}, benchmark=benchmark, risk_free=request.risk_free)
    figures = Figures(beside, _method_figures(runs, request, benchmark=benchmark))
    kept = portfolio_rows(asked, request, figures=figures.of_methods(request.combination_method), run=runs.together)
    return _told(asked, request, runs=runs, rules=rules, figures=figures), kept


def _runs(asked: Asked, request: BacktestPortfolio, *, rules: Rules, watch: Watch) -> Runs:
    many = len(METHODS) + 1 if request.compare else 1
    whole, *each, last = parts_of(watch, many, *(1 for _ in asked.panels), 1)
    comparison = None
    if request.compare:
        trials = Trials(folds=request.folds, n_trials=request.n_trials)
        comparison = compare(asked.prices, asked.panels, rules=rules, trials=trials, sectors=asked.sectors, watch=whole)
        together = comparison.runs[request.combination_method]
    else:
        together = backtest(asked.prices, asked.panels, rules=rules, sectors=asked.sectors, watch=whole)
    since = replace(rules, start=together.dates[0].item())
    alone = dict(_alone(asked, since, watches=each))
    return Runs(together, alone, equal_weight(asked.prices, rules=since, watch=last), comparison)


def _alone(asked: Asked, rules: Rules, *, watches: Sequence[Watch]) -> Iterator[tuple[str, Backtest]]:
    """Each strategy by itself; one without a signal in the range has no run."""
    for panel, watch in zip(asked.panels, watches, strict=True):
        try:
            own = replace(rules, weights={})
            yield panel.strategy, backtest(asked.prices, [panel], rules=own, sectors=asked.sectors, watch=watch)
        except InvalidInput:
            continue


def _method_figures(
    runs: Runs, request: BacktestPortfolio, *, benchmark: "pd.Series[float] | None"
) -> pd.DataFrame | None:
    """All metrics of each method's run, where several were run."""
    if runs.comparison is None:
        return None
    beside = {**runs.comparison.runs, EQUAL_WEIGHT: runs.equal_weight}
    return figures_of(beside, benchmark=benchmark, risk_free=request.risk_free)


def _told(asked: Asked, request: BacktestPortfolio, *, runs: Runs, rules: Rules, figures: Figures) -> Backtested:
    run, decisions = runs.together, runs.together.decisions
    compared = runs.comparison
    told = days(run.dates)
    return Backtested(
        run_id=run_id_of(asked, request),
        first_day=told[0],
        last_day=told[-1],
        n_days=len(told),
        combination_method=request.combination_method,
        allocation_method=request.allocation_method,
        final_value=rounded(float(run.equity[-1])),
        metrics=metrics_table(figures.beside),
        contributions=table(("source", "value", "contribution"), contribution_rows(run)),
        n_decisions=len(decisions.decided),
        n_trades=len(run.trades.day),
        cost_value=rounded(float(run.trades.cost_value.sum())),
        untraded=int(decisions.untraded.sum()),
        without_estimate=int(decisions.without_estimate.sum()),
        ruined_on=None if run.ruined is None else told[run.ruined],
        unmet=table(("day", "field", "message"), unmet_rows(run)),
        pending=pending(run),
        comparison=None
        if compared is None or figures.methods is None
        else comparison_told(compared, figures.methods, risk_free=request.risk_free),
        recorded=Recorded(kept=False),
        basis=basis_of(asked, notes=_notes(asked, request, runs=runs)),
        **Sections(asked, request, run=run, rules=rules).told(runs.beside),
    )


def _notes(asked: Asked, request: BacktestPortfolio, *, runs: Runs) -> tuple[str, ...]:
    notes = [AGAINST.format(request.benchmark or "equal weight")]
    silent = [panel.strategy for panel in asked.panels if panel.strategy not in runs.alone]
    if silent:
        notes.append(f"Without a signal in the range: {listed(silent)}.")
    return tuple(notes)
