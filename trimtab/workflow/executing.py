"""Records the orders of an approved plan, once, whoever calls and however often, and whatever dies in between.

Two stores are changed: the session is closed for decisions (phase Executing) before its orders are recorded, and opened
again where they may not be. The records decide, under their lock: whoever opens a session again says so there first, so
that somebody who closed it and is late finds it and records nothing.
"""

import logging
from contextlib import suppress
from typing import Final

import anyio.to_thread
from pydantic import JsonValue

from trimtab.domain.errors import Blocked, Conflict, Problem, TrimtabError
from trimtab.workflow.approving import refuse
from trimtab.workflow.evidence_contents import EXECUTION
from trimtab.workflow.following import Following
from trimtab.workflow.log_details import EXECUTE, RECORDED, UNDONE
from trimtab.workflow.moving import Move, move
from trimtab.workflow.order_base import AGAIN, OrderBase
from trimtab.workflow.order_plan import order_rows
from trimtab.workflow.order_preview import executed_orders, on_the_way
from trimtab.workflow.ordered import Ordered, not_executable, recorded, used
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports import results as answer
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.records import Effects, Evidence, EvidenceHead, Scope, Standing, Undone
from trimtab.workflow.price_moves import moved_world
from trimtab.workflow.sessions import Change

logger = logging.getLogger(__name__)

_REFUSED: Final = "Nothing was sent"


