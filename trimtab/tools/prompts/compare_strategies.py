"""`compare_strategies`."""

from typing import Final

from trimtab.prompts import contexts
from trimtab.tools.context import ToolContext, signals_of
from trimtab.tools.prompts.definition import PromptDefinition
from trimtab.tools.prompts.facts import facts
from trimtab.tools.prompts.signal_facts import COMPLETES, OfStrategies, column, count, rounded, rounded_all, scope
from trimtab.tools.strict import check
from trimtab.workflow.ports.results import Result, Table
from trimtab.workflow.ports.signal_requests import BacktestPortfolio, EvaluateStrategies
from trimtab.workflow.ports.signal_results import Backtested, BrokenStrategy, Comparison, Evaluation

LEAST_T: Final = 2.0
LEAST_DEFLATED: Final = 0.95
"""The template has both in words."""


class CompareStrategies(OfStrategies):
    """Which strategies to compare, over which symbols."""


class Judging(Result):
    """What of both answers the judge needs."""

    alone: Table
    signals: Table
    decay: Table
    methods: Table
    deflated: Table
    walk_forward: Table
    joined: dict[str, float | None]
    contributions: Table
    n_trades: int
    cost_value: float
    failed: tuple[BrokenStrategy, ...]
    notes: tuple[str, ...]
    market: str


async def compare_strategies(ctx: ToolContext, asked: CompareStrategies) -> contexts.CompareStrategies:
    """Each strategy alone, and all of them together by every method."""
    evaluating = check(EvaluateStrategies, **scope(asked))
    backtesting = check(BacktestPortfolio, compare=True, **scope(asked))
    desk, caller = await signals_of(ctx)
    alone = await desk.evaluate(caller, evaluating)
    together = await desk.backtest(caller, backtesting)
    comparison = together.comparison
    assert comparison is not None, "a comparison was asked for"
    coefficients = column(alone.decay, "t_stat")
    deflated = column(comparison.deflated, "deflated_sharpe")
    return contexts.CompareStrategies(
        strategies=len(alone.basis.strategies),
        symbols=alone.basis.n_symbols,
        first_day=together.first_day,
        last_day=together.last_day,
        n_days=together.n_days,
        n_decisions=together.n_decisions,
        cadence=backtesting.cadence,
        lag_days=backtesting.lag_days,
        cost_bps=f"{backtesting.cost_bps:g}",
        coefficients=len(coefficients),
        indistinct=count(coefficients, lambda t_stat: abs(t_stat) < LEAST_T),
        methods=len(deflated),
        unproven=count(deflated, lambda probability: probability <= LEAST_DEFLATED),
        n_trials=comparison.n_trials,
        failed=len(alone.basis.failed),
        left_out=len(alone.basis.left_out.rows),
        facts=facts(_judging(alone, together, comparison=comparison)),
    )


def _judging(alone: Evaluation, together: Backtested, *, comparison: Comparison) -> Judging:
    return Judging(
        alone=rounded(alone.metrics),
        signals=rounded(alone.signals),
        decay=rounded(alone.decay),
        methods=rounded(comparison.metrics),
        deflated=rounded(comparison.deflated),
        walk_forward=rounded(comparison.walk_forward),
        joined=rounded_all(comparison.joined),
        contributions=rounded(together.contributions),
        n_trades=together.n_trades,
        cost_value=round(together.cost_value, 2),
        failed=alone.basis.failed,
        notes=tuple(dict.fromkeys((*alone.basis.notes, *together.basis.notes))),
        market=alone.basis.market,
    )


PROMPT = PromptDefinition(
    function=compare_strategies,
    arguments=CompareStrategies,
    toolset="signals",
    title="Compare strategies",
    description=(
        "Judges which strategy or combination can be relied on, after costs: what its signals were worth, how sure "
        "that is, and what is weak. Evaluates and backtests them, which takes a while."
    ),
    completes=COMPLETES,
)
