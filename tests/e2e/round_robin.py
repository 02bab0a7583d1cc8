"""A load balancer that gives each request to the next server in turn, and passes answers on as they come."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle

import anyio
import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route
from uvicorn import Config, Server

from trimtab.server.listening import Listening, listen
from trimtab.settings import Settings

_OWN = frozenset({"host", "content-length", "transfer-encoding", "connection"})


class RoundRobin:
    """The balancer as an application; `served` counts the requests that each server got."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.served = dict.fromkeys(addresses, 0)
        self._turns = cycle(addresses)
        self._client = httpx2.AsyncClient(timeout=None)

    async def pass_on(self, request: Request) -> StreamingResponse:
        """One request to the server whose turn it is."""
        address = next(self._turns)
        self.served[address] += 1
        headers = {name: value for name, value in request.headers.items() if name not in _OWN}
        asked = self._client.build_request(
            request.method, f"{address}{request.url.path}", headers=headers, content=await request.body()
        )
        answer = await self._client.send(asked, stream=True)
        kept = {name: value for name, value in answer.headers.items() if name not in _OWN}

        async def body() -> AsyncIterator[bytes]:
            try:
                async for piece in answer.aiter_raw():
                    yield piece
            finally:
                with anyio.CancelScope(shield=True):
                    await answer.aclose()

        return StreamingResponse(body(), status_code=answer.status_code, headers=kept)


@asynccontextmanager
async def balanced(addresses: Sequence[str]) -> AsyncIterator[tuple[str, RoundRobin]]:
    """The balancer's own address, and the balancer."""
    balancer = RoundRobin(addresses)
    app = Starlette(routes=[Route("/{path:path}", balancer.pass_on, methods=["GET", "POST", "DELETE"])])
    config = Config(app, lifespan="off", ws="none", log_config=None, access_log=False, timeout_graceful_shutdown=2)
    server = Server(config)
    with listen(Listening(port=0), Settings()) as listening:
        async with anyio.create_task_group() as running, balancer._client:
            running.start_soon(server.serve, [listening])
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", balancer
            server.should_exit = True
