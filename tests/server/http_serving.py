"""The HTTP application inside the test's own process, with a desk of the test's choice: on a real socket, or asked
without one where that makes no difference."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from uvicorn import Config, Server

from trimtab.server.desks import MakeDesk
from trimtab.server.http_app import build_http_app
from trimtab.server.listening import Listening, listen
from trimtab.settings import Settings

MODERN = "2026-07-28"
LEGACY = "2025-11-25"
JSON = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


@asynccontextmanager
async def serving_http(settings: Settings, *, make_desk: MakeDesk | None = None) -> AsyncIterator[str]:
    """Serves at a free port of this machine; gives the address without a path."""
    app = build_http_app(settings, make_desk=make_desk)
    config = Config(app, lifespan="on", ws="none", log_config=None, access_log=False, timeout_graceful_shutdown=3)
    server = Server(config)
    with listen(Listening(port=0), settings) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def asking_http(settings: Settings, *, make_desk: MakeDesk | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    """A client whose requests go straight to the application."""
    app = build_http_app(settings, make_desk=make_desk)
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8765", timeout=60) as client,
    ):
        yield client


def modern(method: str, **params: object) -> dict[str, object]:
    """A request of the newer era, as a body."""
    meta = {"io.modelcontextprotocol/protocolVersion": MODERN, "io.modelcontextprotocol/clientCapabilities": {}}
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": meta}}


def modern_headers(method: str, name: str | None = None) -> dict[str, str]:
    """What a request of the newer era has to say beside its body."""
    named = {} if name is None else {"mcp-name": name}
    return {**JSON, "mcp-protocol-version": MODERN, "mcp-method": method, **named}


def legacy(method: str, **params: object) -> dict[str, object]:
    """A request of the older era, as a body."""
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def legacy_headers() -> dict[str, str]:
    """What a request of the older era says beside its body."""
    return {**JSON, "mcp-protocol-version": LEGACY}
