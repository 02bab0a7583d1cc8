"""`list_frameworks`."""

from typing import Annotated, Final

from pydantic import Field

from trimtab.tools.context import ToolContext, frameworks_of
from trimtab.tools.definition import Definition, reads
from trimtab.tools.factors.arguments import Count
from trimtab.tools.frameworks.arguments import FrameworkId, asked
from trimtab.workflow.ports.framework_requests import ListFrameworks
from trimtab.workflow.ports.framework_results import Frameworks

DOCUMENT: Final = ("framework", "framework")
"""Where the document of the one in full stands."""


async def list_frameworks(
    ctx: ToolContext,
    *,
    framework_id: FrameworkId | None = None,
    version: Count | None = None,
    changes_since: Annotated[Count, Field(description="Version")] | None = None,
    due: Annotated[bool, Field(description="What to rebalance")] = False,
    archived: bool = False,
) -> Frameworks:
    """Templates and saved frameworks."""
    request = asked(ListFrameworks, locals())
    desk, caller = await frameworks_of(ctx)
    return await desk.frameworks(caller, request)


TOOL = Definition(
    function=list_frameworks,
    toolset="frameworks",
    title="Allocation frameworks",
    description=(
        "Allocation frameworks (trees of target weights, fractions): templates and saved ones; with framework_id one "
        "in full. Next: map_products, build_portfolio."
    ),
    results=(Frameworks,),
    annotations=reads(),
    rest="The resource trimtab://framework/ID is whole; so is trimtab framework export.",
    whole=(DOCUMENT,),
)
