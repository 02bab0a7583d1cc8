"""Hears of changed sessions over the server's pub/sub."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from trimtab.adapters.sessions.pending import PendingIds
from trimtab.adapters.sessions.redis_keys import CHANGES
from trimtab.domain.errors import TrimtabError

_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 2.0

logger = logging.getLogger(__name__)


class Listeners:
    """All who listen through one store. `living` names the sessions that live, for what a gap may have hidden."""

    def __init__(self, client: Redis, *, living: Callable[[], Awaitable[Sequence[str]]]) -> None:
        self._client = client
        self._living = living
        self._pending: set[PendingIds] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[AsyncIterator[str]]:
        """See `SessionStore.changes`."""
        pending, tried = PendingIds(), asyncio.Event()
        self._pending.add(pending)
        hearing = asyncio.create_task(self._hear(pending, tried))
        try:
            await tried.wait()
            yield pending
        finally:
            self._pending.discard(pending)
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)

    async def close(self) -> None:
        """Ends every iterator."""
        for pending in self._pending:
            pending.close()

    async def _hear(self, pending: PendingIds, tried: asyncio.Event) -> None:
        pause, missed = _FIRST_PAUSE_SECONDS, False
        while True:
            try:
                async with self._client.pubsub() as channel:
                    await channel.subscribe(CHANGES)
                    async for message in channel.listen():
                        if message["type"] == "message":
                            pending.add([message["data"]])
                        elif message["type"] == "subscribe":
                            pause = _FIRST_PAUSE_SECONDS
                            if missed:
                                pending.add(await self._living())
                            missed = True
                            tried.set()
            except (RedisError, OSError, TimeoutError, TrimtabError) as error:
                logger.info("change notices wait for the session server: %s", type(error).__name__)
            missed = True
            tried.set()
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
