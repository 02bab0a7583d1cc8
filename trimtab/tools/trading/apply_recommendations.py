"""`apply_recommendations`."""

from trimtab.tools.arguments import (
    ExpectedVersion,
    IdempotencyKey,
    Recommendations,
    ResponseFormat,
    SessionId,
)
from trimtab.tools.context import ToolContext, desk_of
from trimtab.tools.definition import Definition, changes_session
from trimtab.tools.strict import check
from trimtab.workflow.ports.requests import ApplyRecommendations
from trimtab.workflow.ports.results import Applied


async def apply_recommendations(
    ctx: ToolContext,
    *,
    session_id: SessionId,
    recommendations: Recommendations | None = None,
    expected_version: ExpectedVersion | None = None,
    idempotency_key: IdempotencyKey | None = None,
    response_format: ResponseFormat = "concise",  # noqa: ARG001 - read where the reply is written
) -> Applied:
    """Stores decisions."""
    request = check(
        ApplyRecommendations,
        session_id=session_id,
        recommendations=recommendations,
        expected_version=expected_version,
        idempotency_key=idempotency_key,
    )
    desk, caller = await desk_of(ctx)
    return await desk.apply(caller, request)


TOOL = Definition(
    function=apply_recommendations,
    toolset="trading",
    title="Apply recommendations",
    description=(
        "Stores verdicts as decisions of the phase, yours or, without recommendations, the stored "
        "proposals. In Sells a defer or partial holds only where the cited flag is in the data; elsewhere "
        "the trade proceeds, counted in removed. Hard failures store nothing. Values are money, sells and "
        "buys both positive."
    ),
    results=(Applied,),
    annotations=changes_session(idempotent=True),
    rest="Call get_session view=trades for every instrument's decision.",
)
