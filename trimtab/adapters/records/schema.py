"""Whether a database has the form that this release reads and writes; looking changes nothing."""

from typing import Final

from sqlalchemy import Connection, inspect, text

from trimtab.adapters.records.faults import damaged, misplaced, newer_schema, older_schema

VERSION_TABLE: Final = "records_version"
REVISIONS: Final = ("0001", "0002", "0003", "0004", "0005", "0006")
"""All that this release knows, the oldest first."""
HEAD: Final = REVISIONS[-1]


def revision_of(connection: Connection, *, place: str) -> str | None:
    """The revision of the database, None for an empty one.

    Raises:
        SettingsError: it is another program's.
        BrokenRecord: it names several revisions, or has lost its list of tables.
    """
    tables = set(inspect(connection).get_table_names())
    found = _revisions(connection) if VERSION_TABLE in tables else []
    if len(found) > 1:
        raise damaged(place)
    if not found and tables - {VERSION_TABLE}:
        raise misplaced(f"{place} is another program's database.")
    if not tables and _has_content(connection):
        raise damaged(place)
    return found[0] if found else None


def require_newest(revision: str, *, place: str) -> None:
    """Comes back where the revision is this release's.

    Raises:
        OlderVersion: it has to be upgraded first.
        NewerVersion: a newer release made it.
    """
    require_known(revision, place=place)
    if revision != HEAD:
        raise older_schema(place)


def require_known(revision: str, *, place: str) -> None:
    """Comes back where this release knows the revision, be it the newest or not.

    Raises:
        NewerVersion: a newer release made it.
    """
    if revision not in REVISIONS:
        raise newer_schema(place)


def _has_content(connection: Connection) -> bool:
    """A SQLite file that names no tables and yet uses pages has lost its list of tables; it isn't a new one."""
    if connection.dialect.name != "sqlite":
        return False
    (pages,), (free,) = (
        connection.exec_driver_sql(f"PRAGMA {what}").one() for what in ("page_count", "freelist_count")
    )
    return bool(pages - free > 1)


def _revisions(connection: Connection) -> list[str]:
    return [str(revision) for revision in connection.scalars(text(f"SELECT version_num FROM {VERSION_TABLE}"))]
