"""The chain of evidence: the hash of each entry covers everything in it, and the hash of the entry before.

Checking it needs a hash and two comparisons for each entry, so that all records can be checked every night.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from trimtab.workflow.ports.records import Evidence, EvidenceEntry, EvidenceHead, moment

FIRST_HASH: Final = hashlib.sha256(b"trimtab evidence").hexdigest()
EMPTY: Final = EvidenceHead(0, FIRST_HASH, None)


def canonical(content: object) -> str:
    """JSON in one spelling, on one line, in ASCII: the same content is the same bytes in every database."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def hash_of(entry: EvidenceEntry) -> str:
    """What an entry's `hash` has to be. No part but the content, which is last, may hold a line break."""
    parts = (entry.previous_hash, str(entry.seq), entry.at, entry.session_id, entry.kind, entry.actor, entry.source)
    return hashlib.sha256("\n".join((*parts, entry.content)).encode()).hexdigest()


def chained(head: EvidenceHead, evidence: Iterable[Evidence], *, at: datetime) -> Iterator[EvidenceEntry]:
    """The evidence as the entries that follow this head, in order, all of this time.

    Raises:
        ValueError: a part that may not hold a line break does.
    """
    seq, previous, when = head.seq, head.hash, moment(at)
    for each in evidence:
        if any(not part.isprintable() for part in (each.session_id, each.kind, each.actor, each.source)):
            raise ValueError("A part of the evidence beside its content isn't one printable line.")
        seq += 1
        draft = EvidenceEntry(
            seq=seq,
            at=when,
            session_id=each.session_id,
            kind=each.kind,
            actor=each.actor,
            source=each.source,
            content=canonical(each.content),
            previous_hash=previous,
            hash="",
        )
        entry = replace(draft, hash=hash_of(draft))
        previous = entry.hash
        yield entry


def head_after(head: EvidenceHead, entries: Sequence[EvidenceEntry], *, at: datetime) -> EvidenceHead:
    """The head once these entries of that time follow; its time never goes back."""
    if not entries:
        return head
    latest = at if head.at is None else max(head.at, at)
    return EvidenceHead(entries[-1].seq, entries[-1].hash, latest)
