"""Connections of the HTTP server that nobody uses: closed, so that they can't use up the files of the process.

Without a file left the event loop would do nothing but log that it can't accept.
"""

import asyncio
import sys
from functools import cache
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

if sys.platform != "win32":  # which has no such limit
    import resource

LOOK_EVERY_SECONDS: Final = 30.0
"""A request has to arrive whole within two looks; how long its answer takes is its own affair."""
_FILES_LEFT_FREE: Final = 100
_MOST_WITHOUT_LIMIT: Final = 10_000
_BUSY: Final = object()


@cache
def most_connections() -> int:
    """As many as this process may have, once it has raised its limit as far as it is allowed to."""
    if sys.platform == "win32":
        return _MOST_WITHOUT_LIMIT
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_WITHOUT_LIMIT if hard == resource.RLIM_INFINITY else min(hard, _MOST_WITHOUT_LIMIT)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(wanted, soft if soft != resource.RLIM_INFINITY else 0) - _FILES_LEFT_FREE


class Connection(H11Protocol):
    """Closed when it is one too many, or when for long no whole request came."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._most = most_connections()
        self._seen: object = _BUSY

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own
        super().connection_made(transport)
        if len(self.connections) > self._most:
            transport.abort()
        else:
            self.loop.call_later(LOOK_EVERY_SECONDS, self._look)

    def _look(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle
        if self.transport.is_closing():
            return
        busy = cycle is not None and not cycle.more_body and not cycle.response_complete
        seen, self._seen = self._seen, _BUSY if busy else cycle
        if not busy and seen is cycle:
            self.transport.close()
        else:
            self.loop.call_later(LOOK_EVERY_SECONDS, self._look)
