"""Stores what was decided: evidence appended to the chain, and rows brought to where they stand now."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

from pydantic import JsonValue
from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from trimtab.adapters.records.faults import UNREADABLE, OfDecision, broken
from trimtab.adapters.records.reading import read_head, standing_of
from trimtab.adapters.records.tables import EVIDENCE, HEAD, KEPT_AS, KINDS, Kept
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


def write(connection: Connection, scope: Scope, *, decide: Decide) -> EvidenceHead:
    """See `RecordStore.write`; the transaction is the caller's."""
    head = read_head(connection, lock=True)
    _require_end(connection, head)
    effects = _decided(decide, standing_of(connection, scope, head=head))
    contents = [row.model_dump(mode="json") for row in effects.rows]
    entries = list(chained(head, _evidence(effects, contents), at=effects.at))
    if not entries:
        return head
    connection.execute(EVIDENCE.insert(), [dict(zip(_COLUMNS, _VALUES(entry), strict=True)) for entry in entries])
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
    by_model: dict[type[Row], list[dict[str, Any]]] = defaultdict(list)
    for seq, (row, content) in enumerate(zip(rows, contents, strict=True), first_seq):
        _require_storable(row, content)
        by_model[type(row)].append({**content, _FIRST: seq, "seq": seq})
    for model, values in by_model.items():
        connection.execute(_upsert(KEPT_AS[model], connection.dialect.name), values)


def _upsert(kept: Kept, dialect: str) -> Any:
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(kept.table)
    changed = {
        column.name: insert.excluded[column.name]
        for column in kept.table.columns
        if column.name not in {kept.key, _FIRST}
    }
    return insert.on_conflict_do_update(index_elements=[kept.key], set_=changed)


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
