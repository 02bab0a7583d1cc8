"""Connections that nobody uses are closed; those that are in use stay, however long an answer takes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from uvicorn import Config, Server

from trimtab.server import connections
from trimtab.server.connections import Connection, most_connections
from trimtab.server.listening import Listening, listen
from trimtab.settings import Settings

GOOD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok"
Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def slow_echo(request: Request) -> PlainTextResponse:
    await asyncio.sleep(0.6)
    return PlainTextResponse(await request.body())


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    app = Starlette(routes=[Route("/", slow_echo, methods=["POST"])])
    server = Server(Config(app, http=Connection, lifespan="off", ws="none", log_config=None, access_log=False))
    with listen(Listening(port=0), Settings()) as listening:
        running = asyncio.create_task(server.serve([listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            await running


async def sent(port: int, data: bytes) -> Pair:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    await writer.drain()
    return reader, writer


@pytest.mark.parametrize("part", [b"", GOOD[:20], GOOD[:-1]])
async def test_who_sends_no_whole_request_is_hung_up_on(part: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LOOK_EVERY_SECONDS", 0.1)
    async with asyncio.timeout(10), serving() as port:
        reader, writer = await sent(port, part)
        assert not (await reader.read()).startswith(b"HTTP/1.1 200")
        writer.close()


async def test_who_waits_for_an_answer_gets_it_and_may_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LOOK_EVERY_SECONDS", 0.25)
    async with asyncio.timeout(10), serving() as port:
        reader, writer = await sent(port, GOOD)
        for _ in range(2):
            assert (await reader.readuntil(b"\r\n\r\nok")).startswith(b"HTTP/1.1 200")
            writer.write(GOOD)
        writer.close()


async def test_one_connection_too_many_is_refused_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "most_connections", lambda: 2)
    async with asyncio.timeout(10), serving() as port:
        first, second = await sent(port, GOOD), await sent(port, GOOD)
        await asyncio.sleep(0.1)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.close()
        for reader, writer in (first, second):
            assert await reader.readuntil(b"\r\n\r\nok")
            writer.close()


def test_some_files_are_left_for_what_else_a_process_opens() -> None:
    assert most_connections() >= 100
