"""`compute_correlations`."""

from typing import Annotated

from pydantic import Field

from trimtab.tools.context import ToolContext, factors_of
from trimtab.tools.definition import Definition, reads
from trimtab.tools.factors.arguments import Count, Day, Names, Share, Tickers, fields
from trimtab.tools.factors.matrix_fitting import PLAIN_FIELD, fitting_correlations
from trimtab.tools.strict import check
from trimtab.workflow.ports.factor_requests import ComputeCorrelations, Format, Granularity, Preset, Regime
from trimtab.workflow.ports.factor_results import Correlations

_SECTIONS = (
    "Only these: matrices, overlays, macro, rolling, regimes; or a part: matrices:CATEGORY, overlays:rate|market, "
    "macro:composite|etf"
)


async def compute_correlations(
    ctx: ToolContext,
    *,
    sections: Annotated[Names, Field(description=_SECTIONS)] | None = None,
    preset: Preset | None = None,
    start_date: Day | None = None,
    end_date: Day | None = None,
    factor_universe: Tickers | None = None,
    factor_categories: Names | None = None,
    asset_class_filters: Names | None = None,
    industry_granularity: Granularity = "group",
    min_observations: Count | None = None,
    max_factors: Annotated[Count, Field(description="Most per matrix, longest history first")] | None = None,
    correlation_threshold: Annotated[Share, Field(description="Adds strong_pairs from this |corr| on")] | None = None,
    include_rate_sensitivity: bool | None = None,
    rate_maturities: Annotated[Names, Field(description="UST2Y|UST5Y|UST10Y|UST30Y")] | None = None,
    rate_sensitivity_categories: Names | None = None,
    include_market_sensitivity: bool | None = None,
    market_benchmarks: Annotated[Names, Field(description="Default SPY")] | None = None,
    market_sensitivity_categories: Names | None = None,
    include_macro_composite: bool | None = None,
    include_macro_etf: bool | None = None,
    macro_groups: Annotated[Names, Field(description="Asset classes")] | None = None,
    macro_max_per_group: Count | None = None,
    macro_deduplicate_threshold: Share | None = None,
    macro_min_group_coverage_pct: Share | None = None,
    include_rolling_summaries: bool | None = None,
    rolling_windows: Annotated[list[Count], Field(description="Months")] | None = None,
    regime: Regime | None = None,
    top_n_per_matrix: Annotated[Count, Field(description="Trims what is shown, not what is computed")] | None = None,
    format: Format = "json",
) -> Correlations:
    """How the universe moves together."""
    request = check(ComputeCorrelations, **fields(locals()))
    desk, caller = await factors_of(ctx)
    return fitting_correlations(await desk.correlations(caller, request), request)


TOOL = Definition(
    function=compute_correlations,
    toolset="factors",
    title="Correlations of factors",
    description=(
        "Correlation matrices of monthly total returns of ETFs by category, overlays (sensitivity to treasury yields "
        "and to benchmarks), macro views across asset classes, rolling summaries, regimes. Default: matrices, "
        "overlays and macro:composite over 60 months. Categories: industry, style, market, bond, cash, commodity, "
        "crypto; asset classes: equity, bond, cash, commodity, crypto, real_estate. Returns are fractions; a slope is "
        "the return for +1 percentage point of yield. format: json has values, table and toon have text instead. What "
        "has too little data stands in data_quality."
    ),
    results=(Correlations,),
    annotations=reads(),
    rest="Ask for fewer sections, categories or tickers at a time.",
    plain_field=PLAIN_FIELD,
)
