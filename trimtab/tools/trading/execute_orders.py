"""`execute_orders`."""

from typing import Annotated

from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Elicit, Resolve
from pydantic import BaseModel, Field

from trimtab.tools.arguments import SessionId
from trimtab.tools.context import ToolContext, orders_of
from trimtab.tools.definition import Definition, sends_orders
from trimtab.tools.strict import check
from trimtab.workflow.ports.desk import OpenQuestion
from trimtab.workflow.ports.requests import ExecuteOrders
from trimtab.workflow.ports.results import OrdersExecuted

PlanHash = Annotated[str, Field(description="plan_hash of preview_orders", min_length=64, max_length=64)]


class PlanApproval(BaseModel):
    """What the person at the client answers."""

    approve: bool = Field(description="Approve exactly this plan")


async def open_question(ctx: ToolContext, session_id: str, plan_hash: str) -> OpenQuestion | None:
    """The question, where an approval is missing that this person can give, and the client can ask them."""
    if not _can_ask(ctx):
        return None
    orders, caller = await orders_of(ctx)
    request = check(ExecuteOrders, session_id=session_id, plan_hash=plan_hash)
    return await orders.question(caller, request, answering=bool(ctx.input_responses))


async def ask_the_person(
    question: Annotated[OpenQuestion | None, Resolve(open_question)],
) -> PlanApproval | Elicit[PlanApproval] | None:
    """Asks it, if there is one."""
    return None if question is None else Elicit(question.text, PlanApproval)


def _can_ask(ctx: ToolContext) -> bool:
    """Whether the client has a form to show; one that only opens addresses hasn't."""
    known = ctx.client_capabilities
    asks = None if known is None else known.elicitation
    return asks is not None and (asks.form is not None or asks.url is None)


async def execute_orders(
    ctx: ToolContext,
    *,
    session_id: SessionId,
    plan_hash: PlanHash,
    question: Annotated[OpenQuestion | None, Resolve(open_question)],
    answer: Annotated[ElicitationResult[PlanApproval], Resolve(ask_the_person)],
) -> OrdersExecuted:
    """Records the orders of an approved plan, and begins to send them."""
    request = check(ExecuteOrders, session_id=session_id, plan_hash=plan_hash)
    orders, caller = await orders_of(ctx)
    if question is not None:
        approved = isinstance(answer, AcceptedElicitation) and answer.data.approve
        await orders.take_answer(caller, request, question_id=question.question_id, approved=approved)
    return await orders.execute(caller, request)


TOOL = Definition(
    function=execute_orders,
    toolset="trading",
    title="Execute the approved orders",
    description=(
        "Sends the orders of exactly the plan with this plan_hash, once, if people approved it: asks the person at "
        "this client where the client can ask, else a person runs `trimtab approve`. Above four_eyes_value two people "
        "approve with secrets of their own. Sells go first, buys as their cash arrives: follow by "
        "get_execution_status. The same call again never orders twice. A refusal names each rule."
    ),
    results=(OrdersExecuted,),
    annotations=sends_orders(),
    reaches_out=True,
)
