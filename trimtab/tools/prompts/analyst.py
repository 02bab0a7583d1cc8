"""What the prompts share that put an analyst's questions to an assistant: arguments, facts, the batches there are."""

from typing import Annotated, Final

from pydantic import Field

from trimtab.prompts.contexts import Assistant
from trimtab.tools.completions import Completer, Known
from trimtab.tools.context import AppContext, ToolContext, desk_of
from trimtab.tools.handles import handle
from trimtab.tools.prompts.definition import Arguments, SessionId
from trimtab.tools.strict import check
from trimtab.workflow.ports.requests import AnalystQuestion, GetAnalystFacts
from trimtab.workflow.ports.results import AnalystFacts

FIRST: Final = "1"


class OfASession(Arguments):
    """Which session's facts."""

    session_id: SessionId


class OfABatch(OfASession):
    """Which session's facts, and which part of them. What is left empty, as some menus send it, is the first."""

    batch: Annotated[str, Field(description="1 to the number of batches; the first if left out", max_length=10)] = FIRST


async def facts_for(
    ctx: ToolContext, question: AnalystQuestion, *, session_id: str, batch: str = FIRST
) -> AnalystFacts:
    """What an analyst would be told.

    Raises:
        InvalidInput: The batch is no whole number, or there is none of that number.
    """
    desk, caller = await desk_of(ctx)
    request = check(GetAnalystFacts, session_id=handle(session_id), question=question, batch=batch or FIRST)
    return await desk.analyst_facts(caller, request)


def assistant(found: AnalystFacts) -> Assistant:
    """The session in which the reader's answer can be handed in."""
    return Assistant(
        session_id=found.session_id, phase=found.phase, version=found.version, execution_mode=found.execution_mode
    )


def batches(question: AnalystQuestion) -> Completer:
    """Completes a batch: its numbers, where the session is known."""

    async def numbers(app: AppContext, known: Known) -> tuple[str, ...]:
        if "session_id" not in known:
            return ()
        desk = await app.desk()
        request = GetAnalystFacts(session_id=handle(known["session_id"]), question=question)
        found = await desk.analyst_facts(app.caller, request)
        return tuple(map(str, range(1, found.batches + 1)))

    return numbers
