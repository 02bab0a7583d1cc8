"""`get_server_status`."""

from trimtab.tools.context import ToolContext, desk_of
from trimtab.tools.definition import Definition, reads
from trimtab.workflow.ports.results import ServerStatus


async def get_server_status(ctx: ToolContext) -> ServerStatus:
    """What this server is, may do and works on."""
    desk, caller = await desk_of(ctx)
    return await desk.status(caller)


TOOL = Definition(
    function=get_server_status,
    toolset="all",
    title="Server status",
    description=(
        "Says whether orders are simulated or live, which book is loaded (as_of date, size), the analyst, "
        "toolsets, limits (money in base currency, *_pct in percentage points) and thresholds. Call it "
        "first when in doubt."
    ),
    results=(ServerStatus,),
    annotations=reads(),
)
