"""The triggers by which the database keeps evidence append-only: whether they are still there, and as they were."""

from typing import Final

from sqlalchemy import Connection, text

from trimtab.adapters.records.checking import Found
from trimtab.adapters.records.faults import UNREADABLE

_ABORT: Final = "BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END"
_SQLITE: Final = {
    "evidence_is_never_changed": f"CREATE TRIGGER evidence_is_never_changed BEFORE UPDATE ON evidence {_ABORT}",
    "evidence_is_never_deleted": f"CREATE TRIGGER evidence_is_never_deleted BEFORE DELETE ON evidence {_ABORT}",
    "evidence_is_never_replaced": "CREATE TRIGGER evidence_is_never_replaced BEFORE INSERT ON evidence "
    f"WHEN EXISTS (SELECT 1 FROM evidence WHERE seq = NEW.seq) {_ABORT}",
}
_BEFORE_ANY_CHANGE: Final = 2 + 8 + 16 + 32
"""How PostgreSQL writes: before the statement, where it deletes, updates or truncates."""
_POSTGRES: Final = {
    "evidence_is_never_changed": f"O {_BEFORE_ANY_CHANGE} BEGIN RAISE EXCEPTION 'evidence is append-only'; END",
}
_SQLITE_FOUND: Final = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
_POSTGRES_FOUND: Final = (
    "SELECT t.tgname, t.tgenabled::text || ' ' || t.tgtype || ' ' || trim(p.prosrc) FROM pg_trigger t "
    "JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid "
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
            found.add("database", name, message=_fault(name in wanted, name in there))


def _fault(ours: bool, there: bool) -> str:
    if not there:
        return "the trigger that keeps evidence from being changed is missing"
    return (
        "a trigger of the records was changed or switched off"
        if ours
        else "it is a trigger that the records don't have"
    )
