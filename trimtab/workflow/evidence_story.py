"""The first page of a pack: what happened, in plain sentences."""

from collections import Counter
from collections.abc import Iterable, Iterator

from trimtab.workflow.evidence_contents import KeptPlan, KeptState
from trimtab.workflow.evidence_models import (
    Identity,
    InputsAt,
    InstrumentDecisions,
    LineDecision,
    OverrideMade,
    Rejected,
)
from trimtab.workflow.evidence_reading import Readings, last_seq
from trimtab.workflow.evidence_terms import DECIDED, FLAGS, MODES, listed, plural, words_for
from trimtab.workflow.ports.records import Approval, KeptSession


def what_it_is(identity: Identity, plan: KeptPlan | None) -> str:
    """What kind of session it was, over what."""
    if not identity.workflow_mode:
        return f"These are the records of trading session {identity.session_id}; the session itself was never kept."
    portfolios = f" for {plural(len(plan.portfolios), 'portfolio')}" if plan else ""
    as_of = f" as of {identity.as_of.isoformat()}" if identity.as_of else ""
    mode = words_for(identity.workflow_mode, MODES)
    note = f" {identity.plan_note}" if identity.plan_note else ""
    return (
        f"A session that plans trades{portfolios} of the book {identity.book}{as_of}. It ended in the phase "
        f"{identity.phase}. Its mode: {mode}.{note}"
    )


def which_plan(readings: Readings) -> str:
    """Says where the plan isn't the one of the state that was kept last; empty where it is, or nothing was kept."""
    state, plan = last_seq(readings, KeptState), last_seq(readings, KeptPlan)
    if plan >= state:
        return ""
    why = "the book or the rules had changed by the time it was kept"
    if not plan:
        return f"Its plan was not kept: {why}."
    versions = (kept.version for reading, kept in readings.of(KeptSession) if reading.entry.seq > plan)
    return f"The plan shown is the one of its version {next(versions, '?')}. Its last plan was not kept: {why}."


def how_it_opened(identity: Identity) -> str:
    """Who opened it, and when it changed last."""
    if identity.opened_at is None or identity.changed_at is None:
        return "Its log was never kept, so nothing says who opened it."
    return (
        f"{identity.opened_by} opened it for {identity.owner or 'an owner that is not recorded'} on "
        f"{_day(identity.opened_at.isoformat())}. {identity.changed_by} changed it last, on "
        f"{_day(identity.changed_at.isoformat())}."
    )


def _day(moment: str) -> str:
    return f"{moment[:10]} at {moment[11:19]} UTC"


def what_was_decided(
    decisions: Iterable[InstrumentDecisions], overrides: Iterable[OverrideMade], *, planned: bool
) -> str:
    """The trades, how many go ahead, and who decided how many of them."""
    lines = [line for instrument in decisions for line in instrument.lines]
    people = listed(sorted({made.actor for made in overrides}))
    overridden = f" A person's override is recorded, handed in by {people}." if people else ""
    if not lines:
        return f"{'No trade was planned.' if planned else 'No plan was kept.'}{overridden}"
    held = sum(line.held for line in lines)
    by_source = Counter(line.source for line in lines).most_common()
    sources = listed([f"{count:,} {words_for(source, DECIDED)}" for source, count in by_source])
    return (
        f"{plural(len(lines), 'trade')} were considered: {len(lines) - held:,} go ahead in full and {held:,} are held "
        f"back or cut. Decided: {sources}.{overridden}"
    )


def which_facts(decisions: Iterable[InstrumentDecisions], inputs: tuple[InputsAt, ...]) -> str:
    """What the decisions rest on."""
    lines = [line for instrument in decisions for line in instrument.lines]
    kinds = Counter(kind for line in lines for kind in _cited_kinds(line))
    cited = listed([f"{words_for(kind, FLAGS)} ({count:,})" for kind, count in kinds.most_common()])
    rests = f"Decisions cite these computed facts, by number of trades: {cited}." if cited else "No fact was cited."
    if not inputs:
        return rests
    book = inputs[-1].inputs.book
    return (
        f"{rests} All facts were computed from the book {book.name} as of {book.as_of.isoformat()}, the policy and the "
        f"tax rules below."
    )


def _cited_kinds(line: LineDecision) -> Iterator[str]:
    yield from dict.fromkeys(flag.partition(":")[0] for flag in line.cited)


def what_was_rejected(rejected: Rejected, held: int) -> str:
    """What was said no to, by kind."""
    corrected = sum(removed.count for removed in rejected.removed)
    counts = (
        (corrected, "correction of an answer or a recommendation", "corrections of answers and recommendations"),
        (len(rejected.refusals), "refused request", "refused requests"),
        (len(rejected.hard_failures), "hard failure that stands", "hard failures that stand"),
        (len(rejected.declined), "declined approval", "declined approvals"),
        (held, "trade held back or cut", "trades held back or cut"),
        (len(rejected.not_traded), "line that does not trade for a stated reason", "lines that do not trade"),
    )
    said = [f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count]
    return f"{listed(said)}." if said else "Nothing was rejected."


def who_approved(approvals: tuple[Approval, ...]) -> str:
    """The approvals, and whether they were used."""
    if not approvals:
        return "Nobody's approval is recorded."
    said = [f"{each.approver} ({'used' if each.used else 'not used'})" for each in approvals]
    return f"{plural(len(approvals), 'approval')}, each of exactly one set of orders: {listed(said)}."
