"""Whether a session's evidence is what was written, as far as it can be told from the session's entries alone."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import pairwise

from trimtab.workflow.evidence import hash_of
from trimtab.workflow.evidence_contents import LOG, KeptPlan
from trimtab.workflow.evidence_reading import Readings
from trimtab.workflow.log import LogEntry, LogHead, verify
from trimtab.workflow.plan_document import canonical
from trimtab.workflow.ports.records import EvidenceEntry, EvidenceHead, KeptSession


def entry_problems(entries: Sequence[EvidenceEntry], *, head: EvidenceHead) -> Iterator[str]:
    """Entries whose hash isn't their content's, that are out of order, or that don't lead to each other or the head.

    Between a session's entries there may be others', so that only neighbours can be compared.
    """
    for entry in entries:
        if entry.hash != hash_of(entry):
            yield f"Entry {entry.seq} was changed: its hash isn't its content's."
    for before, entry in pairwise(entries):
        if entry.seq <= before.seq:
            yield f"Entry {entry.seq} stands behind entry {before.seq}."
        elif entry.seq == before.seq + 1 and entry.previous_hash != before.hash:
            yield f"Entry {entry.seq} doesn't follow entry {before.seq}."
    yield from _beyond(entries, head)


def _beyond(entries: Sequence[EvidenceEntry], head: EvidenceHead) -> Iterator[str]:
    last = entries[-1] if entries else None
    if last is not None and (last.seq > head.seq or (last.seq == head.seq and last.hash != head.hash)):
        yield f"Entry {last.seq} isn't part of records that end with entry {head.seq}."


def log_problems(readings: Readings) -> Iterator[str]:
    """Whether the session's own log is whole, and ends where each keeping said that it ended."""
    log = [entry for _, entry in readings.of(LogEntry)]
    kept = readings.last(KeptSession)
    unread = sum(reading.entry.kind == LOG and reading.content is None for reading in readings.every)
    if unread:
        yield f"{unread} log entries can't be read."
    if kept is None and not log:
        return
    head = LogHead(kept.log_seq, kept.log_hash) if kept else None
    found = verify(readings.session_id, log, head=head)
    if found is not None:
        yield f"The session's log: {found.message}"


def plan_problems(readings: Readings) -> Iterator[str]:
    """Plans whose digest isn't their document's."""
    for reading, plan in readings.of(KeptPlan):
        if hashlib.sha256(canonical(plan.document).encode()).hexdigest() != plan.digest:
            yield f"The plan of entry {reading.entry.seq} isn't the one that its digest stands for."
