"""From a plan to orders that may be sent: previewed, approved by people, and recorded once.

Everything here is computed again at each step: what is approved is the hash of what is previewed, and what is recorded
has to have that hash. A session is closed for decisions before its orders are recorded, and opened again if they
aren't.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import anyio.to_thread
from pydantic import JsonValue

from trimtab.domain.errors import Blocked, Problem, WrongPhase
from trimtab.workflow.approvers import Approvers, refusal
from trimtab.workflow.approving import CLIENT_PREFIX, approved_already, counting, refuse, time_goes_back
from trimtab.workflow.books import BookShelf
from trimtab.workflow.keeping import Keeper
from trimtab.workflow.log_details import EXECUTE, UNDONE
from trimtab.workflow.order_plan import order_plan, order_rows
from trimtab.workflow.order_preview import executed_orders, order_preview, question_text
from trimtab.workflow.ordered import Ordered, any_of, faults, not_executable, pending, recorded, unanswerable, used
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports import results as answer
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.records import (
    Approval,
    Effects,
    Evidence,
    Means,
    Question,
    RecordStore,
    Row,
    Scope,
    Standing,
)
from trimtab.workflow.ports.secrets import Proof, Secrets
from trimtab.workflow.price_moves import moved_world
from trimtab.workflow.sessions import Change, Open, Sessions

_AGAIN: Final = "Call preview_orders to see the plan as it stands, with what is missing."


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """How orders are meant: simulated or live, and which accounts may trade live."""

    execution_mode: answer.ExecutionMode = "simulated"
    live_accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Backing:
    """What orders rest on beside the sessions."""

    records: RecordStore
    secrets: Secrets
    approvers: Approvers
    keeper: Keeper
    clock: Clock


class Move(ask.Write):
    """Closes the session because the orders of this plan are recorded, or opens it again."""

    plan_hash: ask.PlanHash


class Orders:
    """Implements `OrderDesk`."""

    def __init__(self, sessions: Sessions, shelf: BookShelf, *, backing: Backing, terms: OrderTerms) -> None:
        self._sessions = sessions
        self._shelf = shelf
        self._records = backing.records
        self._secrets = backing.secrets
        self._approvers = backing.approvers
        self._keeper = backing.keeper
        self._clock = backing.clock
        self._terms = terms

    async def preview(self, caller: Caller, request: ask.PreviewOrders) -> answer.OrderPreview:
        """The orders with every check, limit and the approval they need; changes nothing."""
        ordered = self._ordered(await self._sessions.load(caller, request.session_id))
        standing = await self._records.standing(self._scope(ordered))
        return order_preview(ordered, request, standing=standing, now=self._now())

    async def question(self, caller: Caller, request: ask.ExecuteOrders) -> str | None:
        """What to ask the person at the client; None where nothing is to be asked, or asking wouldn't help.

        The same question comes back until it is answered or has ended. Where two people are needed nobody is asked: of
        who sits at a client nobody knows whether it is a second person.
        """
        ordered = self._ordered(await self._sessions.load(caller, request.session_id))
        scope, now = self._scope(ordered), self._now()
        standing = await self._records.standing(scope)
        given = counting(standing, ordered.wanted, now=now, people=ordered.people)
        if ordered.people > 1 or given or any_of(faults(ordered, standing, plan_hash=request.plan_hash)):
            return None
        if recorded(standing, request.plan_hash):
            return None
        asked = pending(standing, request.plan_hash)
        if asked is None or now >= asked.expires_at:
            asked = await self._ask(caller, ordered, scope=scope)
        return question_text(ordered, asked)

    async def _ask(self, caller: Caller, ordered: Ordered, *, scope: Scope) -> Question:
        await self._keeper.keep(caller, ordered.session_id)
        now = self._now()
        asked = Question(
            session_id=ordered.session_id,
            question_id=self._secrets.new_id("q"),
            plan_hash=ordered.orders.plan_hash,
            asked_at=now,
            expires_at=now + timedelta(minutes=ordered.limits.approval_minutes),
        )
        await self._records.write(scope, lambda _standing: self._effects(caller, [asked]))
        return asked

    async def take_answer(self, caller: Caller, request: ask.ExecuteOrders, *, approved: bool) -> None:
        """Takes the person's answer to the question that is open; each is answered once.

        Raises:
            Blocked: `approval_declined`; `approval_replayed` where no question is open; what else forbids to approve.
        """
        ordered = self._ordered(await self._sessions.load(caller, request.session_id))

        def decide(standing: Standing) -> Effects:
            now = self._now()
            asked = pending(standing, request.plan_hash)
            problems = [*time_goes_back(standing, now), *unanswerable(asked, now)]
            if approved:
                problems += faults(ordered, standing, plan_hash=request.plan_hash)
            refuse(problems, what="Not approved", next_action=_AGAIN)
            assert asked is not None, "an open question was just required"
            rows: list[Row] = [asked.model_copy(update={"answer": "approved" if approved else "declined"})]
            if approved:
                rows.append(self._approval(ordered, f"{CLIENT_PREFIX}{caller.owner}", means="client"))
            return self._effects(replace(caller, source="person"), rows)

        async with self._noting_refusals("approve", caller, session_id=request.session_id):
            await self._records.write(self._scope(ordered), decide)
            if not approved:
                declined = Problem("approval", "The person who was asked declined the plan", "approval_declined")
                refuse([declined], what="Nothing was sent", next_action="Ask what should change, and change the plan.")

    async def approve(self, caller: Caller, request: ask.ExecuteOrders, *, proof: Proof) -> answer.OrderPreview:
        """Approves exactly the plan with this hash, by a person with a secret; answers with the plan's preview.

        Raises:
            Blocked: The plan isn't that one or may not be executed, or the person may not approve it (again).
        """
        ordered = self._ordered(await self._sessions.load(caller, request.session_id))
        known = await self._approvers.recognise(proof, session_id=ordered.session_id, actor=caller.actor)
        await self._keeper.keep(caller, request.session_id)

        def decide(standing: Standing) -> Effects:
            now = self._now()
            problems = [*time_goes_back(standing, now), *faults(ordered, standing, plan_hash=request.plan_hash)]
            problems += approved_already(standing, ordered.wanted, approver=known.name, now=now)
            if recorded(standing, request.plan_hash):
                problems.append(
                    Problem("plan_hash", "The orders of this plan are recorded already", "already_executed")
                )
            refuse(problems, what="Not approved", next_action=_AGAIN)
            return self._effects(
                replace(caller, actor=known.name, source="person"),
                [self._approval(ordered, known.name, means="secret")],
            )

        async with self._noting_refusals("approve", caller, session_id=request.session_id):
            await self._records.write(self._scope(ordered), decide)
        return await self.preview(caller, ask.PreviewOrders(session_id=request.session_id))

    async def execute(self, caller: Caller, request: ask.ExecuteOrders) -> answer.OrdersExecuted:
        """Records the orders of exactly the plan with this hash, once; the same call again gives the same answer.

        Raises:
            Blocked: With the name of each rule that forbids it; nothing was recorded.
            Conflict: The session changed meanwhile.
        """
        async with self._noting_refusals("execute", caller, session_id=request.session_id):
            ordered = self._ordered(await self._sessions.load(caller, request.session_id))
            scope = self._scope(ordered)
            standing = await self._records.standing(scope)
            if not recorded(standing, request.plan_hash):
                await self._require_now(ordered, standing, request=request)
                await self._record(caller, ordered, request=request)
                standing = await self._records.standing(scope)
        found = await self._sessions.load(caller, request.session_id)
        return executed_orders(found, standing, plan_hash=request.plan_hash, mode=self._terms.execution_mode)

    async def _require_now(self, ordered: Ordered, standing: Standing, *, request: ask.ExecuteOrders) -> None:
        """Refuses before anything is changed; what can change meanwhile is looked at again under the lock."""
        fresh = await anyio.to_thread.run_sync(self._shelf.read_again)
        problems = [
            *not_executable(ordered, standing, plan_hash=request.plan_hash, now=self._now()),
            *moved_world(ordered.opened.plan, fresh),
        ]
        refuse(problems, what="Nothing was sent", next_action=_AGAIN)

    async def _record(self, caller: Caller, ordered: Ordered, *, request: ask.ExecuteOrders) -> None:
        """Closes the session for decisions, and records its orders; opens it again where they may not be."""
        await self._move(caller, ordered, request=request, phase="Executing", action=EXECUTE)
        try:
            await self._records.write(
                self._scope(ordered),
                lambda standing: self._intents(caller, ordered, standing=standing, request=request),
            )
        except Blocked:
            await self._move(caller, None, request=request, phase="Review", action=UNDONE)
            raise
        await self._keeper.keep(caller, request.session_id)

    def _intents(self, caller: Caller, ordered: Ordered, *, standing: Standing, request: ask.ExecuteOrders) -> Effects:
        """The orders as they are recorded with the approvals that they use up; nothing where they are already."""
        now = self._now()
        if recorded(standing, request.plan_hash):
            return self._effects(caller, [])
        refuse(
            not_executable(ordered, standing, plan_hash=request.plan_hash, now=now),
            what="Nothing was sent",
            next_action=_AGAIN,
        )
        given = used(ordered, standing, now=now)
        until = min(each.expires_at for each in given)
        orders = order_rows(ordered.orders, day=now.date(), valid_until=until)
        approvers: list[JsonValue] = [each.approver for each in given]
        done: dict[str, JsonValue] = {
            "plan_hash": request.plan_hash,
            "orders": len(orders),
            "approved_by": approvers,
            "execution_mode": ordered.mode,
        }
        said = Evidence(
            kind="execution", actor=caller.actor, source=caller.source, session_id=ordered.session_id, content=done
        )
        return self._effects(caller, [*given, *orders], evidence=[said])

    async def _move(
        self,
        caller: Caller,
        ordered: Ordered | None,
        *,
        request: ask.ExecuteOrders,
        phase: ask.Phase,
        action: str,
    ) -> None:
        """Changes the session's phase; with `ordered` only while the session is as it was when that was computed."""
        version = None if ordered is None else ordered.opened.version
        bare = Move(session_id=request.session_id, plan_hash=request.plan_hash, expected_version=version)
        executing = request.plan_hash if phase == "Executing" else ""

        async def decide(opened: Open) -> Change | None:
            state = opened.plan.state
            if (state.phase, state.executing) == (phase, executing):
                return None
            return Change(
                state.changed(phase=phase, executing=executing), action, {"plan_hash": request.plan_hash, "to": phase}
            )

        def reply(opened: Open) -> answer.SessionResult:
            state = opened.plan.state
            return answer.SessionResult(
                execution_mode=self._terms.execution_mode, phase=state.phase, version=opened.version
            )

        await self._sessions.change(caller, bare, answer_type=answer.SessionResult, decide=decide, answer=reply)

    @asynccontextmanager
    async def _noting_refusals(self, what: str, caller: Caller, *, session_id: str) -> AsyncIterator[None]:
        """What was refused is evidence too."""
        try:
            yield
        except Blocked as error:
            said = refusal(error.problems, what=what, session_id=session_id, actor=caller.actor, source=caller.source)
            await self._records.write(Scope(), lambda _standing: self._effects(caller, [], evidence=[said]))
            raise

    def _ordered(self, opened: Open) -> Ordered:
        """The session with the orders of its plan, as it stands or stood in Review.

        Raises:
            WrongPhase: Something is still to be decided.
        """
        phase = opened.plan.state.phase
        if phase in ("Sells", "Buys"):
            raise WrongPhase(
                f"Orders are made of the plan in Review; the session is in {phase}.",
                next_action="Call advance_phase until the phase is Review.",
            )
        terms = self._terms
        made = order_plan(
            opened.plan,
            session_id=opened.stored.session_id,
            execution_mode=terms.execution_mode,
            live_accounts=terms.live_accounts,
        )
        return Ordered(opened, made, terms.execution_mode)

    def _scope(self, ordered: Ordered) -> Scope:
        return Scope(
            session_id=ordered.session_id,
            day=self._now().date(),
            execution_mode=self._terms.execution_mode,
            book_digest=ordered.opened.plan.state.book_digest,
        )

    def _approval(self, ordered: Ordered, approver: str, *, means: Means) -> Approval:
        now = self._now()
        return Approval(
            session_id=ordered.session_id,
            approval_id=self._secrets.new_id("a"),
            plan_hash=ordered.orders.plan_hash,
            approver=approver,
            means=means,
            approved_at=now,
            expires_at=now + timedelta(minutes=ordered.limits.approval_minutes),
        )

    def _effects(self, caller: Caller, rows: Sequence[Row], *, evidence: Sequence[Evidence] = ()) -> Effects:
        return Effects(at=self._now(), actor=caller.actor, source=caller.source, evidence=evidence, rows=rows)

    def _now(self) -> datetime:
        return self._clock.now()
