"""The file of a paper order system: everything that it knows, for as many processes of the machine as use it."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from trimtab.adapters.private_file import require_file
from trimtab.adapters.sessions.sqlite_file import connected
from trimtab.domain.errors import SettingsError, Unavailable

APPLICATION_ID: Final = 0x54726D50
"""Marks the file as ours ("TrmP"), so that no other program's database is ever written to."""
FILE_VERSION: Final = 1
_PASSING: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
_STAYING: Final = frozenset(
    {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
)
_ANOTHER: Final = "Name another file, or remove this one, and start again."

# Quantities and prices are decimal text, exact; `side` is +1 for buys and -1 for sells.
_STATEMENTS: Final = (
    """CREATE TABLE market (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        seed TEXT NOT NULL,
        tick INTEGER NOT NULL,
        as_of_us INTEGER NOT NULL -- when the last tick was, in microseconds since 1970, UTC
    )""",
    """CREATE TABLE orders (
        number INTEGER PRIMARY KEY,
        order_key TEXT NOT NULL UNIQUE,
        portfolio_id TEXT NOT NULL
    )""",
    """CREATE TABLE trades (
        number INTEGER PRIMARY KEY,
        order_number INTEGER NOT NULL REFERENCES orders,
        trade_key TEXT NOT NULL UNIQUE,
        client_order_id TEXT UNIQUE,
        subject TEXT NOT NULL, -- what chance and faults know it by
        instrument_key TEXT NOT NULL,
        code TEXT NOT NULL,
        exchange TEXT NOT NULL,
        side INTEGER NOT NULL,
        units TEXT NOT NULL,
        price TEXT NOT NULL,
        limit_price TEXT,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        ends_as TEXT NOT NULL, -- the state after its parts, where it isn't meant to be filled
        units_filled TEXT NOT NULL,
        filled_value TEXT NOT NULL,
        times_received INTEGER NOT NULL
    )""",
    "CREATE INDEX trades_of_order ON trades (order_number)",
    "CREATE INDEX open_trades ON trades (order_number) WHERE state IN ('Accepted', 'PartiallyFilled')",
    """CREATE TABLE parts ( -- what is still to be traded
        trade INTEGER NOT NULL REFERENCES trades,
        part INTEGER NOT NULL,
        units TEXT NOT NULL,
        due INTEGER NOT NULL, -- the first tick at which it may trade
        PRIMARY KEY (trade, part)
    ) WITHOUT ROWID""",
    "CREATE INDEX parts_by_due ON parts (due)",
    """CREATE TABLE faults (
        number INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again, so that a new fault strikes anew
        rule TEXT NOT NULL
    )""",
    """CREATE TABLE strikes (
        subject TEXT NOT NULL,
        rule TEXT NOT NULL,
        kind TEXT NOT NULL,
        occasions INTEGER NOT NULL,
        struck INTEGER NOT NULL,
        PRIMARY KEY (subject, rule)
    ) WITHOUT ROWID""",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {FILE_VERSION}",
)


def open_paper_file(path: Path, *, seed: int, now_us: int, busy_seconds: float) -> sqlite3.Connection:
    """A connection to the file, which is made (and its folder) where there is none; a file that is there has its seed.

    Raises:
        SettingsError: the file is no paper order system's, or of another release.
        Unavailable: it is locked, or the disk is full.
    """
    with named_errors(path):
        if not path.exists():
            _make(path, seed=seed, now_us=now_us)
        return connected(path, busy_seconds=busy_seconds, prepare=lambda connection: _prepare(connection, path))


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Turns what is wrong with the file into our errors; they name it, never the folders above it."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in _PASSING:
            raise Unavailable(f"{_name(path)} can't be used now ({error.sqlite_errorname}).") from error
        if code in _STAYING:
            raise _misplaced(path, f"can't be used ({error.sqlite_errorname})") from error
        raise
    except OSError as error:
        raise _misplaced(path, f"can't be made ({error.strerror or type(error).__name__})") from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    _require_ours(connection, path)
    connection.execute("PRAGMA synchronous = NORMAL")


def _make(path: Path, *, seed: int, now_us: int) -> None:
    """Makes the file beside its place and puts it there whole: of several processes one is first, and all find it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".paper-oms-", dir=path.parent) as folder:
        made = Path(folder) / "new.db"
        require_file(made)
        with closing(sqlite3.connect(made, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN")
            for statement in _STATEMENTS:
                connection.execute(statement)
            connection.execute("INSERT INTO market VALUES (1, ?, 0, ?)", (str(seed), now_us))
            connection.execute("COMMIT")
        try:
            os.link(made, path)
        except FileExistsError:
            return


def _require_ours(connection: sqlite3.Connection, path: Path) -> None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application_id != APPLICATION_ID:
        raise _misplaced(path, "is another program's file")
    if version != FILE_VERSION:
        raise _misplaced(path, "was made by another release of Trimtab")


def _misplaced(path: Path, what: str) -> SettingsError:
    return SettingsError(f"{_name(path)} {what}.", next_action=_ANOTHER)


def _name(path: Path) -> str:
    return f"The paper order system's file {path.name}"
