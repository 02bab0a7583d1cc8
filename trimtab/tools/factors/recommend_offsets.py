"""`recommend_offsets`."""

from typing import Annotated

from pydantic import Field

from trimtab.tools.context import ToolContext, factors_of
from trimtab.tools.definition import Definition, reads
from trimtab.tools.factors.arguments import Count, Day, Names, Share, Tickers, Weights, fields
from trimtab.tools.factors.matrix_fitting import PLAIN_FIELD
from trimtab.tools.factors.shaping import shown_offsets
from trimtab.tools.strict import check
from trimtab.workflow.ports.factor_requests import Format, RecommendOffsets
from trimtab.workflow.ports.factor_results import Offsets

_FACTOR = "A sector group, industry, category, asset class, ticker, or one of your factor groups"


async def recommend_offsets(
    ctx: ToolContext,
    *,
    portfolio: Annotated[Weights, Field(description="{ticker: share}, summing to at most 1; the rest is cash")],
    overexposed_factor: Annotated[str, Field(description=_FACTOR)],
    shift_pct: Annotated[Share, Field(description="Percent of the portfolio to shift")] = 5.0,
    benchmark: str | None = None,
    restricted: Annotated[Names, Field(description="Tickers never to propose")] | None = None,
    portfolio_value: Annotated[Share, Field(description="Money; gives trades amounts")] | None = None,
    cost_bps: Annotated[Share, Field(description="Basis points of each side")] = 10.0,
    limit: Annotated[Count, Field(description="Most candidates")] = 10,
    start_date: Day | None = None,
    end_date: Day | None = None,
    factor_universe: Tickers | None = None,
    factor_categories: Names | None = None,
    asset_class_filters: Names | None = None,
    min_observations: Count | None = None,
    format: Format = "json",
) -> Offsets:
    """What would offset a factor that a portfolio has too much of."""
    request = check(RecommendOffsets, **fields(locals()))
    desk, caller = await factors_of(ctx)
    return shown_offsets(await desk.offsets(caller, request), request)


TOOL = Definition(
    function=recommend_offsets,
    toolset="factors",
    title="Offsets to a factor",
    description=(
        "Ranks ETFs by their correlation with a factor that a portfolio has too much of, lowest first, and computes "
        "what shifting shift_pct of the portfolio from the factor to each would change: volatility, beta, maximum "
        "drawdown (after less before; fractions). distinguishable says whether the correlation differs from zero at "
        "95 %; verdict is offsets, diversifies or adds_risk. Trades are proposals: buy > 0, sell < 0; nothing is "
        "ordered."
    ),
    results=(Offsets,),
    annotations=reads(),
    rest="Ask with a smaller limit.",
    plain_field=PLAIN_FIELD,
)
