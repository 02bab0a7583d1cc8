"""`cancel_orders`."""

from typing import Annotated

from pydantic import Field

from trimtab.tools.arguments import SessionId
from trimtab.tools.context import ToolContext, orders_of
from trimtab.tools.definition import Definition, sends_orders
from trimtab.tools.strict import check
from trimtab.workflow.ports.execution import CancelOrders, OrdersCancelled

Why = Annotated[str, Field(description="Kept with the orders", min_length=3, max_length=500)]
Orders = Annotated[list[str], Field(description="Only these; default: all of the session")]


async def cancel_orders(
    ctx: ToolContext, *, session_id: SessionId, reason: Why, client_order_ids: Orders | None = None
) -> OrdersCancelled:
    """Cancels what isn't filled."""
    request = check(CancelOrders, session_id=session_id, reason=reason, client_order_ids=client_order_ids)
    orders, caller = await orders_of(ctx)
    return await orders.cancel(caller, request)


TOOL = Definition(
    function=cancel_orders,
    toolset="trading",
    title="Cancel orders",
    description=(
        "Cancels what of a session's orders isn't filled; what is filled stays. cancelled never left; asked are at the "
        "order system, which may still fill some: get_execution_status says what became of them. It can't be undone. "
        "The same call again changes nothing."
    ),
    results=(OrdersCancelled,),
    annotations=sends_orders(),
    reaches_out=True,
)
