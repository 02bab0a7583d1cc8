"""The rules of approval, as pure functions of where things stand: whose approval counts, and what forbids one.

Every rule has a name, which is the `code` of its problem: a refusal is never without one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from trimtab.domain.errors import Blocked, Problem
from trimtab.domain.trading.policy import Limits
from trimtab.workflow.ports.records import Approval, Approver, Standing

CLOCK_SLACK: Final = timedelta(seconds=5)
"""Clocks of several machines may differ by so much."""
MOST_FAILURES: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)
CLIENT_PREFIX: Final = "client:"
"""Marks whoever approved through a client; names of approvers have no colon."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an approval has to be of: the plan as it is now, of this session, worth `total_value` (reporting)."""

    session_id: str
    plan_hash: str
    total_value: Decimal


def people_needed(total_value: Decimal, limits: Limits) -> int:
    """How many different people have to approve a plan of this value (reporting currency); an unknown value is large.

    Source: policy `four_eyes_value`.
    """
    return 1 if total_value.is_finite() and total_value < Decimal(str(limits.four_eyes_value)) else 2


def refuse(problems: Iterable[Problem], *, what: str, next_action: str) -> None:
    """Raises `Blocked` with these problems, if there are any."""
    found = tuple(problems)
    if found:
        others = f" ({len(found) - 1} more)" if len(found) > 1 else ""
        message = f"{what}: {found[0].code}: {found[0].message}{others}"
        raise Blocked(message, problems=found, next_action=next_action)


def time_goes_back(standing: Standing, now: datetime) -> Iterator[Problem]:
    """`clock_moved`: the records hold something later than now, so no expiry can be trusted."""
    latest = standing.head.at
    if latest is not None and now < latest - CLOCK_SLACK:
        yield Problem(
            "clock",
            f"The clock says {_text(now)}, but the records hold something of {_text(latest)}",
            "clock_moved",
        )


def killed(standing: Standing) -> Iterator[Problem]:
    """`kill_switch`: nothing is approved, recorded or sent while it is on."""
    if standing.kill is not None and standing.kill.on:
        yield Problem("kill_switch", f"The kill switch is on since {_text(standing.kill.changed_at)}", "kill_switch")


def counting(standing: Standing, wanted: Wanted, *, now: datetime, people: int) -> tuple[Approval, ...]:
    """The approvals that count for a plan: of exactly it, in time, unused, one for each person.

    Where two people are needed only those with a secret of their own count: of somebody at a client nobody knows who it
    was, so it could be the same person twice.
    """
    active = {approver.name for approver in standing.approvers if not approver.removed}
    found: dict[str, Approval] = {}
    for each in standing.approvals:
        if each.plan_hash != wanted.plan_hash or each.session_id != wanted.session_id or each.used:
            continue
        if before_kill(standing, each.approved_at):
            continue
        known = each.approver in active if each.means == "secret" else people == 1
        if known and now < each.expires_at:
            found[each.approver] = each
    return tuple(found.values())


def before_kill(standing: Standing, at: datetime) -> bool:
    """Whether something was said before the kill switch was last turned: whoever said it didn't know of that."""
    return standing.kill is not None and at <= standing.kill.changed_at


def lacking(standing: Standing, wanted: Wanted, *, now: datetime, people: int) -> Iterator[Problem]:
    """Why the approvals don't suffice: one problem, by the rule that comes nearest to the cause."""
    count = len(counting(standing, wanted, now=now, people=people))
    if count >= people:
        return
    if count:
        yield Problem("approval", f"{count} of {people} approvals are there; another person's is missing", "four_eyes")
        return
    yield _nearest(standing, wanted, now=now, people=people)


def _nearest(standing: Standing, wanted: Wanted, *, now: datetime, people: int) -> Problem:
    of_plan = [each for each in standing.approvals if each.plan_hash == wanted.plan_hash]
    unused = [each for each in of_plan if not each.used]
    live = [each for each in unused if now < each.expires_at]
    if live:
        return _why_not_counting(standing, live)
    if unused:
        return Problem("approval", f"The approval ended at {_text(unused[-1].expires_at)}", "approval_expired")
    if of_plan:
        return Problem("approval", "The approval was used; each is good for one execution", "approval_used")
    return _never_approved(standing, wanted, people=people)


def _why_not_counting(standing: Standing, live: Sequence[Approval]) -> Problem:
    """Of approvals of this plan that haven't ended."""
    if any(before_kill(standing, each.approved_at) for each in live):
        return Problem("approval", "The approval was given before the kill switch was turned", "approval_before_kill")
    if any(each.means == "client" for each in live):
        return Problem("approval", "A plan of this value needs two approvers with secrets of their own", "four_eyes")
    return Problem("approval", "Whoever approved isn't an approver any more", "unknown_approver")


def _never_approved(standing: Standing, wanted: Wanted, *, people: int) -> Problem:
    if was_declined(standing, wanted.plan_hash):
        return Problem("approval", "The person who was asked declined this plan", "approval_declined")
    if any(not each.used for each in standing.approvals):
        return Problem("plan_hash", "Another plan was approved; this one differs from it", "plan_changed")
    word = "an approval" if people == 1 else f"approvals of {people} different people"
    return Problem("approval", f"The plan needs {word}", "approval_missing")


def was_declined(standing: Standing, plan_hash: str) -> bool:
    """Whether the person at a client said no to this plan: nobody is asked about it again."""
    return any(each.plan_hash == plan_hash and each.answer == "declined" for each in standing.questions)


def may_approve(standing: Standing, approver: str, *, now: datetime) -> Iterator[Problem]:
    """Whether a person with this name may try: `unknown_approver`, `approver_locked`."""
    found = approver_named(standing.approvers, approver)
    if found is None:
        yield Problem("approver", "There is no approver of that name", "unknown_approver")
    elif found.locked_until is not None and now < found.locked_until:
        yield Problem(
            "approver", f"Too many wrong secrets; locked until {_text(found.locked_until)}", "approver_locked"
        )


def approved_already(standing: Standing, wanted: Wanted, *, approver: str, now: datetime) -> Iterator[Problem]:
    """`same_approver`: a person approves a plan once; two approvals are of two people."""
    given = next((each for each in counting(standing, wanted, now=now, people=2) if each.approver == approver), None)
    if given is not None:
        until = given.expires_at
        yield Problem("approver", f"You approved this plan already, until {_text(until)}", "same_approver")


def approver_named(approvers: Sequence[Approver], name: str) -> Approver | None:
    """The approver of that name who wasn't removed."""
    return next((each for each in approvers if each.name == name and not each.removed), None)


def after_wrong_secret(approver: Approver, now: datetime) -> Approver:
    """The approver after another wrong secret: locked for a while after too many."""
    failures = approver.failures + 1
    locked = now + LOCKED_FOR if failures % MOST_FAILURES == 0 else approver.locked_until
    return approver.model_copy(update={"failures": failures, "locked_until": locked})


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
