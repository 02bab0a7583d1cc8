"""`generate_framework`."""

from trimtab.tools.context import ToolContext, frameworks_of, progress_of
from trimtab.tools.definition import Definition, reads
from trimtab.tools.frameworks.arguments import Requirements
from trimtab.tools.strict import check
from trimtab.workflow.ports.framework_requests import GenerateFramework, GeneratingAnalyst
from trimtab.workflow.ports.framework_results import Generated


async def generate_framework(
    ctx: ToolContext,
    *,
    requirements: Requirements,
    analyst: GeneratingAnalyst = "configured",
) -> Generated:
    """A framework from requirements."""
    request = check(GenerateFramework, requirements=requirements, analyst=analyst)
    desk, caller = await frameworks_of(ctx)
    return await desk.generate(caller, request, progress=progress_of(ctx))


TOOL = Definition(
    function=generate_framework,
    toolset="frameworks",
    title="Generate a framework",
    description=(
        "A valid framework from what a client wants, with reasons; source says who made it. Saves nothing: show it, "
        "then save_framework."
    ),
    results=(Generated,),
    annotations=reads(),
    whole=(("framework",),),
)
