"""`compute_signals`."""

from trimtab.domain.signals.methods import CombiningMethod
from trimtab.tools.context import ToolContext, signals_of
from trimtab.tools.definition import Definition, keeps_in_records
from trimtab.tools.factors.arguments import Day, fields
from trimtab.tools.signals.arguments import Parameters, Strategies, StrategyWeights, Symbols
from trimtab.tools.strict import check
from trimtab.workflow.ports.signal_requests import ComputeSignals
from trimtab.workflow.ports.signal_results import Signals


async def compute_signals(
    ctx: ToolContext,
    *,
    strategies: Strategies | None = None,
    parameters: Parameters | None = None,
    strategy_weights: StrategyWeights | None = None,
    symbols: Symbols | None = None,
    as_of: Day | None = None,
    combination_method: CombiningMethod = "weighted",
    include_indicators: bool = False,
) -> Signals:
    """The signals of one day, and what they come to together."""
    request = check(ComputeSignals, **fields(locals()))
    desk, caller = await signals_of(ctx)
    return await desk.signals(caller, request)


TOOL = Definition(
    function=compute_signals,
    toolset="signals",
    title="Alpha signals",
    description=(
        "Signals of one day (default the last with prices) by every installed strategy over all symbols: "
        "alpha_score from -1 (strong sell) to 1 (strong buy), confidence 0 to 1; and combined into one alpha "
        "per symbol, with conflict, the share of weight against it. A missing signal isn't a neutral one. "
        "basis.failed has strategies that gave nothing, basis.left_out symbols without usable prices. "
        "include_indicators adds what they rest on. A signal isn't evidence that it works: see "
        "evaluate_strategies. Never invent a signal."
    ),
    results=(Signals,),
    annotations=keeps_in_records(),
    rest="Ask for fewer symbols or strategies, or without indicators.",
)
