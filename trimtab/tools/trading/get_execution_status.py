"""`get_execution_status`."""

from trimtab.tools.arguments import Cursor, Limit, SessionId
from trimtab.tools.context import ToolContext, orders_of
from trimtab.tools.definition import Definition, follows_orders
from trimtab.tools.strict import check
from trimtab.workflow.ports.execution import ExecutionStatus, ExecutionView, GetExecutionStatus


async def get_execution_status(
    ctx: ToolContext,
    *,
    session_id: SessionId,
    view: ExecutionView = "trades",
    open_only: bool = False,
    limit: Limit = 50,
    cursor: Cursor | None = None,
) -> ExecutionStatus:
    """How far a session's orders are."""
    request = check(
        GetExecutionStatus, session_id=session_id, view=view, open_only=open_only, limit=limit, cursor=cursor
    )
    orders, caller = await orders_of(ctx)
    return await orders.execution_status(caller, request)


TOOL = Definition(
    function=get_execution_status,
    toolset="trading",
    title="Follow the orders",
    description=(
        "How far a session's orders are, per trade or per batch (a portfolio's order). Asks the order system first, "
        "settles what was Unknown, and sends buys whose cash has arrived: call it again, seconds apart, until done. "
        "*_value in currency, prices in the instrument's. trouble: why the order system couldn't be asked. "
        "parked: reports that can't be true; a person has to look."
    ),
    results=(ExecutionStatus,),
    annotations=follows_orders(),
    rest="Ask for smaller pages, or with open_only.",
    reaches_out=True,
)
