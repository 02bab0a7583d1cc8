"""The chain of evidence: the hash of each entry covers everything in it, and the hash of the entry before.

Checking it needs a hash and two comparisons for each entry, so that all records can be checked every night.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from trimtab.workflow.ports.records import Evidence, EvidenceEntry, EvidenceHead, moment

FIRST_HASH: Final = hashlib.sha256(b"trimtab evidence").hexdigest()
EMPTY: Final = EvidenceHead(0, FIRST_HASH, None)
_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def canonical(content: object) -> str:
    """JSON in one spelling, on one line, in ASCII: the same content is the same bytes in every database."""
    return _CANONICAL.encode(content)


def hash_of(entry: EvidenceEntry) -> str:
    """What an entry's `hash` has to be."""
    beside = (entry.session_id, entry.kind, entry.actor, entry.source)
    return _hash(entry.previous_hash, str(entry.seq), entry.at, *beside, entry.content)


def _hash(*parts: str) -> str:
    """Of the parts in this order. None but the content, which is last, may hold a line break."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def chained(head: EvidenceHead, evidence: Iterable[Evidence], *, at: datetime) -> Iterator[EvidenceEntry]:
    """The evidence as the entries that follow this head, in order, all of this time.

    Raises:
        ValueError: a part that may not hold a line break does.
    """
    seq, previous, when = head.seq, head.hash, moment(at)
    for each in evidence:
        beside = (each.session_id, each.kind, each.actor, each.source)
        if not "".join(beside).isprintable():
            raise ValueError("A part of the evidence beside its content isn't one printable line.")
        seq += 1
        content = canonical(each.content)
        this = _hash(previous, str(seq), when, *beside, content)
        yield EvidenceEntry(
            seq=seq,
            at=when,
            session_id=each.session_id,
            kind=each.kind,
            actor=each.actor,
            source=each.source,
            content=content,
            previous_hash=previous,
            hash=this,
        )
        previous = this


def head_after(head: EvidenceHead, entries: Sequence[EvidenceEntry], *, at: datetime) -> EvidenceHead:
    """The head once these entries of that time follow; its time never goes back."""
    if not entries:
        return head
    latest = at if head.at is None else max(head.at, at)
    return EvidenceHead(entries[-1].seq, entries[-1].hash, latest)
