"""The triggers by which the database keeps what is append-only so: whether they are still there, and as they were."""

from typing import Final

from sqlalchemy import Connection, Table, text

from trimtab.adapters.records.checking import Found
from trimtab.adapters.records.faults import UNREADABLE
from trimtab.adapters.records.tables import EVIDENCE, NEVER_CHANGED

_BEFORE_ANY_CHANGE: Final = 2 + 8 + 16 + 32
"""How PostgreSQL writes: before the statement, where it deletes, updates or truncates."""


def _named(table: Table) -> str:
    """How the names of a table's triggers begin."""
    return f"{table.name}_{'is' if table is EVIDENCE else 'are'}_never"


def _refusal(table: Table) -> str:
    return "evidence is append-only" if table is EVIDENCE else "what is kept of frameworks is append-only"


def _in_sqlite(table: Table) -> dict[str, str]:
    abort = f"BEGIN SELECT RAISE(ABORT, '{_refusal(table)}'); END"
    same_key = " AND ".join(f"{column.name} = NEW.{column.name}" for column in table.primary_key)
    there = f"WHEN EXISTS (SELECT 1 FROM {table.name} WHERE {same_key}) "
    events = {"changed": ("UPDATE", ""), "deleted": ("DELETE", ""), "replaced": ("INSERT", there)}
    return {
        f"{_named(table)}_{what}": f"CREATE TRIGGER {_named(table)}_{what} BEFORE {event} ON {table.name} {when}{abort}"
        for what, (event, when) in events.items()
    }


def _in_postgres(table: Table) -> dict[str, str]:
    raised = f"BEGIN RAISE EXCEPTION '{_refusal(table)}'; END"
    return {f"{_named(table)}_changed": f"O {_BEFORE_ANY_CHANGE} {table.name} {raised}"}


_TABLES: Final = (EVIDENCE, *NEVER_CHANGED)
_SQLITE: Final = {name: sql for table in _TABLES for name, sql in _in_sqlite(table).items()}
_POSTGRES: Final = {name: what for table in _TABLES for name, what in _in_postgres(table).items()}
_KEEPS: Final = {name: table.name for table in _TABLES for name in _in_sqlite(table)}
"""Which table a trigger keeps from being changed."""
_SQLITE_FOUND: Final = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
_POSTGRES_FOUND: Final = (
    "SELECT t.tgname, t.tgenabled::text || ' ' || t.tgtype || ' ' || c.relname || ' ' || trim(p.prosrc) "
    "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
)


def check_triggers(connection: Connection, found: Found) -> None:
    """Adds a break for each trigger that is missing, was changed or switched off, or isn't one of these."""
    sqlite = connection.dialect.name == "sqlite"
    wanted = _SQLITE if sqlite else _POSTGRES
    try:
        with connection.begin_nested():
            rows = connection.execute(text(_SQLITE_FOUND if sqlite else _POSTGRES_FOUND))
            there = {str(name): str(what) for name, what in rows}
    except UNREADABLE:
        found.add("database", "", message="its triggers can't be read")
        return
    for name in sorted(wanted.keys() | there.keys()):
        if there.get(name) != wanted.get(name):
            found.add("database", name, message=_fault(name, is_ours=name in wanted, is_there=name in there))


def _fault(name: str, *, is_ours: bool, is_there: bool) -> str:
    if not is_there:
        return f"the trigger that keeps {_KEEPS[name]} from being changed is missing"
    return (
        "a trigger of the records was changed or switched off"
        if is_ours
        else "it is a trigger that the records don't have"
    )
