"""Tells whoever listens which sessions changed, whoever changed them and in whatever process."""

from typing import Any, Final

import anyio
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.subscriptions import SUBSCRIPTION_ID_META_KEY, InMemorySubscriptionBus, ResourceUpdated
from mcp_types import SubscriptionsListenResult

from trimtab.server.background import attempt
from trimtab.server.desks import DeskOnNeed
from trimtab.tools.resources.uris import plan_uri
from trimtab.workflow.ports.stores import SessionStore

PATIENCE_SECONDS: Final = 5.0
"""How long a client that wants to listen waits for the store; after that it hears of changes once the store is back."""
FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 16.0
MOST_CAUGHT_UP: Final = 1_000


class SessionNotices(InMemorySubscriptionBus):
    """The server's subscriptions, fed by the session store's own notices from the first listener on.

    A tool has nothing to publish: the store announces a change in the same step that stores it, so that a process
    killed in between can't leave a change unannounced.
    """

    def __init__(self, desk: DeskOnNeed, *, owner: str) -> None:
        super().__init__()
        self._desk = desk
        self._owner = owner
        self._wanted = anyio.Event()
        self._connected = anyio.Event()
        self._missed = False
        self._pause_seconds = FIRST_PAUSE_SECONDS
        self._streams: set[anyio.CancelScope] = set()

    async def before_listening(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Middleware: a listener is told that it listens only when changes do reach this process."""
        if ctx.method != "subscriptions/listen":
            return await call_next(ctx)
        with anyio.CancelScope() as stream:
            self._streams.add(stream)
            try:
                await self._connect()
                return await call_next(ctx)
            finally:
                self._streams.discard(stream)
        return SubscriptionsListenResult(meta={SUBSCRIPTION_ID_META_KEY: ctx.request_id})

    def end(self) -> None:
        """Ends every stream in order: its client reads that the server ended it, and doesn't take it for a fault."""
        for stream in self._streams:
            stream.cancel()

    async def pass_on(self) -> None:
        """Runs as long as the server does. Without a desk or a store it tries again."""
        if not self._wanted.is_set():
            self._wanted = anyio.Event()  # the server may run in another event loop than before
        await self._wanted.wait()
        while True:
            await attempt("change notices wait", self._pass_on_once)
            await anyio.sleep(self._pause_seconds)
            self._pause_seconds = min(2 * self._pause_seconds, LONGEST_PAUSE_SECONDS)

    async def _connect(self) -> None:
        self._wanted.set()
        with anyio.move_on_after(PATIENCE_SECONDS) as patience:
            await self._connected.wait()
        self._missed = self._missed or patience.cancelled_caught

    async def _pass_on_once(self) -> None:
        store = (await self._desk.opened()).store
        async with store.changes() as changed:
            await self._catch_up(store)
            self._pause_seconds = FIRST_PAUSE_SECONDS
            self._connected.set()
            try:
                async for session_id in changed:
                    await self.publish(ResourceUpdated(uri=plan_uri(session_id)))
            finally:
                self._connected, self._missed = anyio.Event(), True

    async def _catch_up(self, store: SessionStore) -> None:
        """Names every session that lives, where a change may have gone unheard: one too many is harmless."""
        if not self._missed:
            return
        for session in await store.list(self._owner, limit=MOST_CAUGHT_UP):
            await self.publish(ResourceUpdated(uri=plan_uri(session.session_id)))
        self._missed = False
