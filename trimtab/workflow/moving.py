"""Moves a session on as its orders go on their way: closed for decisions, opened again, done."""

from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports import results as answer
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.results import ExecutionMode
from trimtab.workflow.sessions import Change, Open, Sessions


class Move(ask.Write):
    """Moves the session because of the orders of this plan."""

    plan_hash: ask.PlanHash


async def move(sessions: Sessions, caller: Caller, *, request: Move, change: Change, mode: ExecutionMode) -> int:
    """Changes the session as it is at the request's version; the version that makes.

    Raises:
        Conflict: The session isn't at that version any more.
    """

    async def decide(_opened: Open) -> Change:
        return change

    def reply(opened: Open) -> answer.SessionResult:
        phase = opened.plan.state.phase
        return answer.SessionResult(execution_mode=mode, phase=phase, version=opened.version)

    moved = await sessions.change(caller, request, answer_type=answer.SessionResult, decide=decide, answer=reply)
    return moved.version
