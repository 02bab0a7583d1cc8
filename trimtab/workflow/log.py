"""A session's log: who did what, append-only, each entry chained to the one before by its hash.

The first entry chains to a hash of the session id, so a log can't be passed off as another session's. Taking
entries off the end leaves a valid chain; only the head that the store keeps beside the session shows it.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

Break = Literal["changed", "removed", "reordered", "inserted"]


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


class LogEvent(BaseModel):
    """Something that happened: who did it, where it came from, and what is particular to it, as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    at: Annotated[AwareDatetime, AfterValidator(_in_utc)]
    actor: str
    source: str
    action: str
    detail: dict[str, JsonValue] = {}


class LogEntry(LogEvent):
    """An event in its place in the chain; `seq` counts from 1."""

    seq: Annotated[int, Field(ge=1)]
    previous_hash: str
    hash: str

    @property
    def content_hash(self) -> str:
        """What `hash` has to be: SHA-256 of the canonical JSON of all the rest, the previous hash included."""
        content = self.model_dump(mode="json", exclude={"hash"})
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class LogHead:
    """The end of a log, where the next entry attaches."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class LogBreak:
    """Where a log stops being what was written, and how."""

    seq: int
    kind: Break
    message: str


def first_head(session_id: str) -> LogHead:
    """The head of a session's empty log."""
    return LogHead(seq=0, hash=hashlib.sha256(f"trimtab session {session_id}".encode()).hexdigest())


def append(head: LogHead, event: LogEvent) -> LogEntry:
    """The event as the entry that follows this head."""
    draft = LogEntry(**dict(event), seq=head.seq + 1, previous_hash=head.hash, hash="")
    return draft.model_copy(update={"hash": draft.content_hash})


def chain(head: LogHead, events: Iterable[LogEvent]) -> tuple[LogEntry, ...]:
    """The events as the entries that follow this head, in order."""
    entries: list[LogEntry] = []
    for event in events:
        entries.append(append(head, event))
        head = head_of(entries[-1])
    return tuple(entries)


def head_of(entry: LogEntry) -> LogHead:
    """The head of a log that ends with this entry."""
    return LogHead(seq=entry.seq, hash=entry.hash)


def extended(head: LogHead, entries: Iterable[LogEntry]) -> LogHead:
    """The head after these entries; a store calls it before it appends.

    Raises:
        ValueError: the entries don't continue this head.
    """
    for entry in entries:
        if (entry.seq, entry.previous_hash) != (head.seq + 1, head.hash):
            raise ValueError(f"Log entry {entry.seq} doesn't continue a log that ends with entry {head.seq}.")
        head = head_of(entry)
    return head


def verify(session_id: str, entries: Sequence[LogEntry], *, head: LogHead | None = None) -> LogBreak | None:
    """The first place where a whole log is broken, None if it is sound.

    `head` is the one that the store keeps; without it an end that was cut off or written anew isn't noticed.
    """
    changed = next((entry.seq for entry in entries if entry.hash != entry.content_hash), None)
    if changed is not None:
        return LogBreak(changed, "changed", f"Entry {changed} was changed: its hash isn't its content's.")
    return _misplaced(entries) or _unlinked(session_id, entries) or _wrong_end(session_id, entries, head=head)


def _misplaced(entries: Sequence[LogEntry]) -> LogBreak | None:
    """The first entry whose number isn't the next one."""
    numbers = [entry.seq for entry in entries]
    for expected, seq in enumerate(numbers, start=1):
        if seq == expected:
            continue
        if seq in numbers[: expected - 1]:
            return LogBreak(seq, "inserted", f"There are two entries {seq}: one was inserted.")
        if expected in numbers[expected:]:
            return LogBreak(seq, "reordered", f"Entry {seq} stands where entry {expected} belongs.")
        return LogBreak(expected, "removed", f"Entry {expected} was removed: entry {seq} takes its place.")
    return None


def _unlinked(session_id: str, entries: Sequence[LogEntry]) -> LogBreak | None:
    """The first entry that a neighbour disowns though its hash is right: written anew, hash and all."""
    hashes = [first_head(session_id).hash, *(entry.hash for entry in entries)]
    follows = [entry.previous_hash == before for entry, before in zip(entries, hashes, strict=False)]
    if all(follows):
        return None
    at = follows.index(False)
    disowned_by_both = at == 0 or not all(follows[at + 1 : at + 2])
    seq = entries[at if disowned_by_both else at - 1].seq
    return LogBreak(seq, "changed", f"Entry {seq} was changed: the chain doesn't lead through it.")


def _wrong_end(session_id: str, entries: Sequence[LogEntry], *, head: LogHead | None) -> LogBreak | None:
    """The end that isn't the one the store knows."""
    end = head_of(entries[-1]) if entries else first_head(session_id)
    if head is None or end == head:
        return None
    if end.seq < head.seq:
        seq = end.seq + 1
        return LogBreak(seq, "removed", f"Entry {seq} was removed: the log goes on to entry {head.seq}.")
    kind: Break = "inserted" if end.seq > head.seq else "changed"
    return LogBreak(end.seq, kind, f"Entry {end.seq} was {kind}: the session's log ends with another one.")
