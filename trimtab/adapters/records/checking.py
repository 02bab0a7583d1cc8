"""What makes records sound: entries that follow each other, and rows that are what their entries say."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Select, select, type_coerce

from trimtab.adapters.records.tables import COUNT, EVIDENCE, Kept
from trimtab.domain.outside_text import clean
from trimtab.workflow.evidence import EMPTY, hash_of
from trimtab.workflow.ports.records import EvidenceBreak, EvidenceEntry

MOST_BREAKS: Final = 1000
"""The most that are told; where there are as many there may be more."""
_KEY_LIMIT: Final = 80


@dataclass(slots=True)
class Found:
    """What is wrong, as far as it was found."""

    breaks: list[EvidenceBreak] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether looking on makes no sense."""
        return len(self.breaks) >= MOST_BREAKS

    def add(self, table: str, key: object, *, message: str) -> None:
        """One fault, where there is room for it."""
        if not self.full:
            self.breaks.append(EvidenceBreak(table, clean(str(key), _KEY_LIMIT), message))


class Written:
    """The entries that wrote the rows of one kind, first and last, by the row's key."""

    def __init__(self, kept: Kept) -> None:
        self._name = kept.key
        # A quote within a string is escaped, so what this finds is the field itself, never a part of another's text.
        self._key = re.compile(rf'"{kept.key}":"([^"\\]*)"').search
        self.first: dict[object, int] = {}
        self.last: dict[object, int] = {}

    def note(self, content: str, seq: int) -> None:
        """An entry of this kind."""
        match = self._key(content)
        key = match[1] if match else self._escaped_key(content)
        if key not in self.last:
            self.first[key] = seq
        self.last[key] = seq

    def _escaped_key(self, content: str) -> str:
        try:
            return str(json.loads(content)[self._name])
        except (ValueError, TypeError, LookupError):
            return ""

    def misled(self, key: object, *, first_seq: object, seq: object) -> str:
        """What is wrong with the entries that a row names; nothing where they are those that wrote it."""
        if key not in self.last:
            return "no entry wrote it"
        if self.last[key] != seq:
            return f"the last entry that wrote it is {self.last[key]}, not {seq}"
        if self.first[key] != first_seq:
            return f"the first entry that wrote it is {self.first[key]}, not {first_seq}"
        return ""


@dataclass(slots=True)
class Chain:
    """The chain as far as it was walked; `latest` is the latest time that any entry carries."""

    seq: int = EMPTY.seq
    hash: str = EMPTY.hash
    latest: str = ""
    entries: int = 0

    def walk(self, entries: Sequence[Any], found: Found) -> None:
        """Goes on with these entries. Their columns are those of the table, in its order."""
        expected, previous, latest = self.seq, self.hash, self.latest
        for seq, at, session_id, kind, actor, source, content, linked, hash_ in entries:
            expected += 1
            if seq != expected:
                found.add("evidence", expected, message=_gap(expected, seq))
                expected = seq
            if linked != previous:
                found.add("evidence", seq, message="it doesn't follow the entry before it")
            # Spelled out, and not `hash_of`, as an object for each entry would cost more than its hash.
            text = f"{linked}\n{seq}\n{at}\n{session_id}\n{kind}\n{actor}\n{source}\n{content}"
            if sha256(text.encode(errors="surrogateescape")).hexdigest() != hash_:
                found.add("evidence", seq, message="it isn't what was written")
            previous = hash_
            if at != latest:
                latest = max(latest, str(at))
        self.seq, self.hash, self.latest = expected, previous, latest
        self.entries += len(entries)


def _gap(expected: int, seq: int) -> str:
    return f"entry {expected} is missing" if seq == expected + 1 else f"entries {expected} to {seq - 1} are missing"


