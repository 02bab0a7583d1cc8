"""Rows of reference data in the database; the transaction is the caller's."""

from collections.abc import Iterable
from dataclasses import asdict, fields

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, text

from trimtab.adapters.records.faults import broken
from trimtab.adapters.reference.kinds import Kind
from trimtab.domain.factors.reference import ASSET_CLASSES
from trimtab.domain.factors.reference_edits import P


def rows_of(connection: Connection, kind: Kind[P]) -> tuple[P, ...]:
    """All rows of a table, sorted.

    Raises:
        BrokenRecord: one names an asset class that there isn't.
    """
    names = [field.name for field in fields(kind.row)]
    found = connection.execute(select(*(kind.table.c[name] for name in names))).mappings()
    rows = sorted(kind.row(**row) for row in found)
    if any(getattr(row, "asset_class", ASSET_CLASSES[0]) not in ASSET_CLASSES for row in rows):
        raise broken(
            kind.table.name, f"a row has an asset class that there isn't; there are {', '.join(ASSET_CLASSES)}."
        )
    return tuple(rows)


def store(connection: Connection, kind: Kind[P], *, rows: Iterable[P], at: str) -> None:
    """Puts these rows in the place of those of their keys, or beside them; `at` is when."""
    table = kind.table
    stamp = {"updated_at": at} if "updated_at" in table.c else {}
    values = [asdict(row) | stamp for row in rows]
    if not values:
        return
    keys = [column.name for column in table.primary_key]
    old = delete(table).where(*(table.c[key] == bindparam(f"old_{key}") for key in keys))
    connection.execute(old, [{f"old_{key}": value[key] for key in keys} for value in values])
    connection.execute(insert(table), values)


def lock(connection: Connection, table: Table) -> None:
    """Keeps other writers out until the transaction ends; SQLite has let no other in."""
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))
