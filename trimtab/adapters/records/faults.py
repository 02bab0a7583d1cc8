"""What goes wrong with a database of records, in our words. Nothing of its URL is repeated: it may hold a password."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchTableError,
    ProgrammingError,
    SQLAlchemyError,
)

from trimtab.domain.errors import (
    BrokenRecord,
    NewerVersion,
    NotFound,
    OlderVersion,
    SettingsError,
    TrimtabError,
    Unavailable,
)

SETTING: Final = "TRIMTAB_RECORDS"
"""Says where the records are kept."""
REPEATED: Final = frozenset({"40001", "40P01"})
"""What PostgreSQL says of a transaction that has only to be run again: it lost a race, or a deadlock."""
UNREADABLE: Final = (SQLAlchemyError, sqlite3.Error, UnicodeDecodeError)
"""What reading a database raises."""

_SQLITE_SETTINGS: Final = {
    sqlite3.SQLITE_NOTADB: "is not a SQLite database",
    sqlite3.SQLITE_READONLY: "can't be written to",
    sqlite3.SQLITE_CANTOPEN: "can't be opened",
    sqlite3.SQLITE_PERM: "can't be opened",
}
_SQLITE_PASSING: Final = {
    sqlite3.SQLITE_BUSY: ("is locked by another process", "Try again in a few seconds."),
    sqlite3.SQLITE_LOCKED: ("is locked", "Try again in a few seconds."),
    sqlite3.SQLITE_FULL: ("has no room left on its disk", "Free some disk space, then try again."),
    sqlite3.SQLITE_IOERR: ("can't be used: the disk reports an error", "Check the disk, then try again."),
}
_LOOK: Final = "Don't write to these records; run `trimtab records verify`, and look at what changed them."
_REACH: Final = (
    "Check that the server runs and that user, password and database in {setting} are right; then try again."
)
_POSTGRES_LOCKED: Final = "55P03"
_POSTGRES_REFUSED: Final = "42501"
_POSTGRES_READ_ONLY: Final = "25006"
_POSTGRES_DAMAGED: Final = "XX"


class OfDecision(Exception):
    """Carries what a decision raised past those that name a database's own errors."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


@contextmanager
def named_errors(place: str) -> Iterator[None]:
    """Turns what a database raises into our errors; `place` is what they call it."""
    try:
        yield
    except OfDecision as decision:
        raise decision.error from None
    except DBAPIError as error:
        raise _named(error, place) from error
    except sqlite3.Error as error:
        raise _named_sqlite(error, place) from error
    except (NoSuchTableError, UnicodeDecodeError) as error:
        # SQLite's driver doesn't name every text that it can't decode, such as the name of a column.
        raise damaged(place) from error
    except SQLAlchemyError as error:
        raise Unavailable(f"{place} can't be used.", field=SETTING) from error


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code of an error, empty where it has none."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", None) or "")


def _named(error: DBAPIError, place: str) -> TrimtabError:
    if isinstance(error.orig, sqlite3.Error):
        return _named_sqlite(error.orig, place)
    code = sqlstate(error)
    if code == _POSTGRES_LOCKED:
        return Unavailable(f"{place} is locked by another process.", field=SETTING)
    if code in {_POSTGRES_REFUSED, _POSTGRES_READ_ONLY}:
        return misplaced(f"{place} doesn't let its user read and write the records.")
    if not code and isinstance(error, ProgrammingError):
        return misplaced(f"{place} can't be asked like this: the URL has an option that there isn't.")
    if code.startswith(_POSTGRES_DAMAGED) or isinstance(error, (DataError, IntegrityError, ProgrammingError)):
        return damaged(place)
    return Unavailable(f"{place} can't be reached.", field=SETTING, next_action=_REACH.format(setting=SETTING))


def _named_sqlite(error: sqlite3.Error, place: str) -> TrimtabError:
    """An error without a code is Python's own: text that isn't UTF-8. A wrong statement means a changed schema."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in _SQLITE_SETTINGS:
        return misplaced(f"{place} {_SQLITE_SETTINGS[code]}.")
    if code in _SQLITE_PASSING:
        what, then = _SQLITE_PASSING[code]
        return Unavailable(f"{place} {what}.", field=SETTING, next_action=then)
    return damaged(place)


def misplaced(message: str) -> SettingsError:
    """For a database that can't hold the records until somebody mends it or names another."""
    return SettingsError(
        message, field=SETTING, next_action=f"Name another database with {SETTING}, or mend this one, and start again."
    )


def damaged(place: str) -> BrokenRecord:
    """For a database whose pages, schema or text aren't what was written."""
    return BrokenRecord(f"{place} is damaged.", field=SETTING, next_action=_LOOK)


def broken(place: str, message: str) -> BrokenRecord:
    """For a place that can be read, and doesn't hold what was written."""
    return BrokenRecord(f"{place}: {message}", field=SETTING, next_action=_LOOK)


def replaced(place: str) -> BrokenRecord:
    """For a file that isn't at its path any more: what is read and written here is seen by nobody else."""
    return BrokenRecord(
        f"{place} was replaced while it was in use.",
        field=SETTING,
        next_action="Check which file is the right one and run `trimtab records verify`; then start again.",
    )


def no_records(location: str) -> NotFound:
    """For a database that was only to be looked into, and isn't there or is empty."""
    return NotFound(
        f"There are no records at {location} yet.",
        field=SETTING,
        next_action=f"Name the database with {SETTING} as the server does; the first approval makes it.",
    )


def older_schema(place: str) -> OlderVersion:
    """For records that an older release wrote."""
    return OlderVersion(f"{place} has the form of an older release of Trimtab.", field=SETTING)


def newer_schema(place: str) -> NewerVersion:
    """For records that a newer release wrote."""
    return NewerVersion(
        f"{place} was made by a newer release of Trimtab.",
        field=SETTING,
        next_action=f"Use the newer release, or name another database with {SETTING}.",
    )


def closed_store() -> Unavailable:
    """For calls after `close`."""
    return Unavailable("The record store is closed.", next_action="Start the server again.")
