"""`backtest_portfolio`."""

from typing import Annotated

from pydantic import Field

from trimtab.domain.signals.methods import Cadence, CombiningMethod, SizingMethod
from trimtab.tools.context import ToolContext, progress_of, signals_of
from trimtab.tools.definition import Definition, keeps_in_records
from trimtab.tools.factors.arguments import Count, Day, Names, fields
from trimtab.tools.signals.arguments import Number, Parameters, Strategies, StrategyWeights, Symbol, Symbols
from trimtab.tools.signals.section_fitting import fitting_backtest
from trimtab.tools.strict import check
from trimtab.workflow.ports.signal_requests import BacktestPortfolio
from trimtab.workflow.ports.signal_results import Backtested

_SECTIONS = "More to show: equity, weights, trades, contributions, scatter, histogram, confidence"


async def backtest_portfolio(
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
    compare: Annotated[bool, Field(description="All combination methods, walk-forward")] = False,
    folds: Count = 4,
    n_trials: Annotated[Count, Field(description="Variants tried in all")] | None = None,
    sections: Annotated[Names, Field(description=_SECTIONS)] | None = None,
    max_rows: Annotated[Count, Field(description="Per section")] = 250,
) -> Backtested:
    """All strategies together, over past days."""
    request = check(BacktestPortfolio, **fields(locals()))
    desk, caller = await signals_of(ctx)
    return fitting_backtest(await desk.backtest(caller, request, progress=progress_of(ctx)))


TOOL = Definition(
    function=backtest_portfolio,
    toolset="signals",
    title="Backtest of a portfolio",
    description=(
        "Trades all strategies together over past days, as decided at each cadence, executed lag_days later, after "
        "costs; metrics beside each strategy alone and equal_weight, and contributions, which sum to the total "
        "return. compare runs every combination method: deflated_sharpe corrects for how many were tried; 0.95 or "
        "less is no evidence, nor is the best plain Sharpe ratio, nor are few days or a gain like equal_weight's. "
        "Returns, weights, drawdowns are fractions, turnover per decision; *_value money. Never invent a figure."
    ),
    results=(Backtested,),
    annotations=keeps_in_records(),
    rest="Ask for one section at a time, a lower max_rows, fewer symbols, or a shorter range.",
)
