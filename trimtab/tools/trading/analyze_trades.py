"""`analyze_trades`."""

from typing import Annotated

from pydantic import Field

from trimtab.tools.arguments import ExpectedVersion, IdempotencyKey, ResponseFormat, SessionId
from trimtab.tools.context import ToolContext, desk_of, progress_of
from trimtab.tools.definition import Definition, changes_session
from trimtab.tools.strict import check
from trimtab.workflow.ports.requests import AnalyzeTrades
from trimtab.workflow.ports.results import Analysis


async def analyze_trades(
    ctx: ToolContext,
    *,
    session_id: SessionId,
    refresh: Annotated[bool, Field(description="Ask the analyst again although nothing changed")] = False,
    expected_version: ExpectedVersion | None = None,
    idempotency_key: IdempotencyKey | None = None,
    response_format: ResponseFormat = "concise",  # noqa: ARG001 - read where the reply is written
) -> Analysis:
    """Runs the configured analyst."""
    request = check(
        AnalyzeTrades,
        session_id=session_id,
        refresh=refresh,
        expected_version=expected_version,
        idempotency_key=idempotency_key,
    )
    desk, caller = await desk_of(ctx)
    return await desk.analyze(caller, request, progress=progress_of(ctx))


TOOL = Definition(
    function=analyze_trades,
    toolset="trading",
    title="Analyze trades",
    description=(
        "Runs the server's analyst on the pending trades of the phase, with progress, and stores its "
        "proposals; in AiPlan they become decisions at once (applied=true), else call "
        "apply_recommendations. Percents are percentage points of the planned amount, values money. "
        "degraded names what failed and was replaced by rules."
    ),
    results=(Analysis,),
    annotations=changes_session(idempotent=True),
    rest="Call get_session view=trades for every instrument's verdict.",
)
