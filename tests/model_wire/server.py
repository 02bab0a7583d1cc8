"""The wire on a real socket of this machine: for tests in a thread, and from a terminal as a process of its own.

python -m tests.model_wire.server --port 0 --mode normal --delay-seconds 1
"""

import argparse
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config, Server

from tests.model_wire.calls import Answered
from tests.model_wire.wire import MODES, Wire

STARTS_WITHIN_SECONDS: Final = 10.0
_WAITING_CLIENTS: Final = 2_048


class _Response:
    """Sends the pieces as they are; one that is dropped never ends, so the server closes the connection."""

    def __init__(self, answer: Answered) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name.encode(), value.encode()) for name, value in self._answer.headers.items()]
        await send({"type": "http.response.start", "status": self._answer.status, "headers": headers})
        for chunk in self._answer.chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        if not self._answer.dropped:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def wire_app(wire: Wire) -> Starlette:
    """The wire as an application: everything that comes is the wire's to answer."""

    async def answer(request: Request) -> _Response:
        body = await request.body()
        return _Response(await wire.answered(request.method, request.url.path, headers=request.headers, body=body))

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


def serving_wire(wire: Wire) -> AbstractContextManager[str]:
    """Serves a wire, as `serving_app` does."""
    return serving_app(wire_app(wire))


@contextmanager
def serving_app(app: ASGIApp) -> Iterator[str]:
    """Serves at a free port, in a thread; gives the address without a path, such as `http://127.0.0.1:50123`."""
    listening, server = _listen(0), _server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        _until_started(server)
        yield address_of(listening)
    finally:
        server.should_exit = True
        thread.join(STARTS_WITHIN_SECONDS)
        listening.close()


def address_of(listening: socket.socket) -> str:
    """The address without a path."""
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def main(words: Sequence[str] | None = None) -> None:
    """Serves until it is told to end; the first line of standard output is the address."""
    parser = argparse.ArgumentParser(description="A stand-in for providers of models, on this machine.")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--mode", choices=MODES, default="normal")
    parser.add_argument("--delay-seconds", type=float, default=0.0, help="how long each answer takes")
    parser.add_argument("--key", default="test-key", help="the API key that callers have to know; empty: none")
    given = parser.parse_args(words)
    wire = Wire(given.mode, delay_seconds=given.delay_seconds, key=given.key or None)
    with _listen(given.port) as listening, suppress(KeyboardInterrupt):
        print(address_of(listening), flush=True)
        _server(wire_app(wire)).run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port), backlog=_WAITING_CLIENTS)


def _server(app: ASGIApp) -> Server:
    return Server(
        Config(app, lifespan="auto", ws="none", log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )


def _until_started(server: Server) -> None:
    give_up_at = time.monotonic() + STARTS_WITHIN_SECONDS
    while not server.started:
        assert time.monotonic() < give_up_at, "the server didn't start"
        time.sleep(0.005)


if __name__ == "__main__":
    main()
