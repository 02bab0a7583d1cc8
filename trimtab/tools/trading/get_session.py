"""`get_session`."""

from typing import Annotated

from pydantic import Field

from trimtab.tools.arguments import Accounts, Cursor, Limit, ResponseFormat, SessionId
from trimtab.tools.context import ToolContext, desk_of
from trimtab.tools.definition import Definition, reads
from trimtab.tools.strict import check
from trimtab.workflow.ports.requests import GetSession, GroupBy, SessionViewName
from trimtab.workflow.ports.results import SessionPage, SessionSummaryResult


async def get_session(
    ctx: ToolContext,
    *,
    session_id: SessionId,
    view: SessionViewName = "summary",
    group_by: Annotated[GroupBy, Field(description="Of view trades")] = "instrument",
    portfolios: Accounts | None = None,
    limit: Limit = 50,
    cursor: Cursor | None = None,
    response_format: ResponseFormat = "concise",  # noqa: ARG001 - read where the reply is written
) -> SessionSummaryResult | SessionPage:
    """A view of the session."""
    request = check(
        GetSession,
        session_id=session_id,
        view=view,
        group_by=group_by,
        portfolios=portfolios,
        limit=limit,
        cursor=cursor,
    )
    desk, caller = await desk_of(ctx)
    return await desk.get_session(caller, request)


TOOL = Definition(
    function=get_session,
    toolset="trading",
    title="Read a session",
    description=(
        "Reads a session. summary: phase, version, totals, rules, next_steps. plan: the trades as they "
        "would be sent (buy > 0, sell < 0; units and money). trades: pending trades with their decisions, "
        "per instrument, portfolio or model. why_not: lines outside their band that don't trade, with the "
        "reason. log: who did what. All but summary are pages."
    ),
    results=(SessionSummaryResult, SessionPage),
    annotations=reads(),
    rest="Name portfolios to see theirs.",
)
