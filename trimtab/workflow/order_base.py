"""What previewing, approving and executing share: the session's orders, what of the records they look at, refusals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trimtab.domain.errors import WrongPhase
from trimtab.workflow.approvers import Approvers
from trimtab.workflow.books import BookShelf
from trimtab.workflow.delivering import Delivery
from trimtab.workflow.order_plan import order_plan
from trimtab.workflow.ordered import Ordered
from trimtab.workflow.ports.desk import Caller, SessionKeeper
from trimtab.workflow.ports.records import Effects, Evidence, Row, Scope
from trimtab.workflow.ports.secrets import Secrets
from trimtab.workflow.refusals import Refusals
from trimtab.workflow.sessions import Open, Sessions
from trimtab.workflow.state import SessionState

AGAIN: Final = "Call preview_orders to see the plan as it stands, with what is missing."


@dataclass(frozen=True, slots=True)
class Backing:
    """What orders rest on beside the sessions."""

    secrets: Secrets
    approvers: Approvers
    keeper: SessionKeeper
    delivery: Delivery


class OrderBase:
    """Looks at sessions as orders, and at the part of the records that concerns them."""

    def __init__(self, sessions: Sessions, shelf: BookShelf, *, backing: Backing) -> None:
        self.sessions = sessions
        self.shelf = shelf
        self.records = backing.delivery.records
        self.secrets = backing.secrets
        self.approvers = backing.approvers
        self.keeper = backing.keeper
        self.delivery = backing.delivery
        self.terms = backing.delivery.terms
        self._clock = backing.delivery.clock
        self.refusals = Refusals(self.records, self._clock)

    def now(self) -> datetime:
        """This moment."""
        return self._clock.now()

    async def ordered(self, caller: Caller, session_id: str) -> Ordered:
        """The session with the orders of its plan, as it stands or stood in Review.

        Raises:
            WrongPhase: Something is still to be decided.
        """
        return self.as_orders(await self.sessions.load(caller, session_id))

    def as_orders(self, opened: Open) -> Ordered:
        """The same of a session that is loaded."""
        phase = opened.plan.state.phase
        if phase in ("Sells", "Buys"):
            raise WrongPhase(
                f"Orders are made of the plan in Review; the session is in {phase}.",
                next_action="Call advance_phase until the phase is Review.",
            )
        made = order_plan(
            opened.plan,
            session_id=opened.stored.session_id,
            execution_mode=self.terms.execution_mode,
            live_accounts=self.terms.live_accounts,
        )
        return Ordered(opened, made, self.terms)

    def scope(self, ordered: Ordered) -> Scope:
        """What of the records says whether these orders may be."""
        state = ordered.opened.plan.state
        return Scope(
            session_id=ordered.session_id,
            day=self.now().date(),
            execution_mode=self.terms.execution_mode,
            book_digest=state.book_digest,
            accounts=_new_money(state),
            known=state.records_end,
        )

    def effects(self, caller: Caller, rows: Sequence[Row], *, evidence: Sequence[Evidence] = ()) -> Effects:
        """What the caller has stored now."""
        return Effects(at=self.now(), actor=caller.actor, source=caller.source, evidence=evidence, rows=rows)


def _new_money(state: SessionState) -> tuple[str, ...]:
    """The account of cash that no book has yet; none for accounts of the book."""
    part = state.framework
    return () if part is None or part.model.account is None else (part.model.account_number,)
