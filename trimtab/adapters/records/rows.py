"""Rows of the tables as models, in the order in which they were first recorded."""

from collections.abc import Callable, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, Select, select

from trimtab.adapters.records.checking import as_it_is, is_whole, unlike
from trimtab.adapters.records.faults import broken
from trimtab.adapters.records.tables import EVIDENCE, KEPT_AS, Kept
from trimtab.domain.errors import BrokenRecord
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.records import EvidenceEntry, Fill, OrderRow, R, Row

_KEY_LIMIT: Final = 80
_ASKED_AT_ONCE: Final = 500
"""Values in one statement: SQLite takes 999 everywhere."""
_ENTRY: Final = tuple(EVIDENCE.columns.keys())
_MANY: Final[frozenset[type[Row]]] = frozenset({OrderRow, Fill})
"""Rows that are too many to be compared with their entries at every call; `verify` does."""


def found(connection: Connection, model: type[R], *conditions: ColumnElement[bool]) -> tuple[R, ...]:
    """The rows of a model for which all of this is true, in the order in which they were first recorded."""
    statement = selected(model).where(*conditions).order_by(KEPT_AS[model].table.c.first_seq)
    return read(connection, model, statement=statement)


def found_among(connection: Connection, model: type[R], *, column: str, values: Sequence[str]) -> tuple[R, ...]:
    """The rows of a model that hold one of these values in this column, in the order they were first recorded."""
    table = KEPT_AS[model].table
    statement = selected(model).add_columns(table.c.first_seq)
    asked = list(dict.fromkeys(values))
    rows: list[Sequence[Any]] = []
    for start in range(0, len(asked), _ASKED_AT_ONCE):
        rows += connection.execute(statement.where(table.c[column].in_(asked[start : start + _ASKED_AT_ONCE])))
    return tuple(map(_reader(model), sorted(rows, key=itemgetter(-1))))


def selected(model: type[Row]) -> Select[Any]:
    """What `read` needs of a row: its fields, and where it is compared with the entry that it names, that entry."""
    kept = KEPT_AS[model]
    columns = [as_it_is(kept.table.c[name]) for name in kept.fields]
    if model in _MANY:
        return select(*columns)
    return select(*columns, EVIDENCE).outerjoin_from(kept.table, EVIDENCE, EVIDENCE.c.seq == kept.table.c.seq)


def read(connection: Connection, model: type[R], *, statement: Select[Any]) -> tuple[R, ...]:
    """The rows that a statement made of `selected` gives.

    Raises:
        BrokenRecord: one can't be read, or isn't what its entry says.
    """
    return tuple(map(_reader(model), connection.execute(statement)))


def unreadable(kept: Kept, key: object, *, fields: Sequence[str]) -> BrokenRecord:
    """For a row whose fields can't have been written like this. What stands there isn't quoted."""
    return broken(kept.table.name, f"row {_named(key)} can't be read ({', '.join(fields)}).")


def _reader(model: type[R]) -> Callable[[Sequence[Any]], R]:
    return partial(_row if model in _MANY else _proven, model)


def _proven(model: type[R], row: Sequence[Any]) -> R:
    """A row that is what its entry says, and that entry what was written."""
    kept, many = KEPT_AS[model], len(KEPT_AS[model].fields)
    values, entry = row[:many], EvidenceEntry(**dict(zip(_ENTRY, row[many : many + len(_ENTRY)], strict=True)))
    proven = _row(model, values)
    fault = unlike(kept, values, kind=entry.kind, content=entry.content)
    if not fault and not is_whole(entry):
        fault = "the entry that it names isn't what was written"
    if fault:
        key = values[kept.fields.index(kept.key)]
        raise broken(kept.table.name, f"row {_named(key)}: {fault}.")
    return proven


def _row(model: type[R], row: Sequence[Any]) -> R:
    kept = KEPT_AS[model]
    values = dict(zip(kept.fields, row, strict=False))  # more may follow
    try:
        return model.model_validate(values)
    except ValidationError as error:
        fields = sorted({str(each["loc"][0]) for each in error.errors() if each["loc"]})
        # Without its cause: that quotes what stands there.
        raise unreadable(kept, values[kept.key], fields=fields) from None


def _named(key: object) -> str:
    return clean(str(key), _KEY_LIMIT)
