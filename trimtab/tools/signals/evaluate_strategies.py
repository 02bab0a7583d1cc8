"""`evaluate_strategies`."""

from typing import Annotated

from pydantic import Field

from trimtab.domain.signals.methods import Cadence
from trimtab.tools.context import ToolContext, progress_of, signals_of
from trimtab.tools.definition import Definition, keeps_in_records
from trimtab.tools.factors.arguments import Count, Day, fields
from trimtab.tools.signals.arguments import Number, Parameters, Strategies, StrategyWeights, Symbol, Symbols
from trimtab.tools.strict import check
from trimtab.workflow.ports.signal_requests import EvaluateStrategies
from trimtab.workflow.ports.signal_results import Evaluation


async def evaluate_strategies(
    ctx: ToolContext,
    *,
    strategies: Strategies | None = None,
    parameters: Parameters | None = None,
    strategy_weights: StrategyWeights | None = None,
    symbols: Symbols | None = None,
    start_date: Day | None = None,
    end_date: Day | None = None,
    cadence: Cadence = "monthly",
    lag_days: Count = 1,
    cost_bps: Number = 5.0,
    initial_capital: Number = 1_000_000.0,
    benchmark: Symbol | None = None,
    horizons: Annotated[tuple[Count, ...], Field(description="Days")] = (1, 5, 10, 21, 63),
    risk_free: Number = 0.0,
    long_only: bool = True,
) -> Evaluation:
    """Each strategy alone, over past days."""
    request = check(EvaluateStrategies, **fields(locals()))
    desk, caller = await signals_of(ctx)
    return await desk.evaluate(caller, request, progress=progress_of(ctx))


TOOL = Definition(
    function=evaluate_strategies,
    toolset="signals",
    title="Evaluation of strategies",
    description=(
        "What each strategy's signals were worth over past days, alone: decay (mean information coefficient by "
        "horizon, its t_stat, n_dates), coverage and shares of buys and sells, a histogram of alphas, and the metrics "
        "of its portfolio after costs beside equal_weight, each from its own first_day. Trades follow a decision "
        "lag_days later. Returns and rates are fractions, turnover per decision. A |t_stat| below 2 or few n_dates is "
        "no evidence. Never invent a figure."
    ),
    results=(Evaluation,),
    annotations=keeps_in_records(),
    rest="Ask for fewer strategies, symbols or horizons.",
)
