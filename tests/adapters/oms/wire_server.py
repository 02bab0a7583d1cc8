"""An order system that says what a test tells it to, byte by byte, on a real socket of this machine."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import parse_qsl, urlsplit

from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.adapters.oms.messages import BASE_PATH

Step = bytes | float | Literal["hang", "reset"]
"""What is sent; a pause in seconds; waiting until the client hangs up; breaking off as a killed process does."""
HANG: Final = "hang"
RESET: Final = "reset"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    @property
    def place(self) -> str:
        """What answers it, by `routes`: its method, and its path without what all paths begin with."""
        return f"{self.method} {self.path.removeprefix(BASE_PATH)}"

    @property
    def ids(self) -> list[str]:
        """The order ids of a question."""
        return [value for name, value in self.query if name == "client_order_id"]

    def json(self) -> object:
        return json.loads(self.body)


Reply = Sequence[Step] | Callable[[Asked], Sequence[Step]]


def said(content: object = None, *, status: int = 200, headers: str = "") -> list[Step]:
    """A whole answer; bytes are sent as they are, anything else as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return [f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n{headers}\r\n".encode() + body]


NOWHERE: Final = said({"error": "no such address"}, status=404)


class WireServer:
    """Answers by `METHOD /path`, else with 404; `asked` is all that came."""

    def __init__(self, routes: Mapping[str, Reply]) -> None:
        self.routes = dict(routes)
        self.asked: list[Asked] = []
        self.hung_up = asyncio.Event()
        self.address = ""
        self.listening: asyncio.Server | None = None
        self._serving: set[asyncio.Task] = set()

    def places(self) -> list[str]:
        return [asked.place for asked in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            while head := await _head(reader):
                asked = await _request(head, reader)
                self.asked.append(asked)
                reply = self.routes.get(asked.place, NOWHERE)
                if not await self._send(reply(asked) if callable(reply) else reply, reader, writer=writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._serving.discard(task)
            writer.close()

    async def stop(self) -> None:
        """Takes no more connections, and ends those that there are."""
        if self.listening is not None:
            self.listening.close()
        left = [*self._serving]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _send(self, steps: Sequence[Step], reader: asyncio.StreamReader, *, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection goes on."""
        for step in steps:
            if step == HANG:
                await reader.read()
                self.hung_up.set()
                return False
            if step == RESET:
                writer.transport.abort()
                return False
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            else:
                await asyncio.sleep(float(step))
        return True


async def _head(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return ""


async def _request(head: str, reader: asyncio.StreamReader) -> Asked:
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Asked(method, parts.path, tuple(parse_qsl(parts.query)), headers, body)


@asynccontextmanager
async def serving(routes: Mapping[str, Reply]) -> AsyncIterator[WireServer]:
    """Serves at a free port until the end of the block."""
    server = WireServer(routes)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.listening = listening
    server.address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def order_system(
    routes: Mapping[str, Reply],
) -> AsyncIterator[tuple[HttpOrderSystem, WireServer]]:
    """The client of a scripted order system, and that order system."""
    async with serving(routes) as server:
        system = HttpOrderSystem(server.address, name="the OMS", timeout_seconds=5)
        try:
            yield system, server
        finally:
            await system.close()
