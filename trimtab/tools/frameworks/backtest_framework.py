"""`backtest_framework`."""

from typing import Annotated

from pydantic import Field

from trimtab.domain.frameworks.methods import MODES
from trimtab.tools.context import ToolContext, frameworks_of, progress_of
from trimtab.tools.definition import Definition, reads
from trimtab.tools.factors.arguments import Count, Names
from trimtab.tools.frameworks.arguments import Fields, Framework, FrameworkId, asked
from trimtab.tools.frameworks.backtest_fitting import fitting_backtest
from trimtab.workflow.ports.framework_requests import BacktestFramework
from trimtab.workflow.ports.framework_results import FrameworkBacktest

_RUN = (
    "{start_date, end_date, cadence, absolute_band_bps, relative_band_pct, lag_days, cost_bps, initial_capital, "
    "flows: [{date, amount}], benchmark, risk_free, products: {path: code}}"
)


async def backtest_framework(
    ctx: ToolContext,
    *,
    framework_id: FrameworkId | None = None,
    version: Count | None = None,
    framework: Framework | None = None,
    portfolio_id: str | None = None,
    modes: tuple[str, ...] = MODES,
    run: Annotated[Fields, Field(description=_RUN)] | None = None,
    sections: Annotated[Names, Field(description="equity, trades, contributions")] | None = None,
    max_rows: Count = 250,
) -> FrameworkBacktest:
    """Modes of keeping a framework, side by side."""
    request = asked(BacktestFramework, locals())
    desk, caller = await frameworks_of(ctx)
    return fitting_backtest(await desk.backtest(caller, request, progress=progress_of(ctx)))


TOOL = Definition(
    function=backtest_framework,
    toolset="frameworks",
    title="Backtest of a framework",
    description=(
        "A framework or accepted portfolio kept over past days in several modes, after costs: metrics, turnover, time "
        "out of band, contributions (fractions). Few days or small differences are no evidence. Never invent a figure."
    ),
    results=(FrameworkBacktest,),
    annotations=reads(),
    rest="Ask for one section at a time, a lower max_rows, or a shorter range.",
)
