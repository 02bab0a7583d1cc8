"""`trimtab://session/{session_id}/plan`."""

from trimtab.tools.completions import session_ids
from trimtab.tools.context import ToolContext, desk_of
from trimtab.tools.handles import handle
from trimtab.tools.resources.definition import ResourceDefinition
from trimtab.tools.resources.uris import PLAN


async def session_plan(ctx: ToolContext, session_id: str) -> str:
    """The whole plan: a resource has no pages, and whoever attaches one asked for all of it."""
    desk, caller = await desk_of(ctx)
    return await desk.export_plan(caller, handle(session_id))


RESOURCE = ResourceDefinition(
    function=session_plan,
    uri=PLAN,
    toolset="trading",
    title="A session's plan",
    description=(
        "Every trade of a session's plan with its decision, as canonical JSON: sells and buys, what goes ahead and "
        "what is held back (buy > 0, sell < 0, money in the portfolio's base currency). Whole, so it can be long; "
        "get_session view=plan has the same trades in pages. The same session always gives the same bytes."
    ),
    mime_type="application/json",
    completes={"session_id": session_ids},
)
