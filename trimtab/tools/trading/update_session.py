"""`update_session`."""

from typing import Annotated

from pydantic import Field

from trimtab.tools.arguments import ExpectedVersion, IdempotencyKey, Objects, SessionId
from trimtab.tools.context import ToolContext, desk_of
from trimtab.tools.definition import Definition, changes_session
from trimtab.tools.strict import check
from trimtab.workflow.ports.requests import UpdateSession, WorkflowMode
from trimtab.workflow.ports.results import SessionSummaryResult

_RULES = "{code, rule: do_not_buy|do_not_sell|hold, reason, account_number?, until?: last day, ISO date}"
_SUBSTITUTIONS = "{code, substitute, reason, account_number?}: new buys of code go to substitute"
_EXITS = "{code, max_sell_percent (0-100 of the units held at the start), target_units?, reason, account_number?}"
_OVERRIDES = "{code, action: proceed|defer|partial|review, reason, proceed_percent? or amount?, account_number?}"


async def update_session(
    ctx: ToolContext,
    *,
    session_id: SessionId,
    workflow_mode: WorkflowMode | None = None,
    instrument_rules: Annotated[Objects, Field(description=_RULES)] | None = None,
    substitutions: Annotated[Objects, Field(description=_SUBSTITUTIONS)] | None = None,
    gradual_exits: Annotated[Objects, Field(description=_EXITS)] | None = None,
    overrides: Annotated[Objects, Field(description=_OVERRIDES)] | None = None,
    expected_version: ExpectedVersion | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> SessionSummaryResult:
    """Changes what the session's plan is made by."""
    request = check(
        UpdateSession,
        session_id=session_id,
        workflow_mode=workflow_mode,
        instrument_rules=instrument_rules,
        substitutions=substitutions,
        gradual_exits=gradual_exits,
        overrides=overrides,
        expected_version=expected_version,
        idempotency_key=idempotency_key,
    )
    desk, caller = await desk_of(ctx)
    return await desk.update(caller, request)


TOOL = Definition(
    function=update_session,
    toolset="trading",
    title="Change a session",
    description=(
        "Changes the workflow mode and adds rules, substitutions, gradual exits and a person's overrides, "
        "for this session only; an entry for the same code and account replaces the one before, without "
        "account_number it holds for all portfolios. Each needs a reason (3-500 characters). Amounts are "
        "money in base currency."
    ),
    results=(SessionSummaryResult,),
    annotations=changes_session(idempotent=True),
    rest="Call get_session with portfolios to see single ones.",
)
