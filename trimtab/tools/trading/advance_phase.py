"""`advance_phase`."""

from typing import Annotated, Literal

from pydantic import Field

from trimtab.tools.arguments import ExpectedVersion, IdempotencyKey, ResponseFormat, SessionId
from trimtab.tools.context import ToolContext, desk_of, progress_of
from trimtab.tools.definition import Definition, changes_session
from trimtab.tools.strict import check
from trimtab.workflow.ports.requests import AdvancePhase
from trimtab.workflow.ports.results import PhaseAdvanced


async def advance_phase(
    ctx: ToolContext,
    *,
    session_id: SessionId,
    to: Annotated[Literal["Buys", "Review"], Field(description="Default: the next phase")] | None = None,
    reason: Annotated[str, Field(description="Needed from Review back to Buys", max_length=500)] | None = None,
    expected_version: ExpectedVersion | None = None,
    idempotency_key: IdempotencyKey | None = None,
    response_format: ResponseFormat = "concise",  # noqa: ARG001 - read where the reply is written
) -> PhaseAdvanced:
    """Goes on to the next phase."""
    request = check(
        AdvancePhase,
        session_id=session_id,
        to=to,
        reason=reason,
        expected_version=expected_version,
        idempotency_key=idempotency_key,
    )
    desk, caller = await desk_of(ctx)
    return await desk.advance(caller, request, progress=progress_of(ctx))


TOOL = Definition(
    function=advance_phase,
    toolset="trading",
    title="Advance the phase",
    description=(
        "Approves the proposed trades and goes on: Sells > Buys > Review, only back from Review to Buys. "
        "Into Buys, the cash of the decided sells is shared out and buys are cut to it "
        "(buy_reduction_summary); in AiPlan the analyst decides which. Into Review, the unified summary. "
        "held and under_review count what was not approved; blocking says what must be decided first. Money "
        "in base currency, sells and buys positive."
    ),
    results=(PhaseAdvanced,),
    annotations=changes_session(idempotent=False),
    rest="Call get_session view=plan for every trade.",
)
