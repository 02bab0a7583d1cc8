"""Whether the process serves, and whether tool calls would work: for whoever watches the server."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import anyio
from anyio.abc import TaskGroup
from starlette.requests import Request
from starlette.responses import JSONResponse

from trimtab.domain.errors import TrimtabError, Unavailable
from trimtab.server.desks import DeskOnNeed
from trimtab.tools.errors import error_result

ANSWER_WITHIN_SECONDS: Final = 3.0
_FRESH: Final = {"Cache-Control": "no-store"}
_SHOWN: Final = ("code", "message", "next_action")
_HANGS: Final = Unavailable("The book isn't read yet, or the session store doesn't answer.")

logger = logging.getLogger(__name__)


async def healthz(_request: Request) -> JSONResponse:
    """The process serves."""
    return JSONResponse({"status": "ok"}, headers=_FRESH)


class Readiness:
    """Looks whether the desk can be made and its store used. Many who ask at once share one look."""

    def __init__(self, desk: DeskOnNeed) -> None:
        self._desk = desk
        self._background: TaskGroup | None = None
        self._look: _Look | None = None
        self._said: str | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Looks once at the start, so that the first call finds the desk made."""
        async with anyio.create_task_group() as background:
            self._background = background
            self._started()
            yield
            background.cancel_scope.cancel()

    async def readyz(self, _request: Request) -> JSONResponse:
        """Answers in time even where the store doesn't."""
        error: Exception | None = _HANGS
        look = self._started()
        with anyio.move_on_after(ANSWER_WITHIN_SECONDS):
            error = await look.error()
        if error is None:
            return JSONResponse({"ready": True, "problems": []}, headers=_FRESH)
        described = error_result(error).structured_content or {}
        problem = {name: described[name] for name in _SHOWN}
        return JSONResponse({"ready": False, "problems": [problem]}, status_code=503, headers=_FRESH)

    def _started(self) -> "_Look":
        if self._look is None and self._background is not None:
            self._look = _Look()
            self._background.start_soon(self._see, self._look)
        return self._look or _Look()

    async def _see(self, look: "_Look") -> None:
        try:
            await (await self._desk.opened()).store.check()
        except Exception as error:  # noqa: BLE001 - whatever it is, the server isn't ready, and who asks is told
            look.found = error
        self._tell(look.found)
        self._look = None
        look.done.set()

    def _tell(self, error: Exception | None) -> None:
        """Says in the log what is new."""
        said = None if error is None else error.message if isinstance(error, TrimtabError) else type(error).__name__
        if said is not None and said != self._said:
            logger.warning("not ready: %s", said)
        self._said = said


class _Look:
    """One look, and what it found."""

    def __init__(self) -> None:
        self.done = anyio.Event()
        self.found: Exception | None = None

    async def error(self) -> Exception | None:
        await self.done.wait()
        return self.found
