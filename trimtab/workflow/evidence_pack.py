"""The evidence pack of one session, made of its records alone, so that it can be made when the session is long gone.

A pack holds its entries in full. Everything else in it follows from them, and can be derived from them again: that is
what `check_pack` does, without any database.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import ValidationError

from trimtab.workflow.evidence_checks import entry_problems, log_problems, plan_problems
from trimtab.workflow.evidence_contents import Inputs, KeptPlan, KeptState, Refusal
from trimtab.workflow.evidence_decisions import analyses, instrument_decisions, model_calls, not_traded, overrides_made
from trimtab.workflow.evidence_models import (
    Entry,
    EvidencePack,
    Head,
    Identity,
    InputsAt,
    LogEnd,
    Refused,
    Rejected,
    Removed,
    Story,
)
from trimtab.workflow.evidence_orders import order_stories, what_was_sent
from trimtab.workflow.evidence_reading import Readings, last_seq, read, records
from trimtab.workflow.evidence_story import (
    how_it_opened,
    what_it_is,
    what_was_decided,
    what_was_rejected,
    which_facts,
    which_plan,
    who_approved,
)
from trimtab.workflow.evidence_terms import REMOVED, words_for
from trimtab.workflow.evidence_timeline import removed_in, timeline
from trimtab.workflow.log import LogEntry
from trimtab.workflow.ports.records import (
    Approval,
    EvidenceEntry,
    EvidenceHead,
    Fill,
    KeptSession,
    OrderRow,
    Parked,
    Question,
)


def evidence_pack(entries: Sequence[EvidenceEntry], *, head: EvidenceHead, made_at: datetime) -> EvidencePack:
    """Reads a session's evidence.

    Args:
        entries: all entries of one session.
        head: where the chain of all records ends.
        made_at: when the pack is made.

    Raises:
        ValueError: there are no entries, or they aren't one session's.
    """
    readings = read(entries)
    plan = readings.last(KeptPlan)
    bare = EvidencePack(
        made_at=made_at,
        head=Head(seq=head.seq, hash=head.hash, at=head.at),
        identity=_identity(readings, plan),
        story=Story(what="", opened="", decided="", facts="", rejected="", approved="", sent=""),
        inputs=tuple(_inputs(readings)),
        totals=plan.totals if plan else None,
        timeline=timeline(readings),
        decisions=instrument_decisions(plan, _planned_state(readings)),
        rejected=_rejected(readings, plan),
        soft_warnings=plan.soft_warnings if plan else (),
        overrides=tuple(overrides_made(readings)),
        analyses=tuple(analyses(readings)),
        model_calls=tuple(model_calls(readings)),
        questions=readings.latest(Question, "question_id"),
        approvals=readings.latest(Approval, "approval_id"),
        orders=tuple(order_stories(readings)),
        fills=readings.latest(Fill, "fill_id"),
        parked=readings.latest(Parked, "parked_id"),
        log_end=_log_end(readings),
        entries=tuple(Entry.model_validate(reading.entry, from_attributes=True) for reading in readings.every),
    )
    return bare.model_copy(update={"story": _story(bare, plan)})


def check_pack(pack_json: str) -> tuple[str, ...]:
    """What is wrong with a pack, in sentences: nothing if every hash is its content's and every section follows.

    It finds what was changed in a pack. That a pack is the one of the database shows only there: by `head`, and by
    the hashes of its entries.
    """
    try:
        pack = EvidencePack.model_validate_json(pack_json)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        return (f"This isn't an evidence pack of this form: {place}: {first['msg']}.",)
    entries = tuple(EvidenceEntry(**dict(entry)) for entry in pack.entries)
    return tuple(_problems(pack, entries))


def _problems(pack: EvidencePack, entries: Sequence[EvidenceEntry]) -> Iterator[str]:
    head = EvidenceHead(pack.head.seq, pack.head.hash, pack.head.at)
    yield from entry_problems(entries, head=head)
    try:
        readings = read(entries)
    except ValueError as error:
        yield str(error)
        return
    yield from log_problems(readings)
    yield from plan_problems(readings)
    again = evidence_pack(entries, head=head, made_at=pack.made_at)
    for name in EvidencePack.model_fields:
        if getattr(pack, name) != getattr(again, name):
            yield f"The section {name} isn't what the entries say."


def _planned_state(readings: Readings) -> KeptState | None:
    """The state that the last plan is of: a plan is kept right behind its state."""
    planned = last_seq(readings, KeptPlan)
    return next((state for found, state in reversed([*readings.of(KeptState)]) if found.entry.seq < planned), None)


def _identity(readings: Readings, plan: KeptPlan | None) -> Identity:
    state = readings.last(KeptState)
    log = [entry for _, entry in readings.of(LogEntry)]
    acts = [entry for entry in log if entry.source != "model"] or log
    kept, order = readings.last(KeptSession), readings.last(OrderRow)
    return Identity(
        session_id=readings.session_id,
        owner=kept.owner if kept else "",
        version=kept.version if kept else None,
        workflow_mode=state.workflow_mode if state else "",
        phase=state.phase if state else "",
        execution_mode=order.execution_mode if order else "",
        book=state.book if state else "",
        as_of=state.as_of if state else None,
        plan_digest=plan.digest if plan else "",
        plan_note=which_plan(readings),
        opened_at=acts[0].at if acts else None,
        opened_by=acts[0].actor if acts else "",
        changed_at=acts[-1].at if acts else None,
        changed_by=acts[-1].actor if acts else "",
    )


def _inputs(readings: Readings) -> Iterator[InputsAt]:
    """What was computed from, each time that it changed."""
    before = None
    for reading, inputs in readings.of(Inputs):
        if inputs != before:
            yield InputsAt(seq=reading.entry.seq, at=reading.at, inputs=inputs)
        before = inputs


def _rejected(readings: Readings, plan: KeptPlan | None) -> Rejected:
    questions = readings.latest(Question, "question_id")
    return Rejected(
        removed=tuple(_removed(readings)),
        refusals=tuple(_refusals(readings)),
        hard_failures=plan.hard_failures if plan else (),
        declined=tuple(question for question in questions if question.answer == "declined"),
        not_traded=tuple(not_traded(plan)),
    )


def _removed(readings: Readings) -> Iterator[Removed]:
    """What log entries count as taken out or corrected, of analyses and of recommendations."""
    for reading, entry in readings.of(LogEntry):
        for detail in (entry.detail, *records(entry.detail.get("analyses"))):
            analyst = detail.get("analyst")
            about = f"{analyst}, {detail.get('side')}s" if analyst else "recommendations"
            for rule, count in removed_in(detail):
                yield Removed(
                    seq=reading.entry.seq,
                    at=entry.at,
                    actor=entry.actor,
                    about=about,
                    rule=rule,
                    words=words_for(rule, REMOVED),
                    count=count,
                )


def _refusals(readings: Readings) -> Iterator[Refused]:
    for reading, refusal in readings.of(Refusal):
        yield Refused(
            seq=reading.entry.seq,
            at=reading.at,
            actor=reading.entry.actor,
            source=reading.entry.source,
            what=refusal.what,
            rules=refusal.names,
            messages=refusal.messages,
        )


def _log_end(readings: Readings) -> LogEnd | None:
    kept = readings.last(KeptSession)
    return LogEnd(version=kept.version, seq=kept.log_seq, hash=kept.log_hash) if kept else None


def _story(pack: EvidencePack, plan: KeptPlan | None) -> Story:
    held = sum(line.held for instrument in pack.decisions for line in instrument.lines)
    return Story(
        what=what_it_is(pack.identity, plan),
        opened=how_it_opened(pack.identity),
        decided=what_was_decided(pack.decisions, pack.overrides, planned=plan is not None),
        facts=which_facts(pack.decisions, pack.inputs),
        rejected=what_was_rejected(pack.rejected, held),
        approved=who_approved(pack.approvals),
        sent=what_was_sent(pack.orders, pack.parked, mode=pack.identity.execution_mode),
    )
