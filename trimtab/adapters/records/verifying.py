"""Checks all records: the chain entry by entry, then every row against the entry that wrote it.

It takes what the driver gives, without objects of SQLAlchemy or pydantic: a nightly check of everything must be quick.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Select, select
from sqlalchemy.exc import SQLAlchemyError

from trimtab.adapters.records.reading import read_head
from trimtab.adapters.records.tables import EVIDENCE, KEPT, Kept
from trimtab.domain.errors import BrokenRecord
from trimtab.domain.outside_text import clean
from trimtab.workflow.evidence import EMPTY
from trimtab.workflow.ports.records import EvidenceBreak, EvidenceHead, Verification, moment

MOST_BREAKS: Final = 1000
"""The most that are reported; behind that, only that there are some counts."""
CHUNK: Final = 2000
_KEY_LIMIT: Final = 80
_DAMAGE_LIMIT: Final = 200
_UNREADABLE: Final = (SQLAlchemyError, sqlite3.Error)


@dataclass(slots=True)
class _Found:
    """What is wrong, as far as it was found."""

    breaks: list[EvidenceBreak] = field(default_factory=list)

    @property
    def full(self) -> bool:
        return len(self.breaks) >= MOST_BREAKS

    def add(self, table: str, key: object, message: str) -> None:
        if not self.full:
            self.breaks.append(EvidenceBreak(table, clean(str(key), _KEY_LIMIT), message))


@dataclass(slots=True)
class _Written:
    """The entries that wrote the rows of one kind, first and last, by the row's key."""

    pattern: re.Pattern[str]
    first: dict[str, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)

    def note(self, content: str, seq: int) -> None:
        """A quote within a string is escaped, so what the pattern finds is the field itself."""
        match = self.pattern.search(content)
        if match is not None:
            text = match[1]
            key = json.loads(f'"{text}"') if "\\" in text else text
            self.first.setdefault(key, seq)
            self.last[key] = seq


@dataclass(slots=True)
class _Chain:
    """The chain as far as it was walked; `latest` is the latest time that any entry carries."""

    seq: int = EMPTY.seq
    hash: str = EMPTY.hash
    latest: str = ""
    entries: int = 0
    written: dict[str, _Written] = field(default_factory=dict)

    def walk(self, rows: list[Any], found: _Found) -> None:
        """Goes on with these entries. Their columns are those of the table, in its order."""
        expected, previous, latest, written = self.seq, self.hash, self.latest, self.written
        for seq, at, session_id, kind, actor, source, content, linked, hash_ in rows:
            expected += 1
            if seq != expected:
                missing = f"{expected}" if seq == expected + 1 else f"{expected} to {seq - 1}"
                found.add("evidence", expected, f"entry {missing} is missing")
                expected = seq
            if linked != previous:
                found.add("evidence", seq, "it doesn't follow the entry before it")
            text = f"{linked}\n{seq}\n{at}\n{session_id}\n{kind}\n{actor}\n{source}\n{content}"
            if sha256(text.encode(errors="surrogateescape")).hexdigest() != hash_:
                found.add("evidence", seq, "it isn't what was written")
            previous = hash_
            if str(at) > latest:
                latest = at
            if kind in written and isinstance(content, str):
                written[kind].note(content, seq)
        self.seq, self.hash, self.latest = expected, previous, latest
        self.entries += len(rows)


def verify(connection: Connection) -> Verification:
    """See `RecordStore.verify`; the transaction is the caller's, and sees one moment."""
    found = _Found()
    _check_pages(connection, found)
    chain = _Chain(written={kept.model.KIND: _Written(_key_pattern(kept)) for kept in KEPT})
    _walk_chain(connection, chain, found=found)
    head = _check_head(connection, chain, found=found)
    rows = sum(_check_table(connection, kept, written=chain.written[kept.model.KIND], found=found) for kept in KEPT)
    return Verification(entries=chain.entries, rows=rows, head=head, breaks=tuple(found.breaks))


def _key_pattern(kept: Kept) -> re.Pattern[str]:
    return re.compile(rf'"{kept.key}":"((?:[^"\\]|\\.)*)"')


def _walk_chain(connection: Connection, chain: _Chain, *, found: _Found) -> None:
    columns = EVIDENCE.c
    while not found.full:
        statement = select(EVIDENCE).where(columns.seq > chain.seq).order_by(columns.seq).limit(CHUNK)
        before = chain.seq
        try:
            rows = _fetched(connection, statement)
        except _UNREADABLE:
            found.add("evidence", before + 1, f"what follows entry {before} can't be read")
            return
        chain.walk(rows, found)
        if len(rows) < CHUNK:
            return
        if chain.seq <= before:
            found.add("evidence", before + 1, "the entries aren't in their order")
            return