class TableCheck:
    """Compares the rows of one table with the entries that they name, and with all that the evidence knows."""

    def __init__(self, kept: Kept, written: Written) -> None:
        self._kept = kept
        self._written = written
        self._fields = kept.fields
        self._place = kept.fields.index(kept.key)
        self._spell = _spelling(kept)
        self.start()

    def start(self) -> Select[Any]:
        """Forgets what it saw; what to read: each row, and the kind and content of the entry that it names."""
        self.rows = 0
        self.faults: list[tuple[object, str]] = []
        self._missing = dict(self._written.last)
        table = self._kept.table
        return (
            select(*map(as_it_is, (table.c[name] for name in self._fields)), table.c.first_seq, table.c.seq)
            .add_columns(EVIDENCE.c.kind, EVIDENCE.c.content)
            .outerjoin_from(table, EVIDENCE, EVIDENCE.c.seq == table.c.seq)
        )

    def go_on(self, rows: Sequence[Any]) -> None:
        """Compares these rows too."""
        self.rows += len(rows)
        for *values, first_seq, seq, kind, content in rows:
            key = values[self._place]
            fault = (
                ""
                if self._spells(values, kind=kind, content=content)
                else unlike(self._kept, values, kind=kind, content=content)
            )
            fault = fault or self._written.misled(key, first_seq=first_seq, seq=seq)
            if fault:
                self.faults.append((key, fault))
            self._missing.pop(key, None)

    def break_off(self) -> None:
        """Nothing more can be read."""
        self.faults.append(("", f"what follows row {self.rows} can't be read"))

    def end(self) -> None:
        """That were all rows."""
        self.faults += ((key, f"it is missing; entry {seq} wrote it") for key, seq in self._missing.items())

    def _spells(self, values: list[Any], *, kind: object, content: object) -> bool:
        """Whether a row is what its entry says, at a glance."""
        if self._spell is None or kind != self._kept.model.KIND or not isinstance(content, str):
            return False
        # Most rows hold nothing that JSON escapes, and are spelled quicker than their entry is parsed. Without a
        # backslash every quote of the entry ends a string, so only equal values are spelled alike.
        return "\\" not in content and self._spell(values) == content


def unlike(kept: Kept, values: Sequence[Any], *, kind: object, content: object) -> str:
    """What is wrong with a row, whose fields are these; nothing where it is what its entry says."""
    fault = _misnamed(kept, kind=kind, content=content)
    if fault:
        return fault
    try:
        said = json.loads(str(content))
    except ValueError:
        return "the content of the entry that it names can't be read"
    # An entry of an earlier release lacks the fields that came later. Its hash covers what it holds and so what it
    # lacks: no field can be taken out of it unnoticed, and the row may hold nothing but that field's default.
    wanted = {**kept.defaults, **said} if isinstance(said, dict) else said
    row = dict(zip(kept.fields, values, strict=True))
    return "" if row == wanted else f"it isn't what its entry says ({_differing(row, wanted)})"


def is_whole(entry: EvidenceEntry) -> bool:
    """Whether an entry is what was written: all of it is text, and the hash is of it."""
    try:
        return hash_of(entry) == entry.hash
    except TypeError:  # a part isn't text
        return False


def _misnamed(kept: Kept, *, kind: object, content: object) -> str:
    if kind is None or not isinstance(content, str):
        return "the entry that it names isn't there"
    return "" if kind == kept.model.KIND else f"the entry that it names isn't of the kind {kept.model.KIND}"


def as_it_is(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """SQLite keeps truth values as numbers, of which most would read as true."""
    return type_coerce(column, COUNT) if isinstance(column.type, Boolean) else column


class _Spelling:
    """Spells a row of nothing but text as its entry does."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        places = sorted(range(len(fields)), key=fields.__getitem__)
        self._form = "{" + ",".join(f'"{fields[place]}":"%s"' for place in places) + "}"
        self._in_order = itemgetter(*places)

    def __call__(self, values: list[Any]) -> str:
        spelled: str = self._form % self._in_order(values)
        return spelled


def _spelling(kept: Kept) -> _Spelling | None:
    columns = [kept.table.c[name] for name in kept.fields]
    return _Spelling(kept.fields) if all(column.type.python_type is str for column in columns) else None


def _differing(row: dict[str, Any], wanted: object) -> str:
    known = wanted if isinstance(wanted, dict) else {}
    return ", ".join(name for name, value in row.items() if name not in known or value != known[name]) or "other fields"
