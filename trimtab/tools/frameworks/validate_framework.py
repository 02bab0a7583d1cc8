"""`validate_framework`."""

from trimtab.tools.context import ToolContext, frameworks_of
from trimtab.tools.definition import Definition, reads
from trimtab.tools.factors.arguments import Count
from trimtab.tools.frameworks.arguments import Framework, FrameworkId
from trimtab.tools.strict import check
from trimtab.workflow.ports.framework_requests import ValidateFramework
from trimtab.workflow.ports.framework_results import Validation


async def validate_framework(
    ctx: ToolContext,
    *,
    framework_id: FrameworkId | None = None,
    version: Count | None = None,
    framework: Framework | None = None,
) -> Validation:
    """All that is wrong with a framework."""
    request = check(ValidateFramework, framework_id=framework_id, version=version, framework=framework)
    desk, caller = await frameworks_of(ctx)
    return await desk.validate(caller, request)


TOOL = Definition(
    function=validate_framework,
    toolset="frameworks",
    title="Validate a framework",
    description=(
        "All that is wrong with a framework, with the bucket's path and how to mend it: errors, and warnings such as "
        "buckets without products. Saves nothing."
    ),
    results=(Validation,),
    annotations=reads(),
    rest="Mend these, and validate again.",
)
