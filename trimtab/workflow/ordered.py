"""A session's plan as orders, and everything that forbids to approve or to record them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from trimtab.domain.errors import Problem
from trimtab.domain.trading.checks import Finding
from trimtab.domain.trading.policy import Limits
from trimtab.workflow.approving import Wanted, before_kill, counting, killed, lacking, people_needed, time_goes_back
from trimtab.workflow.order_plan import OrderPlan, limit_checks
from trimtab.workflow.order_terms import OrderTerms
from trimtab.workflow.ports.records import Approval, Exposure, Question, Standing
from trimtab.workflow.ports.results import ExecutionMode, LimitCheck
from trimtab.workflow.sessions import Open

ANOTHER_PLAN: Final = Finding("already_executed", "", "orders of another plan of this session are recorded")
NO_ORDER_SYSTEM: Final = Finding("no_order_system", "", "there is no order system to send live orders to")


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """A session with the orders of its plan."""

    opened: Open
    orders: OrderPlan
    terms: OrderTerms

    @property
    def mode(self) -> ExecutionMode:
        """How the orders are meant."""
        return self.terms.execution_mode

    @property
    def session_id(self) -> str:
        """The session's id."""
        return self.opened.stored.session_id

    @property
    def limits(self) -> Limits:
        """The policy's limits."""
        return self.opened.plan.facts.policy.limits

    @property
    def wanted(self) -> Wanted:
        """What an approval has to be of."""
        totals = self.orders.totals
        return Wanted(self.session_id, self.orders.plan_hash, Decimal(str(totals.total_value)))

    def people(self, standing: Standing) -> int:
        """How many different people have to approve.

        What is recorded over the same state of the book counts too, so that one large plan can't be made of small ones.
        """
        before = (
            Decimal(0)
            if recorded(standing, self.orders.plan_hash)
            else standing.of_book.value.get(self.orders.totals.currency, Decimal(0))
        )
        return people_needed(self.wanted.total_value + before, self.limits)


def checked(ordered: Ordered, standing: Standing) -> tuple[tuple[LimitCheck, ...], tuple[Finding, ...]]:
    """Every limit, and every hard failure: of the plan itself, and of it beside what was recorded already."""
    done = recorded(standing, ordered.orders.plan_hash)  # its own orders are in the sums already
    of_day, of_book = (Exposure(), Exposure()) if done else (standing.of_day, standing.of_book)
    limits, exceeded = limit_checks(ordered.orders, of_day=of_day, of_book=of_book)
    unsent = (NO_ORDER_SYSTEM,) if ordered.mode == "live" and not ordered.terms.live_system else ()
    if any(order.plan_hash != ordered.orders.plan_hash for order in standing.orders):
        unsent = (*unsent, ANOTHER_PLAN)
    return limits, (*unsent, *ordered.orders.hard, *exceeded)


def faults(ordered: Ordered, standing: Standing, *, plan_hash: str) -> Iterator[Problem]:
    """Why exactly this plan may not be approved or recorded now, whoever approves it."""
    if plan_hash != ordered.orders.plan_hash:
        message = "The session's plan isn't the one with this hash: the plan, the book or the rules differ"
        yield Problem("plan_hash", message, "plan_changed")
    if not standing.has_known:
        message = "The records don't hold what they held when this session was closed: they were replaced or restored"
        yield Problem("records", message, "records_lost")
    yield from killed(standing)
    _, hard = checked(ordered, standing)
    yield from map(_problem, hard)


def not_executable(ordered: Ordered, standing: Standing, *, plan_hash: str, now: datetime) -> Iterator[Problem]:
    """Everything that forbids to record the orders of this plan now; nothing where they are recorded already."""
    yield from time_goes_back(standing, now)
    yield from faults(ordered, standing, plan_hash=plan_hash)
    if plan_hash == ordered.orders.plan_hash:
        yield from lacking(standing, ordered.wanted, now=now, people=ordered.people(standing))


def used(ordered: Ordered, standing: Standing, *, now: datetime) -> tuple[Approval, ...]:
    """The approvals that count, as they stand once they are used."""
    given = counting(standing, ordered.wanted, now=now, people=ordered.people(standing))
    return tuple(each.model_copy(update={"used": True}) for each in given)


def pending(standing: Standing, plan_hash: str) -> Question | None:
    """The question about this plan that nobody has answered, the last asked."""
    open_ones = [
        each
        for each in standing.questions
        if each.plan_hash == plan_hash and each.answer is None and not before_kill(standing, each.asked_at)
    ]
    return open_ones[-1] if open_ones else None


def unanswerable(asked: Question | None, now: datetime) -> Iterator[Problem]:
    """`approval_replayed`, `approval_expired`: an answer counts once, and while its question stands."""
    if asked is None:
        yield Problem("approval", "This question isn't open any more; each is answered once", "approval_replayed")
    elif now >= asked.expires_at:
        ended = asked.expires_at.isoformat(timespec="seconds")
        yield Problem("approval", f"The question ended at {ended}", "approval_expired")


def recorded(standing: Standing, plan_hash: str) -> bool:
    """Whether the orders of this plan are recorded already."""
    return any(order.plan_hash == plan_hash for order in standing.orders)


def _problem(finding: Finding) -> Problem:
    place = "/".join(part for part in (finding.symbol, finding.account_number) if part)
    return Problem(place or "plan", finding.message, finding.rule)


def any_of(problems: Iterable[Problem]) -> bool:
    """Whether there is one."""
    return next(iter(problems), None) is not None
