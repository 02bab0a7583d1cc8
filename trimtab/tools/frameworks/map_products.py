"""`map_products`."""

from trimtab.tools.context import ToolContext, frameworks_of
from trimtab.tools.definition import Definition, reads
from trimtab.tools.factors.arguments import Count
from trimtab.tools.frameworks.arguments import Filters, Framework, FrameworkId, asked
from trimtab.tools.frameworks.mapping_fitting import fitting_mapping
from trimtab.workflow.ports.framework_requests import MapProducts
from trimtab.workflow.ports.framework_results import MappedProducts


async def map_products(
    ctx: ToolContext,
    *,
    framework_id: FrameworkId | None = None,
    version: Count | None = None,
    framework: Framework | None = None,
    filters: Filters | None = None,
    per_bucket: Count = 5,
) -> MappedProducts:
    """The best products of each bucket."""
    request = asked(MapProducts, locals())
    desk, caller = await frameworks_of(ctx)
    return fitting_mapping(await desk.map_products(caller, request), field="buckets")


TOOL = Definition(
    function=map_products,
    toolset="frameworks",
    title="Map products to buckets",
    description=(
        "The best products of each leaf, with what makes up their scores (0 to 1); coverage_gaps: which rule left a "
        "bucket short. Never invent a product. Next: build_portfolio."
    ),
    results=(MappedProducts,),
    annotations=reads(),
    rest="Ask for a lower per_bucket; REST gives all.",
)
