"""`explain_deferral`."""

from typing import Annotated

from pydantic import Field

from trimtab.prompts import contexts
from trimtab.tools.completions import session_ids, symbols
from trimtab.tools.context import ToolContext, desk_of
from trimtab.tools.handles import handle
from trimtab.tools.prompts.definition import Arguments, PromptDefinition, SessionId
from trimtab.tools.prompts.facts import facts
from trimtab.workflow.ports import requests as ask


class ExplainDeferral(Arguments):
    """Which instrument, in which session."""

    session_id: SessionId
    symbol: Annotated[
        str, Field(description="Code of an instrument of which something is held back", min_length=1, max_length=40)
    ]


async def explain_deferral(ctx: ToolContext, asked: ExplainDeferral) -> contexts.ExplainDeferral:
    """What of the instrument is held back, and why."""
    desk, caller = await desk_of(ctx)
    request = ask.ExplainDeferral(session_id=handle(asked.session_id), symbol=asked.symbol)
    found = await desk.explain_deferral(caller, request)
    return contexts.ExplainDeferral(
        session_id=found.session_id,
        symbol=found.symbol,
        phase=found.phase,
        version=found.version,
        execution_mode=found.execution_mode,
        lines=found.total,
        lines_shown=len(found.lines.rows),
        outside=found.outside_count,
        facts=facts(found),
    )


PROMPT = PromptDefinition(
    function=explain_deferral,
    arguments=ExplainDeferral,
    toolset="trading",
    title="Explain a deferral",
    description=(
        "Explains why trades in an instrument wait: who held them back, for which flag or reason, what stays outside "
        "its band meanwhile, and how to decide otherwise."
    ),
    completes={"session_id": session_ids, "symbol": symbols},
)
