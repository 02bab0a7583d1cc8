"""A portfolio of strategies over past days: the runs of one request, and what is told and kept of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, get_args

from trimtab.domain.factors.tickers import listed
from trimtab.domain.signals.backtest import Backtest, Rules, backtest, equal_weight
from trimtab.domain.signals.evaluation.comparing import Comparison, Trials, compare
from trimtab.domain.signals.evaluation.daily_returns import EQUAL_WEIGHT
from trimtab.domain.signals.methods import CombiningMethod
from trimtab.domain.signals.watching import Watch, parts_of, unwatched
from trimtab.workflow.factors.tables import table
from trimtab.workflow.ports import signal_results as answers
from trimtab.workflow.ports.signal_records import PerformanceRow
from trimtab.workflow.ports.signal_requests import BacktestPortfolio
from trimtab.workflow.ports.signal_results import Backtested, Recorded
from trimtab.workflow.signals.asking import Asked
from trimtab.workflow.signals.basing import basis_of, sized_rules
from trimtab.workflow.signals.checking import in_the_requests_terms, refuse_idle
from trimtab.workflow.signals.comparing import comparison_told
from trimtab.workflow.signals.figures import PORTFOLIO, Figures, against, benchmark_returns, figures_of
from trimtab.workflow.signals.noting import sector_notes, trading_notes
from trimtab.workflow.signals.performance_rows import portfolio_rows
from trimtab.workflow.signals.run_tables import contribution_rows, days, in_money, pending, stuck, unmet_rows
from trimtab.workflow.signals.sections import Sections

METHODS: Final = get_args(CombiningMethod)


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """The runs of one request, which end together: all strategies, each alone, equal weight, other methods."""

    together: Backtest
    alone: Mapping[str, Backtest]
    equal_weight: Backtest
    comparison: Comparison | None

    @property
    def beside(self) -> dict[str, Backtest]:
        """What stands beside the portfolio, by name."""
        return {**self.alone, EQUAL_WEIGHT: self.equal_weight}

    def by_method(self, request: BacktestPortfolio) -> dict[str, Backtest]:
        """The portfolio under its combination method, or all methods where they were compared."""
        if self.comparison is None:
            return {request.combination_method: self.together}
        return {str(method): run for method, run in self.comparison.runs.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Metrics of the portfolio with what stands beside it, and of all methods where several were run."""

    beside: Figures
    methods: Figures | None


def backtested(
    asked: Asked, request: BacktestPortfolio, *, watch: Watch = unwatched
) -> tuple[Backtested, tuple[PerformanceRow, ...]]:
    """The answer, and the rows to keep.

    Raises:
        InvalidInput: contradicting constraints, a range without prices or signals, or too short for the folds.
    """
    refuse_idle(request)
    rules = sized_rules(asked, request)
    with in_the_requests_terms():
        runs = _runs(asked, request, rules=rules, watch=watch)
    benchmark = benchmark_returns(asked, runs.together)
    figures = partial(figures_of, benchmark=benchmark, risk_free=request.risk_free)
    measured = Measured(figures({PORTFOLIO: runs.together, **runs.beside}), _of_methods(runs, figures))
    kept = _kept(asked, request, runs=runs, measured=measured)
    run_id = next(row.run_id for row in kept if row.subject == request.combination_method)
    notes = _notes(asked, request, runs=runs, rules=rules)
    sections = Sections(asked, request, run=runs.together, rules=rules).told(runs.beside)
    answer = Backtested(
        run_id=run_id,
        recorded=Recorded(kept=False),
        basis=basis_of(asked, request, notes=notes),
        comparison=_compared(runs, request, measured=measured),
        **_told(runs.together, asked, request=request, measured=measured),
        **sections,
    )
    return answer, kept


def _kept(asked: Asked, request: BacktestPortfolio, *, runs: Runs, measured: Measured) -> tuple[PerformanceRow, ...]:
    """A row per combination method that was run."""
    if runs.comparison is None or measured.methods is None:
        own = measured.beside.of(PORTFOLIO)
        return portfolio_rows(asked, request, found={request.combination_method: own}, runs=runs.by_method(request))
    found = {method: measured.methods.of(method) for method in METHODS}
    return portfolio_rows(asked, request, found=found, runs=runs.by_method(request))


