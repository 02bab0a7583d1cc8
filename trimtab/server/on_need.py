"""An application that is made when the first request for it comes: who never asks for it starts without it."""

from collections.abc import Callable

import anyio
import anyio.to_thread
from starlette.types import ASGIApp, Receive, Scope, Send


class OnNeed:
    """Makes the application once, on a thread; if that fails the next request tries again."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._made: ASGIApp | None = None
        self._lock = anyio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on."""
        async with self._lock:
            if self._made is None:
                self._made = await anyio.to_thread.run_sync(self._make)
        await self._made(scope, receive, send)
