"""How long work ended, for who waits for it without a stream."""

import asyncio
from collections.abc import Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive

from trimtab.server.rest.runs import Run
from trimtab.server.rest.telling import NOT_KEPT


async def outcome_of(run: Run, http: Request, *, headers: Mapping[str, str] | None = None) -> Response:
    """Waits for the end, as long as the client does; `headers` go with a result.

    Raises:
        ClientDisconnect: nobody is there to answer any more.
    """
    with run.listening():
        await _end_or_leave(run, http.receive)
    if run.problem is not None:
        return run.problem.response()
    if run.answer is None:
        raise ClientDisconnect
    return JSONResponse(run.answer, headers={**NOT_KEPT, **(headers or {})})


async def _end_or_leave(run: Run, receive: Receive) -> None:
    """Waits for the run's end, or for its client to go away."""
    # Of a request whose body was read, the only message that is left says that its client is gone.
    either = [asyncio.ensure_future(run.end()), asyncio.ensure_future(receive())]
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in either:
            each.cancel()