def _of_methods(runs: Runs, figures: Callable[[Mapping[str, Backtest]], Figures]) -> Figures | None:
    if runs.comparison is None:
        return None
    return figures({**runs.comparison.runs, EQUAL_WEIGHT: runs.equal_weight})


def _runs(asked: Asked, request: BacktestPortfolio, *, rules: Rules, watch: Watch) -> Runs:
    """Where methods are compared, equal weight is among what was run for that."""
    many, one_more = (len(METHODS) + 1, 0) if request.compare else (1, 1)
    whole, *each, last = parts_of(watch, many, *(1 for _ in asked.panels), one_more)
    if request.compare:
        trials = Trials(folds=request.folds, n_trials=request.n_trials)
        found = compare(asked.prices, asked.panels, rules=rules, trials=trials, sectors=asked.sectors, watch=whole)
        together = found.runs[request.combination_method]
        alone = dict(_alone(asked, _since(rules, together), watches=each))
        return Runs(together, alone, found.equal_weight, found)
    together = backtest(asked.prices, asked.panels, rules=rules, sectors=asked.sectors, watch=whole)
    since = _since(rules, together)
    alone = dict(_alone(asked, since, watches=each))
    return Runs(together, alone, equal_weight(asked.prices, rules=since, watch=last), None)


def _since(rules: Rules, run: Backtest) -> Rules:
    """The rules from the first day of a run on."""
    return replace(rules, start=run.dates[0].item())


def _alone(asked: Asked, rules: Rules, *, watches: Sequence[Watch]) -> Iterator[tuple[str, Backtest]]:
    """Each strategy by itself; one without a signal in the range has no run."""
    own, first = replace(rules, weights={}), str(rules.start)
    last = None if rules.end is None else str(rules.end)
    for panel, watch in zip(asked.panels, watches, strict=True):
        if panel.alpha.loc[first:last].notna().any(axis=None):
            yield panel.strategy, backtest(asked.prices, [panel], rules=own, sectors=asked.sectors, watch=watch)


def _compared(runs: Runs, request: BacktestPortfolio, *, measured: Measured) -> answers.Comparison | None:
    if runs.comparison is None or measured.methods is None:
        return None
    return comparison_told(runs.comparison, measured.methods, risk_free=request.risk_free)


def _told(run: Backtest, asked: Asked, *, request: BacktestPortfolio, measured: Measured) -> dict[str, Any]:
    """The fields that are of the portfolio's own run."""
    decisions, told = run.decisions, days(run.dates)
    return {
        "first_day": told[0],
        "last_day": told[-1],
        "n_days": len(told),
        "combination_method": request.combination_method,
        "allocation_method": request.allocation_method,
        "final_value": in_money(float(run.equity[-1])),
        "metrics": measured.beside.table,
        "contributions": table(("source", "value", "contribution"), contribution_rows(run)),
        "n_decisions": len(decisions.decided),
        "n_trades": len(run.trades.day),
        "cost_value": in_money(float(run.trades.cost_value.sum())),
        "untraded": int(decisions.untraded.sum()),
        "without_estimate": int(decisions.without_estimate.sum()),
        "ruined_on": None if run.ruined is None else told[run.ruined],
        "unmet": table(("day", "field", "message"), unmet_rows(run)),
        "pending": pending(run),
        "stuck": stuck(run, asked.quoted.last_days),
    }


def _notes(asked: Asked, request: BacktestPortfolio, *, runs: Runs, rules: Rules) -> tuple[str, ...]:
    notes = [
        *against(asked, runs.together),
        *sector_notes(asked, request),
        *trading_notes(runs.together, rules),
    ]
    silent = [panel.strategy for panel in asked.panels if panel.strategy not in runs.alone]
    if silent:
        notes.append(f"Without a signal in the range: {listed(silent)}.")
    return tuple(notes)
