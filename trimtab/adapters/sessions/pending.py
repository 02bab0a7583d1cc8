"""Ids of changed sessions between whoever hears of them and whoever reads them."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager


class PendingIds(AsyncIterator[str]):
    """Gives each id once, however often it was added meanwhile: a slow reader costs no memory. Ends when closed."""

    def __init__(self) -> None:
        self.tried = asyncio.Event()
        """Set when changes come in, or when it was tried in vain: then what was missed will come later."""
        self._ids: dict[str, None] = {}
        self._added = asyncio.Event()
        self._closed = False

    def add(self, session_ids: Iterable[str]) -> None:
        """These sessions changed."""
        self._ids.update(dict.fromkeys(session_ids))
        self._added.set()

    def close(self) -> None:
        """No more will come."""
        self._closed = True
        self._added.set()

    async def __anext__(self) -> str:
        while not self._ids:
            if self._closed:
                raise StopAsyncIteration
            self._added.clear()
            await self._added.wait()
        oldest = next(iter(self._ids))
        del self._ids[oldest]
        return oldest


class Listeners(ABC):
    """All who listen through one store."""

    def __init__(self) -> None:
        self._pending: set[PendingIds] = set()

    @abstractmethod
    async def hear(self, pending: PendingIds) -> None:
        """Adds the sessions that change, until it is cancelled; a fault only delays it."""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[AsyncIterator[str]]:
        """See `SessionStore.changes`."""
        pending = PendingIds()
        self._pending.add(pending)
        hearing = asyncio.create_task(self.hear(pending))
        try:
            await pending.tried.wait()
            yield pending
        finally:
            self._pending.discard(pending)
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)

    def close(self) -> None:
        """Ends every iterator."""
        for pending in self._pending:
            pending.close()
