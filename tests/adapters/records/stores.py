"""How the tests open the records in each database, look behind the store's back, and what they store."""

import atexit
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import psycopg
import pytest

from tests.clock import NOON
from tests.postgres_servers import PostgresServer, shared_server
from trimtab.adapters.records.engines import Database
from trimtab.adapters.records.migrate import upgrade
from trimtab.adapters.records.store import SqlRecordStore
from trimtab.adapters.records.tables import METADATA
from trimtab.workflow.evidence import FIRST_HASH
from trimtab.workflow.ports.records import (
    Approval,
    Approver,
    Decide,
    Effects,
    Evidence,
    Fill,
    KeptSession,
    KillSwitch,
    OrderRow,
    Parked,
    Question,
    Row,
    Standing,
    Undone,
)

DATABASES = ("sqlite", "postgresql")
DAY = date(2026, 3, 2)
SESSION = "ts_one"
HOUR = timedelta(hours=1)


_TRIGGERS_ON = "ALTER TABLE evidence ENABLE TRIGGER ALL"
_CLEAN: list[str] = []
"""Databases of PostgreSQL with tables and nothing in them: making one takes longer than most tests."""
_FOLDERS: list[Path] = []
"""Folders of SQLite files that no test uses now."""
_ENGINES: dict[str, list[Database]] = {}
"""Engines that no test uses now, by URL: they know the statements, which are longer spelled out than run."""


