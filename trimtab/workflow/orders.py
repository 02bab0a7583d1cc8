"""From a plan to orders that may be sent: previewed, approved by people, and recorded once.

Everything here is computed again at each step: what is approved is the hash of what is previewed, and what is recorded
has to have that hash.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from trimtab.domain.errors import Problem
from trimtab.workflow.approving import (
    CLIENT_PREFIX,
    approved_already,
    counting,
    refuse,
    time_goes_back,
    was_declined,
)
from trimtab.workflow.executing import Executing
from trimtab.workflow.following import Following
from trimtab.workflow.order_base import AGAIN, OrderBase
from trimtab.workflow.order_preview import order_preview, question_text
from trimtab.workflow.ordered import Ordered, any_of, faults, pending, recorded, unanswerable
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports import results as answer
from trimtab.workflow.ports.desk import Caller, OpenQuestion
from trimtab.workflow.ports.execution import CancelOrders, ExecutionStatus, GetExecutionStatus, OrdersCancelled
from trimtab.workflow.ports.records import Approval, Effects, Means, Question, Row, Standing
from trimtab.workflow.ports.secrets import Proof


class Orders:
    """Implements `OrderDesk`."""

    def __init__(self, base: OrderBase) -> None:
        self._base = base
        self._following = Following(base)
        self._executing = Executing(base, self._following)

    async def preview(self, caller: Caller, request: ask.PreviewOrders) -> answer.OrderPreview:
        """The orders with every check, limit and the approval they need; changes nothing."""
        ordered = await self._base.ordered(caller, request.session_id)
        standing = await self._base.records.standing(self._base.scope(ordered))
        return order_preview(ordered, request, standing=standing, now=self._base.now())

    async def execute(self, caller: Caller, request: ask.ExecuteOrders) -> answer.OrdersExecuted:
        """Records the orders of exactly the plan with this hash, once, and begins to send them."""
        return await self._executing.execute(caller, request)

    async def execution_status(self, caller: Caller, request: GetExecutionStatus) -> ExecutionStatus:
        """How far a session's orders are; asks the order system first, and sends what may be sent by now."""
        return await self._following.status(caller, request)

    async def cancel(self, caller: Caller, request: CancelOrders) -> OrdersCancelled:
        """Cancels what of a session's orders isn't filled."""
        return await self._following.cancel(caller, request)

    async def question(
        self, caller: Caller, request: ask.ExecuteOrders, *, answering: bool = False
    ) -> OpenQuestion | None:
        """What to ask the person at the client; None where nothing is to be asked, or asking wouldn't help.

        The same question comes back until it is answered or has ended. Where two people are needed nobody is asked:
        of who sits at a client nobody knows whether it is a second person. Nobody is asked twice about a plan that
        was declined.
        """
        ordered = await self._base.ordered(caller, request.session_id)
        scope = self._base.scope(ordered)
        standing = await self._base.records.standing(scope)
        open_one = pending(standing, request.plan_hash)
        if answering and open_one is not None and self._stands(ordered, open_one):
            # Whoever answers is heard, also where nobody would be asked any more.
            return OpenQuestion(open_one.question_id, question_text(ordered, open_one))
        if not self._askable(ordered, standing, plan_hash=request.plan_hash):
            return None
        await self._base.keeper.keep(caller, request.session_id)
        asked: list[Question] = []

        def decide(standing: Standing) -> Effects:
            asked.clear()
            if not self._askable(ordered, standing, plan_hash=request.plan_hash):
                return self._base.effects(caller, [])
            open_one = pending(standing, request.plan_hash)
            if open_one is not None and self._stands(ordered, open_one):
                asked.append(open_one)
                return self._base.effects(caller, [])
            asked.append(self._new_question(ordered))
            return self._base.effects(caller, asked)

        await self._base.records.write(scope, decide)
        return OpenQuestion(asked[0].question_id, question_text(ordered, asked[0])) if asked else None

    def _stands(self, ordered: Ordered, asked: Question) -> bool:
        return asked.plan_hash == ordered.orders.plan_hash and self._base.now() < asked.expires_at

    def _askable(self, ordered: Ordered, standing: Standing, *, plan_hash: str) -> bool:
        people = ordered.people(standing)
        given = counting(standing, ordered.wanted, now=self._base.now(), people=people)
        return (
            ordered.opened.plan.state.phase == "Review"
            and people == 1
            and not given
            and not was_declined(standing, plan_hash)
            and not recorded(standing, plan_hash)
            and not any_of(faults(ordered, standing, plan_hash=plan_hash))
        )

    def _new_question(self, ordered: Ordered) -> Question:
        now = self._base.now()
        return Question(
            session_id=ordered.session_id,
            question_id=self._base.secrets.new_id("q"),
            plan_hash=ordered.orders.plan_hash,
            asked_at=now,
            expires_at=now + timedelta(minutes=ordered.limits.approval_minutes),
        )

    async def take_answer(
        self, caller: Caller, request: ask.ExecuteOrders, *, question_id: str, approved: bool
    ) -> None:
        """Takes the person's answer to this question; each is answered once.

        Raises:
            Blocked: `approval_declined`; `approval_replayed` where the question isn't open; what else forbids it.
        """
        ordered = await self._base.ordered(caller, request.session_id)

        def decide(standing: Standing) -> Effects:
            now, person = self._base.now(), replace(caller, source="person")
            asked = pending(standing, request.plan_hash)
            if asked is not None and asked.question_id != question_id:
                asked = None
            problems = [*time_goes_back(standing, now), *unanswerable(asked, now)]
            if approved:
                problems += self._unapprovable(ordered, standing, plan_hash=request.plan_hash)
            elif recorded(standing, request.plan_hash):
                problems.append(_recorded())
            refuse(problems, what="Not approved", next_action=AGAIN)
            assert asked is not None, "an open question was just required"
            rows: list[Row] = [asked.model_copy(update={"answer": "approved" if approved else "declined"})]
            if approved:
                rows.append(self._approval(ordered, f"{CLIENT_PREFIX}{caller.owner}", means="client"))
            return self._base.effects(person, rows)

        async with self._base.refusals.noting("approve", caller, session_id=request.session_id):
            await self._base.records.write(self._base.scope(ordered), decide)
            if not approved:
                declined = Problem("approval", "The person who was asked declined the plan", "approval_declined")
                refuse([declined], what="Nothing was sent", next_action="Ask what should change, and change the plan.")

    async def approve(self, caller: Caller, request: ask.ExecuteOrders, *, proof: Proof) -> answer.OrderPreview:
        """Approves exactly the plan with this hash, by a person with a secret; answers with the plan's preview.

        Raises:
            Blocked: The plan isn't that one or may not be executed, or the person may not approve it (again).
        """
        ordered = await self._base.ordered(caller, request.session_id)
        known = await self._base.approvers.recognise(proof, session_id=ordered.session_id, actor=caller.actor)
        await self._base.keeper.keep(caller, request.session_id)
        person = replace(caller, actor=known.name, source="person")

        def decide(standing: Standing) -> Effects:
            now = self._base.now()
            problems = [
                *time_goes_back(standing, now),
                *self._unapprovable(ordered, standing, plan_hash=request.plan_hash),
            ]
            problems += approved_already(standing, ordered.wanted, approver=known.name, now=now)
            refuse(problems, what="Not approved", next_action=AGAIN)
            return self._base.effects(person, [self._approval(ordered, known.name, means="secret")])

        async with self._base.refusals.noting("approve", person, session_id=request.session_id):
            await self._base.records.write(self._base.scope(ordered), decide)
        return await self.preview(caller, ask.PreviewOrders(session_id=request.session_id))

    def _unapprovable(self, ordered: Ordered, standing: Standing, *, plan_hash: str) -> Iterator[Problem]:
        yield from faults(ordered, standing, plan_hash=plan_hash)
        if ordered.opened.plan.state.phase != "Review" or recorded(standing, plan_hash):
            yield _recorded()

    def _approval(self, ordered: Ordered, approver: str, *, means: Means) -> Approval:
        now = self._base.now()
        return Approval(
            session_id=ordered.session_id,
            approval_id=self._base.secrets.new_id("a"),
            plan_hash=ordered.orders.plan_hash,
            approver=approver,
            means=means,
            approved_at=now,
            expires_at=now + timedelta(minutes=ordered.limits.approval_minutes),
        )


def _recorded() -> Problem:
    return Problem("session_id", "The session is closed: its orders are, or are being, recorded", "already_executed")
