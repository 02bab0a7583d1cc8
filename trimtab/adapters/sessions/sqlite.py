"""The session store in a SQLite file: what a server with one machine needs, and the default.

SQLite blocks, so one thread of the store's own does all the work on one connection: the event loop never
waits, and calls of this process never compete for the file's lock. Other processes may use the same file.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from trimtab.adapters.sessions.records import new_session_id
from trimtab.adapters.sessions.refusals import closed_store
from trimtab.adapters.sessions.sqlite_changes import SqliteListeners
from trimtab.adapters.sessions.sqlite_file import named_errors, open_file
from trimtab.adapters.sessions.sqlite_glance import Glance
from trimtab.adapters.sessions.sqlite_tables import SqliteTables
from trimtab.workflow.log import LogEntry
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.stores import SessionInfo, StoredSession

BUSY_SECONDS: Final = 5.0
"""How long a change waits for another process's change before it is Unavailable."""

_T = TypeVar("_T")


class SqliteSessionStore:
    """A `SessionStore` in one file. `ttl` is how long an unused session lives, `schema_version` the form
    of state that the workflow writes, and the newest that it can read.

    Raises:
        SettingsError: the file can't be a session store.
        NewerVersion: a newer release made it.
        Unavailable: it is locked, or the disk is full.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        ttl: timedelta,
        schema_version: int,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self._path = path
        connection = open_file(path, busy_seconds=busy_seconds)
        self._tables = SqliteTables(connection, clock=clock, ttl=ttl, schema_version=schema_version)
        self._glance = Glance(path, self._tables)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sessions")
        self._listeners = SqliteListeners(path)
        self._closed = False

    def new_id(self) -> str:
        """See `SessionStore.new_id`."""
        return new_session_id()

    async def create(
        self, session_id: str, *, owner: str, state: str, log: Sequence[LogEntry] = (), key: str | None = None
    ) -> StoredSession:
        """See `SessionStore.create`."""
        return await self._run(partial(self._tables.create, session_id, owner=owner, state=state, log=log, key=key))

    async def look(self, session_id: str, owner: str) -> SessionInfo:
        """See `SessionStore.look`."""
        seen = None if self._closed else self._glance.look(session_id, owner)
        if seen is not None:
            return seen
        return await self._run(partial(self._tables.look, session_id, owner))

    async def read(self, session_id: str, owner: str) -> StoredSession:
        """See `SessionStore.read`."""
        seen = None if self._closed else self._glance.read(session_id, owner)
        if seen is not None:
            return seen
        return await self._run(partial(self._tables.read, session_id, owner))

    async def replace(
        self, session_id: str, owner: str, *, expected_version: int, state: str, log: Sequence[LogEntry] = ()
    ) -> StoredSession:
        """See `SessionStore.replace`."""
        change = partial(self._tables.replace, expected_version=expected_version, state=state, log=log)
        return await self._run(partial(change, session_id, owner))

    async def log(self, session_id: str, owner: str, *, after_seq: int = 0, limit: int = 200) -> tuple[LogEntry, ...]:
        """See `SessionStore.log`."""
        return await self._run(partial(self._tables.log, session_id, owner, after_seq=after_seq, limit=limit))

    async def list(self, owner: str, *, limit: int = 100) -> tuple[SessionInfo, ...]:
        """See `SessionStore.list`."""
        return await self._run(partial(self._tables.list, owner, limit=limit))

    async def check(self) -> None:
        """See `SessionStore.check`."""
        await self._run(self._tables.check)

    def changes(self) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """See `SessionStore.changes`."""
        return self._listeners.listening()

    async def purge_expired(self) -> int:
        """See `SessionStore.purge_expired`."""
        return await self._run(self._tables.purge_expired)

    async def close(self) -> None:
        """See `SessionStore.close`."""
        if not self._closed:
            self._closed = True
            self._listeners.close()
            self._glance.close()
            await asyncio.get_running_loop().run_in_executor(self._thread, self._tables.connection.close)
            self._thread.shutdown(wait=False)

    async def _run(self, work: Callable[[], _T]) -> _T:
        if self._closed:
            raise closed_store()
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._named, work)

    def _named(self, work: Callable[[], _T]) -> _T:
        with named_errors(self._path):
            return work()
