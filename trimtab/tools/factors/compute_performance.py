"""`compute_performance`."""

from typing import Annotated

from pydantic import Field

from trimtab.tools.context import ToolContext, factors_of
from trimtab.tools.definition import Definition, reads
from trimtab.tools.factors.arguments import Count, Day, Names, Tickers, Weights, fields
from trimtab.tools.factors.matrix_fitting import PLAIN_FIELD
from trimtab.tools.factors.shaping import shown_performance
from trimtab.tools.strict import check
from trimtab.workflow.ports.factor_requests import ComputePerformance, Format, Granularity
from trimtab.workflow.ports.factor_results import Performance
from trimtab.workflow.ports.reference import WeightingMethod

_CUSTOM = "{composite: {ticker: weight}}, each summing to 1; for the method custom"


async def compute_performance(
    ctx: ToolContext,
    *,
    start_date: Day | None = None,
    end_date: Day | None = None,
    factor_universe: Tickers | None = None,
    factor_categories: Names | None = None,
    asset_class_filters: Names | None = None,
    min_observations: Count | None = None,
    benchmark: Annotated[str, Field(description="Of beta; default SPY")] | None = None,
    industry_granularity: Granularity = "group",
    include_profiles: bool = True,
    include_macro_composite_performance: bool = True,
    include_factor_composite_performance: bool = True,
    composite_weighting_method: Annotated[WeightingMethod, Field(description="cap: by assets")] = "equal",
    composite_max_per_group: Count | None = None,
    custom_weights: Annotated[Weights, Field(description=_CUSTOM)] | None = None,
    factor_groups: Annotated[Names, Field(description="Composites of your own groups, too")] | None = None,
    format: Format = "json",
) -> Performance:
    """What ETFs and composites returned, and at what risk."""
    request = check(ComputePerformance, **fields(locals()))
    desk, caller = await factors_of(ctx)
    return shown_performance(await desk.performance(caller, request), request)


TOOL = Definition(
    function=compute_performance,
    toolset="factors",
    title="Performance of factors",
    description=(
        "Annualized return, volatility, Sharpe ratio, maximum drawdown, beta and dividend yield of every ETF "
        "(profiles), and of composites by asset class, category and your factor groups, from monthly total returns "
        "over 60 months or the dates given. Fractions: 0.05 is 5 %. Categories: industry, style, market, bond, cash, "
        "commodity, crypto; asset classes: equity, bond, cash, commodity, crypto, real_estate. format: table and toon "
        "have text instead of tables."
    ),
    results=(Performance,),
    annotations=reads(),
    rest="Ask for fewer categories or tickers, or without profiles.",
    plain_field=PLAIN_FIELD,
)
