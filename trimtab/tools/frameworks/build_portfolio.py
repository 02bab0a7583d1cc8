"""`build_portfolio`."""

from typing import Annotated

from pydantic import Field

from trimtab.domain.frameworks.methods import Weighting
from trimtab.tools.arguments import IdempotencyKey, Objects
from trimtab.tools.context import ToolContext, frameworks_of, progress_of
from trimtab.tools.definition import Definition, keeps_in_records
from trimtab.tools.factors.arguments import Count, Share
from trimtab.tools.frameworks.arguments import Fields, Framework, FrameworkId, SomeFilters, asked
from trimtab.tools.frameworks.mapping_fitting import fitting_mapping
from trimtab.workflow.ports.framework_requests import BuildPortfolio, BuildStep
from trimtab.workflow.ports.framework_results import PortfolioBuilt


async def build_portfolio(
    ctx: ToolContext,
    *,
    framework_id: FrameworkId | None = None,
    version: Count | None = None,
    framework: Framework | None = None,
    cash: Share | None = None,
    account_number: str | None = None,
    products_per_bucket: Count = 1,
    weighting: Weighting = "equal",
    overrides: Annotated[Objects, Field(description="{path, code, weight?}")] | None = None,
    filters: SomeFilters | None = None,
    accept: bool = False,
    workflow_id: str | None = None,
    step: BuildStep | None = None,
    skip: bool = False,
    profile: Annotated[Fields, Field(description="{name, risk_band, horizon_years, goals, exclusions, base_ccy}")]
    | None = None,
    requirements: Annotated[Fields, Field(description="See generate_framework")] | None = None,
    expected_version: Count | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> PortfolioBuilt:
    """A portfolio from a framework."""
    request = asked(BuildPortfolio, locals())
    desk, caller = await frameworks_of(ctx)
    return fitting_mapping(await desk.build(caller, request, progress=progress_of(ctx)), field="mapping")


TOOL = Definition(
    function=build_portfolio,
    toolset="frameworks",
    title="Portfolio from a framework",
    description=(
        "Fills a framework's leaves with products, for cash to invest or an account of the book; weights are "
        "fractions. Show it; accept stores it, once the person agreed; then open_session(framework_portfolio) trades "
        "it. Or go by step (workflow_id). Never invent a weight."
    ),
    results=(PortfolioBuilt,),
    annotations=keeps_in_records(),
    rest="REST gives all.",
    whole=(("generated", "framework"),),
)
