"""Keeps rows that aren't there, and leaves those that are as they are; the transaction is the caller's."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, column, func, select, type_coerce
from sqlalchemy.dialects import postgresql, sqlite

from trimtab.adapters.records.tables import ALLOCATION_SYMBOLS, ALLOCATIONS
from trimtab.adapters.signals.rows import Columns

AT_ONCE: Final = 2_000
"""Rows of one statement: more take more memory, and no less time."""
_GIVEN: Final = "given"
_COUNTED: Final = {"preserve_rowcount": True}


def keep(connection: Connection, table: Table, *, rows: Sequence[Columns]) -> int:
    """Keeps those whose key isn't there; how many that were. The first of several with one key counts."""
    one_by_one = connection.dialect.name == "sqlite"
    absent = _each_absent(table) if one_by_one else _all_absent(table)
    kept = 0
    for start in range(0, len(rows), AT_ONCE):
        batch = list(rows[start : start + AT_ONCE])
        given = batch if one_by_one else {_GIVEN: batch}
        kept += connection.execute(absent, given, execution_options=_COUNTED).rowcount
    return kept


def keep_allocation(connection: Connection, *, row: Columns, symbols: Sequence[str]) -> bool:
    """Keeps an allocation with the symbols that it holds; False where it was there."""
    if not keep(connection, ALLOCATIONS, rows=[row]):
        return False
    its = {"owner": row["owner"], "allocation_id": row["allocation_id"]}
    keep(connection, ALLOCATION_SYMBOLS, rows=[its | {"symbol": symbol} for symbol in sorted(symbols)])
    return True


def _each_absent(table: Table) -> sqlite.Insert:
    return sqlite.insert(table).on_conflict_do_nothing(index_elements=list(table.primary_key))


def _all_absent(table: Table) -> postgresql.Insert:
    """All rows go to PostgreSQL as one value, as JSON: one statement for each takes several times as long."""
    columns: list[Any] = [column(each.name, each.type) for each in table.c]
    as_json = type_coerce(bindparam(_GIVEN), postgresql.JSON())
    given = func.json_to_recordset(as_json).table_valued(*columns, name="given").render_derived(with_types=True)
    absent = postgresql.insert(table).from_select([each.name for each in table.c], select(given))
    return absent.on_conflict_do_nothing(index_elements=list(table.primary_key))
