"""A trading desk with what it holds open, made when the first call needs it."""

from collections.abc import Callable
from dataclasses import dataclass

import anyio
import anyio.to_thread

from trimtab.workflow.ports.desk import TradingDesk
from trimtab.workflow.ports.stores import SessionStore


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """A desk and the store that it works on; closing the store closes the desk."""

    desk: TradingDesk
    store: SessionStore

    async def close(self) -> None:
        """Lets go of what the desk holds."""
        await self.store.close()


MakeDesk = Callable[[], OpenDesk]


class DeskOnNeed:
    """Makes the desk once, on a thread; after a failure (a broken book) the next call tries again."""

    def __init__(self, make: MakeDesk) -> None:
        self._make = make
        self._made: OpenDesk | None = None
        self._lock = anyio.Lock()

    async def get(self) -> TradingDesk:
        """The desk."""
        async with self._lock:
            if self._made is None:
                self._made = await anyio.to_thread.run_sync(self._make)
            return self._made.desk

    async def close(self) -> None:
        """Lets go of what the desk holds, if it was ever made."""
        if self._made is not None:
            await self._made.close()
