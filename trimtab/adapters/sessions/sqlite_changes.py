"""Notices changed sessions in a SQLite file, whichever process changed them, by looking while somebody listens."""

import asyncio
import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from trimtab.adapters.sessions.pending import Listeners, PendingIds

LOOK_EVERY_SECONDS: Final = 0.2
_WAIT_SECONDS: Final = 0.1
"""For a lock: nobody may wait long for a listener to leave."""

logger = logging.getLogger(__name__)


class SqliteListeners(Listeners):
    """Looks at this file, each listener through a connection of its own."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    async def hear(self, pending: PendingIds) -> None:
        """See `Listeners.hear`."""
        watch, loop = _Watch(self._path), asyncio.get_running_loop()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="changes") as thread:
            try:
                while True:
                    try:
                        pending.add(await loop.run_in_executor(thread, watch.changed))
                    except sqlite3.Error as error:
                        logger.info("change notices wait for the session file: %s", type(error).__name__)
                        watch.in_vain = True
                    pending.tried.set()
                    await asyncio.sleep(LOOK_EVERY_SECONDS)
            finally:
                thread.submit(watch.close)


class _Watch:
    """One look after the other, all on one thread. The first only remembers what stands."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._data_version: int | None = None
        self._versions: dict[str, int] = {}
        self.in_vain = False
        """A look failed: what it would have shown isn't known to have been seen."""

    def changed(self) -> list[str]:
        """The sessions that were made or changed since the last look."""
        if self._connection is None:
            address = f"{self._path.absolute().as_uri()}?mode=ro"
            self._connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=_WAIT_SECONDS)
        (data_version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if data_version == self._data_version:
            return []
        versions = dict(self._connection.execute("SELECT session_id, version FROM sessions"))
        first = self._data_version is None and not self.in_vain
        before, self._versions, self._data_version = self._versions, versions, data_version
        return [] if first else [each for each, version in versions.items() if before.get(each) != version]

    def close(self) -> None:
        """Lets go of the file."""
        if self._connection is not None:
            self._connection.close()
