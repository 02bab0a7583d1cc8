"""`allocate_capital`."""

from trimtab.domain.signals.methods import CombiningMethod, SizingMethod
from trimtab.tools.context import ToolContext, signals_of
from trimtab.tools.definition import Definition, keeps_in_records
from trimtab.tools.factors.arguments import Count, Day, fields
from trimtab.tools.signals.arguments import Held, Number, Parameters, Strategies, StrategyWeights, Symbols
from trimtab.tools.strict import check
from trimtab.workflow.ports.signal_requests import AllocateCapital
from trimtab.workflow.ports.signal_results import Allocated


async def allocate_capital(
    ctx: ToolContext,
    *,
    total_capital: Number,
    strategies: Strategies | None = None,
    parameters: Parameters | None = None,
    strategy_weights: StrategyWeights | None = None,
    symbols: Symbols | None = None,
    as_of: Day | None = None,
    held: Held | None = None,
    combination_method: CombiningMethod = "weighted",
    allocation_method: SizingMethod = "proportional",
    estimate_days: Count = 252,
    kelly_fraction: Number = 0.5,
    kelly_cap: Number = 0.25,
    risk_free: Number = 0.0,
    max_position_weight: Number | None = None,
    max_sector_weight: Number | None = None,
    min_positions: Count = 0,
    max_turnover: Number | None = None,
    min_trade_weight: Number = 0.0,
    long_only: bool = True,
    gross_limit: Number = 1.0,
) -> Allocated:
    """Weights and values for one day."""
    request = check(AllocateCapital, **fields(locals()))
    desk, caller = await signals_of(ctx)
    return await desk.allocate(caller, request)


TOOL = Definition(
    function=allocate_capital,
    toolset="signals",
    title="Capital by signals",
    description=(
        "Target weights from the combined signals of one day (default the last with prices), within the limits "
        "given. Weights are fractions of total_capital, below 0 sold short; with cash they sum to 1. trade_value buy > "
        "0, sell < 0. unmet: limits not kept. Nothing is ordered. Never invent a weight."
    ),
    results=(Allocated,),
    annotations=keeps_in_records(),
    rest="Ask for fewer symbols, or larger positions by min_trade_weight.",
)
