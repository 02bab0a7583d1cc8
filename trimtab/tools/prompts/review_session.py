"""`review_session`."""

from trimtab.prompts import contexts
from trimtab.tools.completions import session_ids
from trimtab.tools.context import ToolContext, desk_of
from trimtab.tools.handles import handle
from trimtab.tools.prompts.definition import Arguments, PromptDefinition, SessionId
from trimtab.tools.prompts.facts import facts


class ReviewSession(Arguments):
    """Which session to look over."""

    session_id: SessionId


async def review_session(ctx: ToolContext, asked: ReviewSession) -> contexts.ReviewSession:
    """Where the session stands, with what was found and what is held back."""
    desk, caller = await desk_of(ctx)
    review = await desk.review_session(caller, handle(asked.session_id))
    totals = review.totals
    return contexts.ReviewSession(
        session_id=review.session_id,
        workflow_mode=review.workflow_mode,
        phase=review.phase,
        version=review.version,
        execution_mode=review.execution_mode,
        analyzed=review.analyzed,
        hard_failures=totals.hard_failures,
        soft_warnings=totals.soft_warnings,
        under_review=totals.sells.review_count + totals.buys.review_count,
        unable_to_check=review.unable_to_check_count,
        held_back=review.held_back_count,
        held_back_shown=len(review.held_back.rows),
        facts=facts(review),
    )


PROMPT = PromptDefinition(
    function=review_session,
    arguments=ReviewSession,
    toolset="trading",
    title="Review a session",
    description=(
        "Looks a trading session over before it goes on: totals, hard failures and soft warnings, what is held back, "
        "what waits for a decision, and which step comes next."
    ),
    completes={"session_id": session_ids},
)
