"""`open_session`."""

from typing import Annotated

from pydantic import Field

from trimtab.tools.arguments import Accounts, IdempotencyKey
from trimtab.tools.context import ToolContext, desk_of
from trimtab.tools.definition import Definition, changes_session
from trimtab.tools.strict import check
from trimtab.workflow.ports.requests import OpenSession, WorkflowMode
from trimtab.workflow.ports.results import SessionSummaryResult


async def open_session(
    ctx: ToolContext,
    *,
    workflow_mode: WorkflowMode = "AiPlan",
    book: Annotated[str, Field(description="Name of the book; default: the one the server works on")] | None = None,
    portfolios: Accounts | None = None,
    models: Annotated[list[str], Field(description="Only portfolios of these models")] | None = None,
    framework_portfolio: Annotated[str, Field(description="portfolio_id of build_portfolio")] | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> SessionSummaryResult:
    """Opens a session over the book."""
    request = check(
        OpenSession,
        workflow_mode=workflow_mode,
        book=book,
        portfolios=portfolios,
        models=models,
        framework_portfolio=framework_portfolio,
        idempotency_key=idempotency_key,
    )
    desk, caller = await desk_of(ctx)
    return await desk.open_session(caller, request)


TOOL = Definition(
    function=open_session,
    toolset="trading",
    title="Open a trading session",
    description=(
        "Values the portfolios, plans the trades that bring them back into their bands, and opens a session "
        "on them, in phase Sells. AiPlan: an analyst judges every pending trade. QuickRebalance: all "
        "triggered trades proceed. Manual: a person decides. Returns session_id: keep it; it is yours alone "
        "and expires at expires_at, later with every use. Totals are money, sells and buys both positive."
    ),
    results=(SessionSummaryResult,),
    annotations=changes_session(idempotent=False),
    rest="Call get_session with portfolios to see single ones.",
)