def _check_head(connection: Connection, chain: _Chain, *, found: _Found) -> EvidenceHead:
    """The head as it is kept, or where the chain ends if there is none to read."""
    ends = EvidenceHead(chain.seq, chain.hash, None)
    try:
        with connection.begin_nested():
            head = read_head(connection)
    except (BrokenRecord, *_UNREADABLE):
        found.add("evidence_head", chain.seq, "the head of the chain can't be read")
        return ends
    if head.seq != chain.seq or head.hash != chain.hash:
        message = f"the head says that the chain ends with entry {head.seq} and another hash, or elsewhere than it does"
        found.add("evidence_head", head.seq, message)
    elif ("" if head.at is None else moment(head.at)) != chain.latest:
        found.add("evidence_head", head.seq, "the head says another latest time than the entries")
    return head


def _check_table(connection: Connection, kept: Kept, *, written: _Written, found: _Found) -> int:
    """How many rows there are; each is compared, and what then is left of `written` is missing."""
    missing = dict(written.last)
    count = 0
    try:
        for row in _rows(connection, kept, going_on=lambda: not found.full):
            count += 1
            *values, first_seq, seq, kind, content = row
            key = values[kept.fields.index(kept.key)]
            fault = _fault(kept, values, kind=kind, content=content)
            fault = fault or _misled(written, key, first_seq=first_seq, seq=seq)
            if fault:
                found.add(kept.table.name, key, fault)
            missing.pop(key, None)
    except _UNREADABLE:
        found.add(kept.table.name, "", f"what follows row {count} can't be read")
        return count
    for key, seq in missing.items():
        found.add(kept.table.name, key, f"it is missing; entry {seq} wrote it")
    return count


def _rows(connection: Connection, kept: Kept, *, going_on: Callable[[], bool]) -> Iterator[Any]:
    """Every row with the entry that it names, a chunk at a time, in the order of the keys."""
    table, key = kept.table, kept.table.c[kept.key]
    statement = (
        select(*(table.c[name] for name in kept.fields), table.c.first_seq, table.c.seq)
        .add_columns(EVIDENCE.c.kind, EVIDENCE.c.content)
        .outerjoin_from(table, EVIDENCE, EVIDENCE.c.seq == table.c.seq)
        .order_by(key)
        .limit(CHUNK)
    )
    place = kept.fields.index(kept.key)
    rows = _fetched(connection, statement)
    while rows and going_on():
        yield from rows
        rows = _fetched(connection, statement.where(key > rows[-1][place])) if len(rows) == CHUNK else []


def _fault(kept: Kept, values: list[Any], *, kind: object, content: object) -> str:
    """What is wrong with a row beside the entry that it names; nothing where they are alike."""
    if kind is None or not isinstance(content, str):
        return "the entry that it names isn't there"
    if kind != kept.model.KIND:
        return f"the entry that it names isn't of the kind {kept.model.KIND}"
    try:
        wanted = json.loads(content)
    except ValueError:
        return "the content of the entry that it names can't be read"
    row = dict(zip(kept.fields, values, strict=True))
    if row == wanted:
        return ""
    wanted = wanted if isinstance(wanted, dict) else {}
    differing = [name for name in kept.fields if name not in wanted or row[name] != wanted[name]]
    return f"it isn't what its entry says ({', '.join(differing) or 'fields'})"


def _misled(written: _Written, key: object, *, first_seq: object, seq: object) -> str:
    if key not in written.last:
        return "no entry wrote it"
    if written.last[str(key)] != seq:
        return f"the last entry that wrote it is {written.last[str(key)]}, not {seq}"
    if written.first[str(key)] != first_seq:
        return f"the first entry that wrote it is {written.first[str(key)]}, not {first_seq}"
    return ""


def _check_pages(connection: Connection, found: _Found) -> None:
    """A SQLite file that was changed from outside may hide rows behind an index that doesn't know them."""
    if connection.dialect.name != "sqlite":
        return
    try:
        said = [str(line) for (line,) in connection.exec_driver_sql(f"PRAGMA integrity_check({MOST_BREAKS})")]
    except _UNREADABLE:
        said = ["the file can't be gone through"]
    for line in said:
        if line != "ok":
            found.add("database", "", clean(line, _DAMAGE_LIMIT))


def _fetched(connection: Connection, statement: Select[Any]) -> list[Any]:
    """What the driver gives, as tuples. A statement that fails leaves the transaction usable."""
    with connection.begin_nested():
        try:
            return _tuples(connection, statement)
        except _UNREADABLE as error:
            if "decode" not in str(error):
                raise
        # Bytes that are no text compare as unequal, and their neighbours can still be checked.
        with _any_bytes(connection):
            return _tuples(connection, statement)


def _tuples(connection: Connection, statement: Select[Any]) -> list[Any]:
    result = connection.execute(statement)
    cursor: Any = result.cursor
    try:
        return list(cursor.fetchall())
    finally:
        result.close()


@contextmanager
def _any_bytes(connection: Connection) -> Iterator[None]:
    driver: Any = connection.connection.driver_connection
    driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str
