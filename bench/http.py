"""Over HTTP: fifty clients on fifty sessions, against a bare server of the SDK that says the same."""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.report import print_table
from tests.server.http_servers import HttpServer

CLIENTS: Final = 50
CALLS_EACH: Final = 20
ROUNDS: Final = 5
WANTED_SHARE: Final = 0.6
ERA: Final = "2026-07-28"
META: Final = {"io.modelcontextprotocol/protocolVersion": ERA, "io.modelcontextprotocol/clientCapabilities": {}}

BARE: Final = """\
import json, sys
from pathlib import Path
from typing import Annotated
import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp_types import CallToolResult
from trimtab.server.listening import Listening, listen
from trimtab.settings import Settings
from trimtab.workflow.ports.results import SessionSummaryResult

reply = CallToolResult.model_validate(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
server = MCPServer("bare")

@server.tool()
async def get_session(session_id: str) -> Annotated[CallToolResult, SessionSummaryResult]:
    return reply

with listen(Listening(port=0), Settings()) as listening:
    sys.stderr.write(f"Trimtab serves MCP at http://127.0.0.1:{listening.getsockname()[1]}/mcp\\n")
    sys.stderr.flush()
    app = server.streamable_http_app(stateless_http=True)
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run([listening])
"""
"""Answers with the reply of a file, under the model that Trimtab's schema comes from."""


def report() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        environ = {"TRIMTAB_HOME": folder, "TRIMTAB_LOG_LEVEL": "WARNING"}
        with HttpServer(environ=environ) as one, HttpServer("--workers", "2", environ=environ) as two:
            sessions = asyncio.run(_sessions(one.address))
            with _bare(home, asyncio.run(_said(one.address, sessions[0]))) as bare:
                addresses = {"one worker": one.address, "two workers": two.address, "bare server": bare.address}
                taken = _in_turns(addresses, sessions)
    _print(taken)


def _print(taken: Mapping[str, Sequence[float]]) -> None:
    per_second = {name: statistics.median(rates) for name, rates in taken.items()}
    one, two, bare = (per_second[name] for name in ("one worker", "two workers", "bare server"))
    print_table(
        "HTTP: `get_session`, 50 clients on 50 sessions, demo book",
        ("", "requests per second", "of the bare server", "of one worker"),
        [
            ("one worker", f"{one:,.0f}", f"{one / bare:.2f} (wanted {WANTED_SHARE})", ""),
            ("two workers", f"{two:,.0f}", f"{two / bare:.2f}", f"{two / one:.2f} (wanted over 1)"),
            ("bare server", f"{bare:,.0f}", "", ""),
        ],
        notes=f"Medians of {ROUNDS} rounds of {CLIENTS * CALLS_EACH} calls, in turns, on connections that stay open. "
        "The bare server's tool returns the very same reply as a constant. Client and servers share the machine.",
    )


@contextmanager
def _bare(home: Path, reply: object) -> Iterator[HttpServer]:
    script, file = home / "bare.py", home / "reply.json"
    script.write_text(BARE, encoding="utf-8")
    file.write_text(json.dumps(reply), encoding="utf-8")
    with HttpServer(environ={}, command=(sys.executable, str(script), str(file))) as server:
        yield server


def _in_turns(addresses: Mapping[str, str], sessions: Sequence[str]) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {name: [] for name in addresses}
    for counted in (False, *[True] * ROUNDS):
        for name, address in addresses.items():
            rate = asyncio.run(_load(address, sessions))
            if counted:
                taken[name].append(rate)
    return taken


async def _load(address: str, sessions: Sequence[str]) -> float:
    """Requests per second of all clients together."""
    clients = [_Caller(address, session_id) for session_id in sessions]
    await asyncio.gather(*(client.open() for client in clients))
    start = time.perf_counter()
    await asyncio.gather(*(client.call_often(CALLS_EACH) for client in clients))
    rate = len(clients) * CALLS_EACH / (time.perf_counter() - start)
    for client in clients:
        client.close()
    return rate


async def _sessions(address: str) -> list[str]:
    found: list[str] = []
    caller = _Caller(address, "")
    await caller.open()
    for _ in range(CLIENTS):
        opened = await caller.ask("open_session", {})
        found.append(opened["structuredContent"]["session_id"])
        await caller.ask("analyze_trades", {"session_id": found[-1]})
    caller.close()
    return found


async def _said(address: str, session_id: str) -> object:
    caller = _Caller(address, session_id)
    await caller.open()
    said = await caller.ask("get_session", {"session_id": session_id})
    caller.close()
    return said


class _Caller:
    """A client that costs next to nothing: one connection, requests made beforehand, answers read and not parsed."""

    def __init__(self, address: str, session_id: str) -> None:
        self._host, _, port = address.removeprefix("http://").partition(":")
        self._port = int(port)
        self._request = self._made("get_session", {"session_id": session_id})

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)

    def close(self) -> None:
        self._writer.close()

    async def call_often(self, times: int) -> None:
        for _ in range(times):
            await self._exchange(self._request)

    async def ask(self, tool: str, arguments: Mapping[str, object]) -> dict[str, dict[str, str]]:
        """The result of one call."""
        found: dict[str, dict[str, str]] = json.loads(await self._exchange(self._made(tool, arguments)))["result"]
        return found

    def _made(self, tool: str, arguments: Mapping[str, object]) -> bytes:
        params = {"name": tool, "arguments": arguments, "_meta": META}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()
        head = (
            f"POST /mcp HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Type: application/json\r\n"
            f"Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: {ERA}\r\nMcp-Method: tools/call\r\n"
            f"Mcp-Name: {tool}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def _exchange(self, request: bytes) -> bytes:
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"refused: {head.decode()}")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        return await self._reader.readexactly(int(lengths[0].partition(b":")[2]))
