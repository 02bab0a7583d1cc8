"""Rows of reference data in the database; the transaction is the caller's."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from typing import Final

from sqlalchemy import Column, Connection, RowMapping, Table, bindparam, delete, insert, select, text, type_coerce
from sqlalchemy.types import NULLTYPE

from trimtab.adapters.reference.broken_rows import WrongValue, broken_rows
from trimtab.adapters.reference.kinds import Kind
from trimtab.domain.factors.reference_edits import Difference, P, key_of
from trimtab.domain.factors.reference_rows import wrong_rows

_BELONGS: Final[Mapping[type, str]] = {
    str: "Here belongs a text.",
    int: "Here belongs a whole number.",
    bool: "Here belongs true or false.",
}


def rows_of(connection: Connection, kind: Kind[P]) -> tuple[P, ...]:
    """All rows of a table, sorted.

    Raises:
        BrokenRecord: some hold what nobody could have written; it names them all, up to a limit.
    """
    columns = [kind.table.c[field.name] for field in fields(kind.row)]
    # As it stands: SQLite keeps anything in any column, and a column of booleans would make true of it.
    raw = (type_coerce(column, NULLTYPE).label(column.name) for column in columns)
    found = connection.execute(select(*raw)).mappings().all()
    wrong = [value for row in found for value in _mistyped(row, kind.table, columns=columns)]
    if not wrong:
        types = {column.name: column.type.python_type for column in columns}
        rows = sorted(kind.row(**{name: of_type(row[name]) for name, of_type in types.items()}) for row in found)
        wrong = [WrongValue(key_of(row), field, said) for row, field, said in wrong_rows(rows)]
    if wrong:
        raise broken_rows(kind.table.name, wrong)
    return tuple(rows)


def store(connection: Connection, kind: Kind[P], *, changes: Iterable[Difference[P]], at: str) -> None:
    """Brings the table's rows from what they are before these changes to what they are after; `at` is when."""
    table = kind.table
    keys = [column.name for column in table.primary_key]
    stamp = {"updated_at": at} if "updated_at" in table.c else {}
    told = list(changes)
    old = [asdict(each.before) for each in told if each.before is not None]
    new = [asdict(each.after) | stamp for each in told if each.after is not None]
    if old:
        of_key = delete(table).where(*(table.c[key] == bindparam(f"old_{key}") for key in keys))
        connection.execute(of_key, [{f"old_{key}": row[key] for key in keys} for row in old])
    if new:
        connection.execute(insert(table), new)


def lock(connection: Connection, table: Table) -> None:
    """Keeps other writers out until the transaction ends; SQLite has let no other in."""
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))


def _mistyped(row: RowMapping, table: Table, *, columns: Iterable[Column[object]]) -> Iterator[WrongValue]:
    key = tuple(row[column.name] for column in table.primary_key)
    for column in columns:
        expected = column.type.python_type
        if not _is(row[column.name], expected):
            yield WrongValue(key, column.name, _BELONGS[expected])


def _is(value: object, expected: type) -> bool:
    """Whether it is of this type; SQLite keeps true and false as 1 and 0."""
    if expected is bool:
        return isinstance(value, int) and value in {0, 1}
    return isinstance(value, expected)