@cache
def _shelf() -> Path:
    folder = mkdtemp(prefix="trimtab-records-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@cache
def _beside(url: str) -> psycopg.Connection[Any]:
    """One connection to a database for all that tests do beside the store: each costs the server a process."""
    connection = psycopg.connect(url, autocommit=True)
    atexit.register(connection.close)
    return connection


def _folder() -> Path:
    return _FOLDERS.pop() if _FOLDERS else Path(mkdtemp(dir=_shelf()))


@cache
def _empty_file() -> bytes:
    """A SQLite file with tables and nothing in them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "records.db"
        upgrade(f"sqlite:///{path}")
        return path.read_bytes()


def _server() -> PostgresServer:
    server = shared_server()
    if server is None:
        pytest.skip("no PostgreSQL server starts on this machine")
    return server


class Place:
    """A database with the tables of the records, or a `bare` one without; any number of stores on it."""

    def __init__(self, kind: str, folder: Path, *, bare: bool = False) -> None:
        self.kind = kind
        folder.mkdir(exist_ok=True)
        self.file = folder / "records.db"
        self.spoilt = bare
        """Whether no other test may use it."""
        self.url = self._sqlite(bare) if kind == "sqlite" else self._postgres(bare)
        self._opened: list[SqlRecordStore] = []

    def _sqlite(self, bare: bool) -> str:
        if not bare:
            self.file = _folder() / "records.db"
            for beside in self.file.parent.glob("records.db-*"):
                beside.unlink()
            self.file.write_bytes(_empty_file())
        return f"sqlite:///{self.file}"

    def _postgres(self, bare: bool) -> str:
        if not bare and _CLEAN:
            return _CLEAN.pop()
        url = _server().new_database()
        if not bare:
            upgrade(url)
        return url

    def open(self) -> SqlRecordStore:
        store = SqlRecordStore(self.url)
        if _ENGINES.get(self.url):
            store._database = _ENGINES[self.url].pop()
        self._opened.append(store)
        return store

    def sql(self, *statements: str) -> list[tuple[Any, ...]]:
        """Runs SQL beside the store, as whoever has the database could; what the last one gives."""
        if self.kind == "sqlite":
            with closing(sqlite3.connect(self.file)) as connection, connection:
                connection.execute("PRAGMA synchronous = OFF")
                return [connection.execute(each).fetchall() for each in statements][-1]
        server = _beside(self.url)
        with server.transaction():
            cursors = [server.execute(each) for each in statements]
            return cursors[-1].fetchall() if cursors[-1].description else []

    def tamper(self, *statements: str) -> None:
        """Runs SQL that the triggers of evidence would refuse, and leaves no trace of how."""
        if self.kind == "postgresql":
            self.sql("SET LOCAL session_replication_role = replica", *statements)
            return
        triggers = self.sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        self.sql(*(f"DROP TRIGGER {name}" for name, _ in triggers), *statements, *(sql for _, sql in triggers))

    async def close(self) -> None:
        for store in self._opened:
            await store.close()
        if not self.spoilt:
            _ENGINES.setdefault(self.url, []).extend(store._database for store in self._opened)
        if self.kind == "sqlite":
            if not self.spoilt:
                _FOLDERS.append(self.file.parent)
            return
        if self.spoilt:
            _server().drop_database(self.url)
        else:
            emptied = [f"DELETE FROM {table.name}" for table in METADATA.sorted_tables]
            first = f"INSERT INTO evidence_head VALUES (1, 0, '{FIRST_HASH}', NULL)"
            self.sql("SET LOCAL session_replication_role = replica", *emptied, first, _TRIGGERS_ON)
            _CLEAN.append(self.url)


def literal(value: object) -> str:
    """A value as SQL."""
    if value is None or isinstance(value, bool):
        return {None: "NULL", True: "TRUE", False: "FALSE"}[value]
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def order(number: int = 1, **changes: Any) -> OrderRow:
    """An order that was meant, of 100.10 EUR."""
    facts = {
        "session_id": SESSION,
        "client_order_id": f"tt-{number:04}",
        "plan_hash": "cafe",
        "execution_mode": "simulated",
        "book_digest": "b00c",
        "day": DAY,
        "state": "Intent",
        "account_number": "DE-77",
        "code": "SAP",
        "exchange": "XETR",
        "side": "buy",
        "quantity": Decimal("2.50"),
        "price": Decimal("40.04"),
        "limit_price": Decimal("40.20"),
        "currency": "EUR",
        "value": Decimal("100.10"),
        "base_currency": "EUR",
        "reported_value": Decimal("100.10"),
        "reporting_currency": "EUR",
        "valid_until": NOON + HOUR,
    }
    return OrderRow.model_validate({**facts, **changes})


def parked(number: int = 1, **changes: Any) -> Parked:
    """Something that can't be right about order 1."""
    facts = {
        "session_id": SESSION,
        "parked_id": f"p-{number}",
        "rule": "oms_overfilled",
        "message": "3 units filled of 2.50 ordered",
        "client_order_id": "tt-0001",
        "order_key": "ord-1",
        "seen_at": NOON,
    }
    return Parked.model_validate({**facts, **changes})


def rows() -> list[Row]:
    """One row of each kind at least, and two for an order and a fill."""
    return [
        Approver(name="Jäne", secret_hash="salt$9", added_by="root", locked_until=NOON + HOUR, failures=2),
        Question(
            session_id=SESSION,
            question_id="q-1",
            plan_hash="cafe",
            asked_at=NOON,
            expires_at=NOON + HOUR,
            answer="approved",
        ),
        Approval(
            session_id=SESSION,
            approval_id="a-1",
            plan_hash="cafe",
            approver="Jäne",
            means="client",
            approved_at=NOON,
            expires_at=NOON + HOUR,
        ),
        order(1),
        order(2, why='a "reason"\nof "client_order_id":"tt-0009"', side="sell"),
        order(1, state="Submitted"),
        Fill(
            session_id=SESSION,
            fill_id="f-1",
            client_order_id="tt-0001",
            quantity=Decimal("1.5"),
            price=Decimal(40),
            filled_at=NOON,
        ),
        KillSwitch(on=False, reason="morning", changed_by="root", changed_at=NOON),
        Undone(session_id=SESSION, closing=f"{SESSION}:3", plan_hash="cafe"),
        parked(),
        KeptSession(session_id=SESSION, owner="jane", version=3, log_seq=7, log_hash="abcd"),
    ]


def answering(*stored: Row, evidence: Sequence[Evidence] = (), at: Any = NOON) -> Decide:
    """Decides for these rows whatever stands."""

    def decide(standing: Standing) -> Effects:
        return Effects(at=at, actor="jane", source="person", evidence=evidence, rows=stored)

    return decide


def note(text: str = "seen", *, session_id: str = SESSION) -> Evidence:
    return Evidence(kind="note", actor="tom", source="rule", session_id=session_id, content={"text": text, "n": 0.1})


def seen_by(found: list[Standing], then: Decide) -> Callable[[Standing], Effects]:
    """Decides as the other does, and remembers what was shown."""

    def decide(standing: Standing) -> Effects:
        found.append(standing)
        return then(standing)

    return decide