class Executing:
    """Executes plans; see `OrderDesk.execute`."""

    def __init__(self, base: OrderBase, following: Following) -> None:
        self._base = base
        self._following = following

    async def execute(self, caller: Caller, request: ask.ExecuteOrders) -> answer.OrdersExecuted:
        """Records the orders of exactly the plan with this hash, once, and begins to send them.

        The same call again orders nothing again: it goes on sending, and says how the orders stand.

        Raises:
            Blocked: With the name of each rule that forbids it; nothing was recorded.
            Conflict: The session changed meanwhile.
        """
        base = self._base
        async with base.refusals.noting("execute", caller, session_id=request.session_id):
            ordered = await base.ordered(caller, request.session_id)
            scope = base.scope(ordered)
            standing = await base.records.standing(scope)
            if not recorded(standing, request.plan_hash):
                await self._record(caller, ordered, standing=standing, request=request)
        delivered = await self._following.go_on(caller, request.session_id)
        standing = await base.records.standing(scope)
        found = await base.sessions.load(caller, request.session_id)
        note = on_the_way(base.delivery.system.name, trouble=delivered.trouble)
        return executed_orders(found, standing, plan_hash=request.plan_hash, mode=base.terms.execution_mode, note=note)

    async def _record(
        self, caller: Caller, ordered: Ordered, *, standing: Standing, request: ask.ExecuteOrders
    ) -> None:
        """Closes the session, unless it is closed already, and records; opens it again where that is refused."""
        closed = ordered.opened.version if ordered.opened.plan.state.phase == "Executing" else None
        try:
            await self._require_now(caller, ordered, standing=standing, request=request)
            if closed is None:
                closed = await self._close(caller, ordered, standing=standing, request=request)
            end = await self._write(caller, ordered, closed=closed, request=request)
        except Blocked:
            if closed is not None and ordered.opened.plan.state.executing in ("", request.plan_hash):
                try:
                    await self._undo(caller, ordered, closed=closed, request=request)
                except TrimtabError as error:  # what was refused has to be heard; the next call opens it
                    logger.warning("the session stays closed for now: %s", error.message)
            raise
        await self._note_end(caller, ordered, end=end, closed=closed, plan_hash=request.plan_hash)
        await self._base.keeper.keep(caller, request.session_id)

    async def _note_end(
        self, caller: Caller, ordered: Ordered, *, end: EvidenceHead, closed: int, plan_hash: str
    ) -> None:
        """The session remembers where the records ended with its orders, so that it notices when they are lost."""
        state = ordered.opened.plan.state.changed(
            phase="Executing", executing=plan_hash, records_end=(end.seq, end.hash)
        )
        with suppress(Conflict):  # another caller has noted it
            await self._move(caller, ordered, change=Change(state, RECORDED, {"plan_hash": plan_hash}), version=closed)

    async def _require_now(
        self, caller: Caller, ordered: Ordered, *, standing: Standing, request: ask.ExecuteOrders
    ) -> None:
        """Refuses before anything is changed; what can change meanwhile is looked at again under the lock.

        The session is kept first: one whose log isn't what the records know of it raises BrokenRecord here.
        """
        await self._base.keeper.keep(caller, request.session_id)
        fresh = await anyio.to_thread.run_sync(self._base.shelf.read_again, ordered.opened.plan.state)
        problems = [
            *not_executable(ordered, standing, plan_hash=request.plan_hash, now=self._base.now()),
            *moved_world(ordered.opened.plan, fresh),
        ]
        refuse(problems, what=_REFUSED, next_action=AGAIN)

    async def _close(self, caller: Caller, ordered: Ordered, *, standing: Standing, request: ask.ExecuteOrders) -> int:
        """The version that closing makes; it is refused where the session isn't any more what was computed."""
        state = ordered.opened.plan.state.changed(
            phase="Executing", executing=request.plan_hash, records_end=(standing.head.seq, standing.head.hash)
        )
        change = Change(state, EXECUTE, {"plan_hash": request.plan_hash})
        return await self._move(caller, ordered, change=change, version=ordered.opened.version)

    async def _write(
        self, caller: Caller, ordered: Ordered, *, closed: int, request: ask.ExecuteOrders
    ) -> EvidenceHead:
        scope = self._base.scope(ordered)

        def decide(standing: Standing) -> Effects:
            now = self._base.now()
            if recorded(standing, request.plan_hash):
                return self._base.effects(caller, [])
            problems = list(not_executable(ordered, standing, plan_hash=request.plan_hash, now=now))
            if any(each.closing == _closing(ordered, closed) for each in standing.undone):
                problems.append(Problem("session_id", "The session was opened again meanwhile", "execution_undone"))
            if now.date() != scope.day:
                problems.append(Problem("clock", "The day (UTC) has just changed; call again", "day_changed"))
            refuse(problems, what=_REFUSED, next_action=AGAIN)
            return self._intents(caller, ordered, standing=standing, plan_hash=request.plan_hash)

        return await self._base.records.write(scope, decide)

    def _intents(self, caller: Caller, ordered: Ordered, *, standing: Standing, plan_hash: str) -> Effects:
        """The orders as they are recorded, with the approvals that they use up."""
        now = self._base.now()
        given = used(ordered, standing, now=now)
        until = min(each.expires_at for each in given)
        orders = order_rows(ordered.orders, day=now.date(), valid_until=until)
        approvers: list[JsonValue] = [each.approver for each in given]
        content: dict[str, JsonValue] = {
            "plan_hash": plan_hash,
            "orders": len(orders),
            "approved_by": approvers,
            "execution_mode": ordered.mode,
        }
        done = Evidence(
            kind=EXECUTION, actor=caller.actor, source=caller.source, session_id=ordered.session_id, content=content
        )
        return self._base.effects(caller, [*given, *orders], evidence=[done])

    async def _undo(self, caller: Caller, ordered: Ordered, *, closed: int, request: ask.ExecuteOrders) -> None:
        """Opens the session again, but where somebody else has recorded its orders meanwhile."""
        plan_hash, closing = request.plan_hash, _closing(ordered, closed)
        undone: list[Undone] = []

        def decide(standing: Standing) -> Effects:
            done = recorded(standing, plan_hash)
            undone[:] = [] if done else [Undone(session_id=ordered.session_id, closing=closing, plan_hash=plan_hash)]
            return self._base.effects(caller, undone)

        await self._base.records.write(Scope(session_id=ordered.session_id), decide)
        if undone:
            state = ordered.opened.plan.state.changed(phase="Review", executing="")
            with suppress(Conflict):  # somebody else has opened it already
                await self._move(
                    caller, ordered, change=Change(state, UNDONE, {"plan_hash": plan_hash}), version=closed
                )

    async def _move(self, caller: Caller, ordered: Ordered, *, change: Change, version: int) -> int:
        """Changes the session as it is at this version; the version that makes."""
        plan_hash = str(change.detail["plan_hash"])
        request = Move(session_id=ordered.session_id, plan_hash=plan_hash, expected_version=version)
        mode = self._base.terms.execution_mode
        return await move(self._base.sessions, caller, request=request, change=change, mode=mode)


def _closing(ordered: Ordered, version: int) -> str:
    return f"{ordered.session_id}:{version}"
