"""A real browser, where this machine has one; a page for it that tells what it saw; and a connection that breaks."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import tempfile
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from tests.server.rest.rest_serving import Json

CHROMIUM: Final = shutil.which("chromium")
MOST_SECONDS: Final = 60
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_BODY: Final = "\r\n\r\n"


def dumped(url: str) -> str:
    """The document of a page, once its scripts have run."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        done = subprocess.run(
            (CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "--virtual-time-budget=10000", "--dump-dom", url),
            capture_output=True,
            text=True,
            check=False,
            timeout=MOST_SECONDS,
        )
    return done.stdout


async def saw(page: str) -> Json:
    """What a page saw: it posts that to `/saw`. Its origin is a port of this machine that nothing else listens at."""
    reported: asyncio.Future[Json] = asyncio.get_running_loop().create_future()

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        head = (await reader.readuntil(_BODY.encode())).decode()
        content = page.encode()
        if head.startswith("POST /saw "):
            length = next(int(line[15:]) for line in head.lower().splitlines() if line.startswith("content-length:"))
            reported.set_result(json.loads(await reader.readexactly(length)))
            content = b""
        start = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(content)}\r\n"
        writer.write(f"{start}Connection: close{_BODY}".encode() + content)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server, _browsing(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"):
        return await asyncio.wait_for(reported, MOST_SECONDS)


@asynccontextmanager
async def _browsing(url: str) -> AsyncIterator[None]:
    """A browser at this page, with all that it started ended afterwards."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            CHROMIUM,
            *FLAGS,
            f"--user-data-dir={profile}",
            url,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


class BreakingLine:
    """A connection to a server that is cut once, right behind some text of an answer; `asked` are the requests.

    `broken` is set when it has been cut.
    """

    def __init__(self, port: int, *, cut_after: bytes) -> None:
        self._port = port
        self._cut_after: bytes | None = cut_after
        self.asked: list[str] = []
        self.broken = asyncio.Event()
        self._passing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Gives the address of the server, by this line."""
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        async with server:
            try:
                yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            finally:
                await _ended(*self._passing)

    async def _pass_on(self, reader: StreamReader, writer: StreamWriter) -> None:
        passing = asyncio.create_task(self._both_ways(reader, writer))
        self._passing.add(passing)
        await asyncio.wait([passing])

    async def _both_ways(self, reader: StreamReader, writer: StreamWriter) -> None:
        its_reader, its_writer = await asyncio.open_connection("127.0.0.1", self._port)
        there = asyncio.create_task(self._there(reader, its_writer))
        try:
            await self._back(its_reader, writer)
        finally:
            for each in (writer, its_writer):
                each.transport.abort()
            await _ended(there)

    async def _there(self, reader: StreamReader, writer: StreamWriter) -> None:
        while sent := await reader.read(65_536):
            self.asked.append(sent.decode())
            writer.write(sent)

    async def _back(self, reader: StreamReader, writer: StreamWriter) -> None:
        passed = b""
        while told := await reader.read(65_536):
            passed += told
            if self._cut_after is not None and self._cut_after in passed:
                writer.write(told[: len(told) - len(passed) + passed.index(self._cut_after) + len(self._cut_after)])
                self._cut_after = None
                await asyncio.sleep(0.1)
                self.broken.set()
                return
            writer.write(told)


async def _ended(*tasks: asyncio.Task[None]) -> None:
    """Cancels tasks and waits for their end, and for what they aborted to be closed."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)
