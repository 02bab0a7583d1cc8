"""Notices changed sessions in a SQLite file, whichever process changed them, by looking while somebody listens."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from trimtab.adapters.sessions.pending import PendingIds

LOOK_EVERY_SECONDS: Final = 0.2

logger = logging.getLogger(__name__)


class Watchers:
    """All who listen through one store."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pending: set[PendingIds] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[AsyncIterator[str]]:
        """See `SessionStore.changes`."""
        pending, looked = PendingIds(), asyncio.Event()
        self._pending.add(pending)
        watching = asyncio.create_task(self._watch(pending, looked))
        try:
            await looked.wait()
            yield pending
        finally:
            self._pending.discard(pending)
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    def close(self) -> None:
        """Ends every iterator."""
        for pending in self._pending:
            pending.close()

    async def _watch(self, pending: PendingIds, looked: asyncio.Event) -> None:
        watch, loop = _Watch(self._path), asyncio.get_running_loop()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="changes") as thread:
            try:
                while True:
                    try:
                        pending.add(await loop.run_in_executor(thread, watch.changed))
                    except sqlite3.Error as error:
                        logger.info("change notices wait for the session file: %s", type(error).__name__)
                    looked.set()
                    await asyncio.sleep(LOOK_EVERY_SECONDS)
            finally:
                thread.submit(watch.close)


class _Watch:
    """One look after the other, all on one thread. The first only remembers what stands."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._data_version: int | None = None
        self._versions: dict[str, int] | None = None

    def changed(self) -> list[str]:
        """The sessions that were made or changed since the last look."""
        if self._connection is None:
            address = f"{self._path.absolute().as_uri()}?mode=ro"
            self._connection = sqlite3.connect(address, uri=True, isolation_level=None)
        (data_version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if data_version == self._data_version:
            return []
        versions = dict(self._connection.execute("SELECT session_id, version FROM sessions"))
        before, self._versions, self._data_version = self._versions, versions, data_version
        if before is None:
            return []
        return [session_id for session_id, version in versions.items() if before.get(session_id) != version]

    def close(self) -> None:
        """Lets go of the file."""
        if self._connection is not None:
            self._connection.close()
