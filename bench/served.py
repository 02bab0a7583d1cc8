"""Servers of one client each, spoken to over standard input and output: Trimtab's, and bare ones of the SDK."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

ROOT: Final = Path(__file__).resolve().parents[1]
TRIMTAB: Final = (sys.executable, "-m", "trimtab.cli.main", "serve")
_INITIALIZE: Final = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "bench", "version": "1"},
}

BARE: Final = """\
from mcp.server.mcpserver import MCPServer
server = MCPServer("bare")
@server.tool()
async def hello(name: str) -> str:
    return name
server.run()
"""
"""The smallest server that lists a tool."""

CONSTANT: Final = """\
import json, sys
from pathlib import Path
from typing import Annotated
from mcp.server.mcpserver import MCPServer
from mcp_types import CallToolResult
from trimtab.workflow.ports.results import ServerStatus, SessionSummaryResult, ToleranceStatus

given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
replies = {tool: CallToolResult.model_validate(reply) for tool, reply in given.items()}
server = MCPServer("bare")

@server.tool()
async def get_server_status() -> Annotated[CallToolResult, ServerStatus]:
    return replies["get_server_status"]

@server.tool()
async def get_session(session_id: str) -> Annotated[CallToolResult, SessionSummaryResult]:
    return replies["get_session"]

@server.tool()
async def get_tolerance_status(session_id: str) -> Annotated[CallToolResult, ToleranceStatus]:
    return replies["get_tolerance_status"]

server.run()
"""
"""Answers with the replies of a file, under the models that Trimtab's schemas come from."""


class Served:
    """One running server; a context manager, which ends it by closing its standard input."""

    def __init__(self, command: Sequence[str], *, home: Path) -> None:
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={**os.environ, "TRIMTAB_HOME": str(home)},
        )
        self._asked = 0

    def __enter__(self) -> Self:
        self.ask("initialize", _INITIALIZE)
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=20)

    def ask(self, method: str, params: Mapping[str, object]) -> bytes:
        """The answer as it comes over the wire."""
        self._asked += 1
        self._send({"jsonrpc": "2.0", "id": self._asked, "method": method, "params": params})
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def call(self, tool: str, arguments: Mapping[str, object]) -> bytes:
        """One call of a tool, unread."""
        return self.ask("tools/call", {"name": tool, "arguments": arguments})

    def _send(self, message: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()


def result_of(answer: bytes) -> dict[str, object]:
    """What a request was answered with; an error ends the run."""
    read = json.loads(answer)
    found: dict[str, object] = read["result"]
    if found.get("isError"):
        raise RuntimeError(f"The call failed: {found['content']}")
    return found
