"""Hears of changed sessions over the server's pub/sub."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from trimtab.adapters.sessions.pending import Listeners, PendingIds
from trimtab.adapters.sessions.redis_keys import CHANGES
from trimtab.domain.errors import TrimtabError

_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 2.0

logger = logging.getLogger(__name__)


class RedisListeners(Listeners):
    """Hears through this client. `living` names the sessions that live, for what a gap may have hidden."""

    def __init__(self, client: Redis, *, living: Callable[[], Awaitable[Sequence[str]]]) -> None:
        super().__init__()
        self._client = client
        self._living = living

    async def hear(self, pending: PendingIds) -> None:
        """See `Listeners.hear`. A server that hangs up tells of a gap by a second subscription."""
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
                            pending.tried.set()
            except (RedisError, OSError, TimeoutError, TrimtabError) as error:
                logger.info("change notices wait for the session server: %s", type(error).__name__)
            missed = True
            pending.tried.set()
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
