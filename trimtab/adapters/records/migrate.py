"""Makes the tables of the records, and takes them from one release's form to the next.

Each change of the form is one transaction under a lock, so that processes that start at once make the tables once.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, func, inspect, select, text

from trimtab.adapters.records.engines import BUSY_SECONDS, Database, database_at, make_private
from trimtab.adapters.records.faults import named_errors, no_records
from trimtab.adapters.records.schema import HEAD, require_known, require_newest, revision_of
from trimtab.adapters.records.tables import EVIDENCE
from trimtab.domain.errors import Blocked

_MIGRATIONS: Final = Path(__file__).with_name("migrations")
_LOCK: Final = 0x54726D54
"""The number of the lock in PostgreSQL ("TrmT")."""
_PAUSE_SECONDS: Final = 0.01


def current(url: str) -> str | None:
    """The revision of the database at this URL, None where it is empty. Raises what a store's operation may raise."""
    with _opened(url) as database:
        return _revision(database)


def upgrade(url: str, *, to: str = HEAD) -> str | None:
    """Takes the database to this revision, or leaves it where it is already there or further; the revision it has then.

    Raises what a store's operation may raise, but OlderVersion.
    """
    with _opened(url) as database:
        if _revision(database) is None:
            _write_ahead(database)
        _change(database, lambda connection, _: command.upgrade(_config(connection), to))
        return _revision(database)


def downgrade(url: str, *, to: str = "base") -> str | None:
    """Takes an empty database back to this revision; the revision it has then.

    Raises what a store's operation may raise, but OlderVersion, and:
        Blocked: it holds evidence, which is never given up.
    """
    with _opened(url) as database:
        _change(database, lambda connection, _: _downgrade(connection, to=to))
        return _revision(database)


def make_ready(database: Database, *, create: bool = True) -> None:
    """Makes the tables where there are none; comes back where the form is this release's.

    Raises:
        NotFound: there are none, and none are to be made.
        OlderVersion, NewerVersion: it is another release's; nothing was changed.
        SettingsError: it is another program's.
    """
    make_private(database, create=create)
    found = _revision(database)
    if found is None and not create:
        raise no_records(database.location)
    if found is None:
        _write_ahead(database)
        _change(database, _make)
    else:
        require_newest(found, place=database.place)


def _make(connection: Connection, found: str | None) -> None:
    if found is None:
        command.upgrade(_config(connection), HEAD)


def _downgrade(connection: Connection, *, to: str) -> None:
    if inspect(connection).has_table(EVIDENCE.name) and connection.scalar(select(func.count()).select_from(EVIDENCE)):
        raise Blocked(
            "The records hold evidence, which an older form would lose; nothing was changed.",
            field="url",
            next_action="Keep this form, or start anew with another database.",
        )
    command.downgrade(_config(connection), to)


def _change(database: Database, work: Callable[[Connection, str | None], None]) -> None:
    """Runs the work in a transaction of its own, with the revision that stands while nobody else changes it."""
    with database.writing() as connection:
        if database.file is None:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        found = revision_of(connection, place=database.place)
        if found is not None:
            require_known(found, place=database.place)
        work(connection, found)


def _revision(database: Database) -> str | None:
    with database.reading() as connection:
        return revision_of(connection, place=database.place)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = database_at(url)
    try:
        with named_errors(database.place):
            make_private(database)
            yield database
    finally:
        database.engine.dispose()


def _write_ahead(database: Database) -> None:
    """Switches a new file to write-ahead logging. SQLite gives up on that at once where another process makes it."""
    if database.file is None:
        return
    give_up_at = time.monotonic() + BUSY_SECONDS
    while True:
        with database.engine.connect() as connection:
            driver = connection.connection.driver_connection
            try:
                driver.execute("PRAGMA journal_mode = WAL") if driver is not None else None
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                    raise
            else:
                return
        time.sleep(_PAUSE_SECONDS)
