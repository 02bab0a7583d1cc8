"""A session store of which the test says what happens to it: only what watches a store can use it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import cast

import anyio
from anyio.abc import ObjectSendStream

from tests.tools.scripted_desk import ScriptedDesk, no_office
from trimtab.domain.errors import Unavailable
from trimtab.server.desks import OpenDesk
from trimtab.workflow.ports.desk import OrderDesk, TradingDesk
from trimtab.workflow.ports.stores import SessionStore

AWAY = Unavailable("The store is away.")


class NoticingStore:
    """Tells its listeners what `change` names. While `fails` holds an error, every operation raises it."""

    def __init__(self, *sessions: str) -> None:
        self.sessions = list(sessions)
        self.fails: Exception | None = None
        self.hangs = False
        self.purged = anyio.Event()
        self.purges = 0
        self.checks = 0
        self.closed = 0
        self._listeners: list[ObjectSendStream[str]] = []

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    async def change(self, session_id: str) -> None:
        for listener in self._listeners:
            await listener.send(session_id)

    async def break_off(self) -> None:
        """Ends what its listeners iterate over."""
        for listener in self._listeners:
            await listener.aclose()

    @asynccontextmanager
    async def changes(self) -> AsyncIterator[AsyncIterator[str]]:
        await self._work()
        sending, receiving = anyio.create_memory_object_stream[str](100)
        self._listeners.append(sending)
        try:
            async with sending, receiving:
                yield receiving
        finally:
            self._listeners.remove(sending)

    async def list(self, _owner: str, *, limit: int) -> tuple[SimpleNamespace, ...]:
        await self._work()
        return tuple(SimpleNamespace(session_id=each) for each in self.sessions[:limit])

    async def check(self) -> None:
        self.checks += 1
        await self._work()

    async def purge_expired(self) -> int:
        self.purges += 1
        self.purged.set()
        await self._work()
        return 1

    async def close(self) -> None:
        self.closed += 1
        await self._work()

    async def _work(self) -> None:
        if self.hangs:
            await anyio.sleep_forever()
        if self.fails is not None:
            raise self.fails


def over(store: NoticingStore, desk: TradingDesk | None = None, orders: OrderDesk | None = None) -> OpenDesk:
    """A desk with this store."""
    return OpenDesk(desk or ScriptedDesk(), cast("SessionStore", store), no_office(orders))
