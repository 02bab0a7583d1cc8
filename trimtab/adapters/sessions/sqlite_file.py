"""The SQLite file of the session store: made for its owner's eyes only, opened, and its errors named."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from trimtab.adapters.private_file import require_file
from trimtab.adapters.sessions.refusals import SETTING
from trimtab.domain.errors import NewerVersion, SettingsError, TrimtabError, Unavailable

APPLICATION_ID: Final = 0x54726D54
"""Marks the file as ours ("TrmT"), so that no other program's database is ever written to."""
FILE_VERSION: Final = 2
_PAUSE_SECONDS: Final = 0.01

_OPENED: Final = """CREATE TABLE opened (
    owner TEXT NOT NULL,
    key TEXT NOT NULL, -- the idempotency key of the call that opened the session
    session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
    PRIMARY KEY (owner, key)
) WITHOUT ROWID"""
_OPENED_INDEX: Final = "CREATE INDEX opened_sessions ON opened (session_id)"
# The state is a table of its own: SQLite writes a row as a whole, and the expiry changes more often.
_STATEMENTS: Final = (
    """CREATE TABLE sessions (
        session_id TEXT PRIMARY KEY,
        owner TEXT NOT NULL,
        version INTEGER NOT NULL,
        schema_version INTEGER NOT NULL,
        created_at INTEGER NOT NULL, -- microseconds since 1970, UTC
        expires_at INTEGER NOT NULL,
        log_seq INTEGER NOT NULL,
        log_hash TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX sessions_of_owner ON sessions (owner, created_at)",
    "CREATE INDEX sessions_by_expiry ON sessions (expires_at)",
    """CREATE TABLE states (
        session_id TEXT PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
        state TEXT NOT NULL
    )""",
    """CREATE TABLE log (
        session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        entry TEXT NOT NULL,
        PRIMARY KEY (session_id, seq)
    ) WITHOUT ROWID""",
    _OPENED,
    _OPENED_INDEX,
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {FILE_VERSION}",
)

_MISPLACED: Final = {
    sqlite3.SQLITE_NOTADB: "is not a SQLite database",
    sqlite3.SQLITE_CORRUPT: "is damaged",
    sqlite3.SQLITE_READONLY: "can't be written to",
    sqlite3.SQLITE_CANTOPEN: "can't be opened",
    sqlite3.SQLITE_PERM: "can't be opened",
}
"""Faults that stay until somebody names another file or mends this one."""
_PASSING: Final = {
    sqlite3.SQLITE_BUSY: ("is locked by another process", "Try again in a few seconds."),
    sqlite3.SQLITE_LOCKED: ("is locked", "Try again in a few seconds."),
    sqlite3.SQLITE_FULL: ("has no room left on its disk", "Free some disk space, then try again."),
    sqlite3.SQLITE_IOERR: (
        "can't be used: the disk reports an error",
        "Check the disk, then try again.",
    ),
}
_UNFORESEEN: Final = ("can't be used", "Try again; if it stays like this, name another file.")


def open_file(path: Path, *, busy_seconds: float) -> sqlite3.Connection:
    """A connection to the file, which is made (and its folder) where there is none.

    Raises:
        SettingsError: the file can't be a session store.
        NewerVersion: a newer release made it.
        Unavailable: it is locked, or the disk is full.
    """
    _make_private(path)
    with named_errors(path):
        return connected(
            path,
            busy_seconds=busy_seconds,
            prepare=lambda connection: _prepare(connection, path, busy_seconds=busy_seconds),
        )


def connected(
    path: Path, *, busy_seconds: float, prepare: Callable[[sqlite3.Connection], object]
) -> sqlite3.Connection:
    """A connection that any thread may use, with transactions of our own, once it is prepared; else it is closed."""
    connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
    try:
        prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Turns what SQLite raises into our errors; they name the file, never the folders that lead to it."""
    try:
        yield
    except sqlite3.Error as error:
        raise _named(error, path) from error


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that has the file's write lock from its start, so that what it read stays true."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _make_private(path: Path) -> None:
    try:
        require_file(path)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise _misplaced(path, f"can't be made or opened for writing ({why})") from error


def _prepare(connection: sqlite3.Connection, path: Path, *, busy_seconds: float) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    if _is_empty(connection):
        _write_ahead(connection, patience_seconds=busy_seconds)
        _make_tables(connection)
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application_id != APPLICATION_ID:
        raise _misplaced(path, "is another program's database")
    if version > FILE_VERSION:
        raise NewerVersion(
            f"The session file {path.name} was made by a newer release of Trimtab.",
            field=SETTING,
            next_action=f"Use the newer release, or name another file with {SETTING}.",
        )
    if version < FILE_VERSION:
        _bring_up_to_date(connection)
    connection.execute("PRAGMA synchronous = NORMAL")


def _write_ahead(connection: sqlite3.Connection, *, patience_seconds: float) -> None:
    """Switches to write-ahead logging. SQLite gives up on that at once where another process makes the same file."""
    give_up_at = time.monotonic() + patience_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def _make_tables(connection: sqlite3.Connection) -> None:
    with writing(connection):
        if _is_empty(connection):
            for statement in _STATEMENTS:
                connection.execute(statement)


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Version 1 had no keys of openings."""
    with writing(connection):
        if connection.execute("PRAGMA user_version").fetchone() != (FILE_VERSION,):
            for statement in (_OPENED, _OPENED_INDEX, f"PRAGMA user_version = {FILE_VERSION}"):
                connection.execute(statement)


def _misplaced(path: Path, what: str) -> SettingsError:
    return SettingsError(
        f"The session file {path.name} {what}.",
        field=SETTING,
        next_action=f"Name another file with {SETTING}, or mend this one, and start again.",
    )


def _named(error: sqlite3.Error, path: Path) -> TrimtabError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _MISPLACED:
        return _misplaced(path, _MISPLACED[code])
    what, then = _PASSING.get(code, _UNFORESEEN)
    return Unavailable(f"The session file {path.name} {what}.", field=SETTING, next_action=then)
