"""Ids of changed sessions between whoever hears of them and whoever reads them."""

import asyncio
from collections.abc import AsyncIterator, Iterable


class PendingIds(AsyncIterator[str]):
    """Gives each id once, however often it was added meanwhile: a slow reader costs no memory. Ends when closed."""

    def __init__(self) -> None:
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
