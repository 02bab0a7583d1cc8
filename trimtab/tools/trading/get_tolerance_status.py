"""`get_tolerance_status`."""

from trimtab.tools.arguments import Accounts, Cursor, Limit, SessionId
from trimtab.tools.context import ToolContext, desk_of
from trimtab.tools.definition import Definition, reads
from trimtab.tools.strict import check
from trimtab.workflow.ports.requests import GetTolerance, StatusFilter
from trimtab.workflow.ports.results import ToleranceStatus


async def get_tolerance_status(
    ctx: ToolContext,
    *,
    session_id: SessionId,
    status: StatusFilter = "breaches",
    portfolios: Accounts | None = None,
    limit: Limit = 50,
    cursor: Cursor | None = None,
) -> ToleranceStatus:
    """Lines against their bands."""
    request = check(
        GetTolerance, session_id=session_id, status=status, portfolios=portfolios, limit=limit, cursor=cursor
    )
    desk, caller = await desk_of(ctx)
    return await desk.get_tolerance(caller, request)


TOOL = Definition(
    function=get_tolerance_status,
    toolset="trading",
    title="Tolerance status",
    description=(
        "Lists holdings per portfolio and instrument against their target band, cash included as CASH: "
        "those outside it (breaches) or all. *_pct are percentage points, variance_pct = actual - target; "
        "amounts are in the portfolio's base currency, buy > 0, sell < 0: trade_amount is what would be "
        "sent, min_amount only ends the breach, max_amount goes to the target. Portfolios that can't be "
        "valued stand in unable_to_check."
    ),
    results=(ToleranceStatus,),
    annotations=reads(),
    rest="Name portfolios to see theirs.",
)
