"""How the tests open each store; the contract's tests run on every one of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.clock import NOON, FixedClock
from tests.redis_servers import binary_of, shared_server
from trimtab.adapters.sessions.redis import RedisSessionStore
from trimtab.adapters.sessions.sqlite import SqliteSessionStore
from trimtab.workflow.log import LogEntry, LogEvent, LogHead, append
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.stores import SessionStore

TTL = timedelta(hours=24)
STORES = ("sqlite", "valkey", "redis")
BOTH_WAYS = ("sqlite", "redis" if binary_of("redis") else "valkey")
"""A file and a server, for tests that start processes: they take long, and what stores promise is tested on all."""


def place_of(kind: str, folder: Path) -> str:
    """Where a test keeps its sessions: a file in the folder, or the address of an empty server.

    A kind that this machine doesn't have skips the test.
    """
    if kind == "sqlite":
        return str(folder / "sessions.db")
    server = shared_server(kind)
    if server is None:
        pytest.skip(f"this machine has no {kind} server")
    server.ask("FLUSHALL")
    return server.url


def store_at(place: str, *, clock: Clock, schema_version: int = 1) -> SessionStore:
    """The store of a place."""
    if place.startswith("redis://"):
        return RedisSessionStore(place, clock=clock, ttl=TTL, schema_version=schema_version)
    return SqliteSessionStore(Path(place), clock=clock, ttl=TTL, schema_version=schema_version)


class Places:
    """Opens any number of stores of one kind on one place, and closes those that are still open."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.clock = FixedClock()
        self.place = place_of(kind, folder)
        self._opened: list[SessionStore] = []

    def open(self, *, schema_version: int = 1, clock: Clock | None = None) -> SessionStore:
        store = store_at(self.place, clock=clock or self.clock, schema_version=schema_version)
        self._opened.append(store)
        return store

    async def close(self) -> None:
        for store in self._opened:
            await store.close()


@asynccontextmanager
async def sqlite_store(path: Path, *, busy_seconds: float = 5.0) -> AsyncIterator[SqliteSessionStore]:
    """One store in this file, for the length of a test."""
    store = SqliteSessionStore(path, clock=FixedClock(), ttl=TTL, schema_version=1, busy_seconds=busy_seconds)
    try:
        yield store
    finally:
        await store.close()


def entry(head: LogHead, action: str = "update_session") -> LogEntry:
    """A log entry that follows this head."""
    return append(head, LogEvent(at=NOON, actor="jane", source="person", action=action, detail={"n": 0.1}))
