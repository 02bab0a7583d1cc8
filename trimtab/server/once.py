"""What is made when it is first needed, and closed when nobody needs it any more."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Generic, Protocol, TypeVar

import anyio
import anyio.to_thread


class Closable(Protocol):
    """Holds something open."""

    async def close(self) -> None:
        """Lets go of it."""


async def close_all(*held: Closable | None) -> None:
    """Closes all that are there, in this order; one that fails doesn't keep the others open."""
    async with AsyncExitStack() as stack:
        for each in reversed(held):
            if each is not None:
                stack.push_async_callback(each.close)


T = TypeVar("T", bound=Closable)


class Once(Generic[T]):
    """Makes it once, on a thread; after a failure (a broken book) the next call tries again."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: T | None = None
        self._lock = anyio.Lock()

    async def opened(self) -> T:
        """What was made; raises what making it raises."""
        async with self._lock:
            if self._made is None:
                self._made = await anyio.to_thread.run_sync(self._make)
            return self._made

    @property
    def made(self) -> T | None:
        """It, where there is one already."""
        return self._made

    async def close(self) -> None:
        """Lets go of what it holds, if it was ever made; the next call would make it anew."""
        made, self._made = self._made, None
        if made is not None:
            await made.close()
