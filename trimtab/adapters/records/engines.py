"""From a database URL to transactions on it: what every connection is told first, and what it may be."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError

from trimtab.adapters.private_file import require_file
from trimtab.adapters.records.faults import SETTING, misplaced, no_records, replaced
from trimtab.domain.errors import SettingsError

BUSY_SECONDS: Final = 5.0
"""How long a change waits for another process's change before it is Unavailable."""
_SQLITE: Final = frozenset({"sqlite", "sqlite+pysqlite"})
_POSTGRES: Final = frozenset({"postgresql", "postgresql+psycopg"})
_ALLOWED: Final = "sqlite:///PATH or postgresql://USER@HOST/DATABASE"
_POSTGRES_ARGUMENTS: Final = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "application_name": "trimtab",
}
"""No call may hang on a server that is gone: seconds, and milliseconds in the last timeout."""


class WatchedFile:
    """The file of a SQLite database: whether it still is the one at its path that was opened."""

    def __init__(self, path: Path, *, place: str) -> None:
        self.path = path
        self._place = place
        self._opened: tuple[int, int] | None = None

    def note(self) -> None:
        """It is open now; the first time counts."""
        self._opened = self._opened or self._identity()

    def require_same(self) -> None:
        """Comes back where the path leads to the file that was opened.

        Raises:
            BrokenRecord: it leads to another, or nowhere: others don't see what is written here, nor we what they do.
        """
        if self._opened is None or self._identity() != self._opened:
            raise replaced(self._place)

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


@dataclass(frozen=True, slots=True)
class Database:
    """A database that wasn't connected to yet. `place` is what errors call it, `location` where it is, without user or
    password; `watched` is there for SQLite only."""

    engine: Engine
    place: str
    location: str
    watched: WatchedFile | None = None

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database."""
        return None if self.watched is None else self.watched.path

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment, however much it reads."""
        options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.engine.connect() as connection:
            if self.file is None:
                connection.execution_options(**options)
            with connection.begin():
                self._require_same_file()
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may change something; in SQLite no other writer has one, from its start."""
        with self.engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                if self.file is None:
                    connection.execute(text(f"SET LOCAL lock_timeout = {int(BUSY_SECONDS * 1000)}"))
                self._require_same_file()
                yield connection

    def _require_same_file(self) -> None:
        if self.watched is not None:
            self.watched.require_same()


def database_at(url: str) -> Database:
    """The database of this URL; nothing is opened or made yet.

    Raises:
        SettingsError: it isn't a URL of a database that can hold records, or what talks to it isn't installed.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # Without its cause: that may show a part of a password.
        raise _wrong_url("The URL of the records can't be read") from None
    if parsed.drivername in _SQLITE:
        return _sqlite(parsed)
    if parsed.drivername in _POSTGRES:
        return _postgres(parsed)
    raise _wrong_url("The records can't be kept in a database of this kind")


def make_private(database: Database, *, create: bool = True) -> None:
    """Makes the file of a SQLite database where there is none, and its folder, for its owner's eyes only.

    Raises:
        SettingsError: it can't be made or opened.
        NotFound: there is none, and none is to be made.
    """
    if database.file is None:
        return
    try:
        require_file(database.file, create=create)
    except OSError as error:
        if not create and isinstance(error, FileNotFoundError):
            raise no_records(database.location) from None
        why = error.strerror or type(error).__name__
        raise misplaced(f"{database.place} can't be made or opened for writing ({why}).") from error


def _sqlite(url: URL) -> Database:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:") or url.query:
        raise _wrong_url("The URL of the records has to name a file, and nothing behind it")
    path = Path(url.database)
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS},
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
    )
    place = f"The records file {path.name}"
    watched = WatchedFile(path, place=place)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "connect", lambda _connection, _record: watched.note())
    event.listen(engine, "begin", _begin_sqlite)
    return Database(engine, place, str(path), watched)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would begin transactions by itself, and too late; `_begin_sqlite` does instead.
    connection.isolation_level = None
    for pragma in ("synchronous = FULL", "cell_size_check = ON", "trusted_schema = OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgres(url: URL) -> Database:
    """The options of the URL go to the driver apart from it: an engine shows them, and they may hold a password too."""
    options = {name: value if isinstance(value, str) else ",".join(value) for name, value in url.query.items()}
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg", query={}),
            connect_args={**_POSTGRES_ARGUMENTS, **options},
            pool_size=1,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,
        )
    except ImportError as error:
        raise SettingsError(
            "Records in PostgreSQL need a driver that isn't installed.",
            field=SETTING,
            next_action="Run `pip install 'trimtab[postgres]'` and start again.",
        ) from error
    host = url.host or str(options.get("host") or "localhost")
    port = "" if url.port is None else f":{url.port}"
    return Database(engine, "The records' PostgreSQL database", f"{host}{port}/{url.database or ''}")


def _wrong_url(what: str) -> SettingsError:
    return SettingsError(f"{what}; allowed are {_ALLOWED}.", field=SETTING)
