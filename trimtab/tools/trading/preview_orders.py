"""`preview_orders`."""

from trimtab.tools.arguments import Cursor, Limit, ResponseFormat, SessionId
from trimtab.tools.context import ToolContext, orders_of
from trimtab.tools.definition import Definition, reads
from trimtab.tools.strict import check
from trimtab.workflow.ports.requests import PreviewOrders
from trimtab.workflow.ports.results import OrderPreview


async def preview_orders(
    ctx: ToolContext,
    *,
    session_id: SessionId,
    limit: Limit = 50,
    cursor: Cursor | None = None,
    response_format: ResponseFormat = "concise",  # noqa: ARG001 - read where the reply is written
) -> OrderPreview:
    """The orders that the plan would send."""
    request = check(PreviewOrders, session_id=session_id, limit=limit, cursor=cursor)
    orders, caller = await orders_of(ctx)
    return await orders.preview(caller, request)


TOOL = Definition(
    function=preview_orders,
    toolset="trading",
    title="Preview the orders",
    description=(
        "The orders of the plan in Review as they would be sent: whole lots, exact prices (instrument's currency; "
        "limit_price is the worst accepted), value in base currency. With every limit, hard failures, soft warnings, "
        "plan_hash and the approval it needs: people approve, never this call. executable false: see limits, "
        "hard_failures, kill_switch."
    ),
    results=(OrderPreview,),
    annotations=reads(),
    rest="Ask for smaller pages.",
    reaches_out=True,
)
