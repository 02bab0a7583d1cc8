"""Stores what was decided: evidence appended to the chain, and rows brought to where they stand now."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import fields
from operator import attrgetter, itemgetter
from typing import Any, Final

from pydantic import JsonValue
from sqlalchemy import Connection, select, update

from trimtab.adapters.records.faults import UNREADABLE, OfDecision, broken
from trimtab.adapters.records.reading import read_head, standing_of
from trimtab.adapters.records.tables import EVIDENCE, HEAD, KEPT, KINDS, Kept
from trimtab.workflow.evidence import EMPTY, chained, head_after
from trimtab.workflow.ports.records import (
    Decide,
    Effects,
    Evidence,
    EvidenceEntry,
    EvidenceHead,
    Row,
    Scope,
    Standing,
    moment,
)

_COLUMNS: Final = tuple(field.name for field in fields(EvidenceEntry))
_VALUES: Final = attrgetter(*_COLUMNS)
_LARGEST: Final = 2**63 - 1
_FIRST: Final = "first_seq"
_LAST: Final = "seq"


def _insert(table: str, columns: Sequence[str]) -> str:
    """A statement that both databases understand, but for the marks of its values."""
    return f"INSERT INTO {table} ({', '.join(map(_quoted, columns))}) VALUES ({{marks}})"


def _upsert(kept: Kept) -> str:
    """Also brings a row that is there to where it stands now; `first_seq` stays."""
    changed = [f"{name} = excluded.{name}" for name in map(_quoted, (*kept.fields, _LAST)) if name != _quoted(kept.key)]
    stored = _insert(kept.table.name, (*kept.fields, _FIRST, _LAST))
    return f"{stored} ON CONFLICT ({_quoted(kept.key)}) DO UPDATE SET {', '.join(changed)}"


def _quoted(name: str) -> str:
    return f'"{name}"'


_EVIDENCE: Final = _insert(EVIDENCE.name, _COLUMNS)
_ROWS: Final = {kept.model: _upsert(kept) for kept in KEPT}
_IN_ORDER: Final = {kept.model: itemgetter(*kept.fields) for kept in KEPT}


def write(connection: Connection, scope: Scope, *, decide: Decide) -> EvidenceHead:
    """See `RecordStore.write`; the transaction is the caller's."""
    head = read_head(connection, lock=True)
    _require_end(connection, head)
    effects = _decided(decide, standing_of(connection, scope, head=head))
    contents = [row.model_dump(mode="json") for row in effects.rows]
    entries = list(chained(head, _evidence(effects, contents), at=effects.at))
    if not entries:
        return head
    _store(connection, _EVIDENCE, values=list(map(_VALUES, entries)))
    first_of_rows = entries[-1].seq - len(contents) + 1
    _store_rows(connection, effects.rows, contents=contents, first_seq=first_of_rows)
    after = head_after(head, entries, at=effects.at)
    at = None if after.at is None else moment(after.at)
    connection.execute(update(HEAD).values(seq=after.seq, hash=after.hash, at=at))
    return after


def _decided(decide: Decide, standing: Standing) -> Effects:
    try:
        return decide(standing)
    except UNREADABLE as error:
        raise OfDecision(error) from error


def touch(connection: Connection) -> None:
    """Writes what stands there already, so that a database that can't be written to shows."""
    _require_end(connection, read_head(connection, lock=True))
    connection.execute(update(HEAD).values(seq=HEAD.c.seq))


def _require_end(connection: Connection, head: EvidenceHead) -> None:
    """Nothing is appended to a chain whose end isn't where its head says."""
    newest_first = select(EVIDENCE.c.seq, EVIDENCE.c.hash).order_by(EVIDENCE.c.seq.desc())
    last = connection.execute(newest_first.limit(1)).first()
    end = (EMPTY.seq, EMPTY.hash) if last is None else tuple(last)
    if end != (head.seq, head.hash):
        raise broken("evidence_head", "it isn't the end of the chain.")


def _evidence(effects: Effects, contents: Sequence[dict[str, JsonValue]]) -> Iterator[Evidence]:
    for each in effects.evidence:
        if each.kind in KINDS:
            raise ValueError(f"Evidence of the kind {each.kind} is only made by storing such a row.")
        yield each
    for row, content in zip(effects.rows, contents, strict=True):
        yield Evidence(
            kind=row.KIND, actor=effects.actor, source=effects.source, session_id=row.session_id, content=content
        )


def _store_rows(
    connection: Connection, rows: Sequence[Row], *, contents: Sequence[dict[str, JsonValue]], first_seq: int
) -> None:
    by_model: dict[type[Row], list[tuple[Any, ...]]] = defaultdict(list)
    for seq, (row, content) in enumerate(zip(rows, contents, strict=True), first_seq):
        _require_storable(row, content)
        by_model[type(row)].append((*_IN_ORDER[type(row)](content), seq, seq))
    for model, values in by_model.items():
        _store(connection, _ROWS[model], values=values)


def _store(connection: Connection, statement: str, *, values: Sequence[tuple[Any, ...]]) -> None:
    """Runs a statement for each of these values, which are what the driver takes: SQLAlchemy would look at each."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join([mark] * len(values[0]))
    connection.exec_driver_sql(statement.format(marks=marks), list(values))


def _require_storable(row: Row, content: dict[str, JsonValue]) -> None:
    """One database takes what another doesn't; what not all of them take is refused for all of them."""
    for name, value in content.items():
        if isinstance(value, str):
            if not value.isascii():
                value.encode()  # a lone surrogate is a ValueError
            if "\0" in value:
                raise ValueError(f"The {row.KIND}'s {name} holds a character that no database keeps.")
        elif isinstance(value, int) and not -_LARGEST <= value <= _LARGEST:
            raise ValueError(f"The {row.KIND}'s {name} is a number that no database keeps.")
