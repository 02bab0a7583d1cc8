"""The examples work: hosts' configurations connect as they are written, and the clients run, against real servers."""

import asyncio
import json
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from tests import snapshots
from tests.house.tree import ROOT, read
from tests.server.http_servers import HttpServer
from trimtab.server.listening import DEFAULT_HOST, DEFAULT_PORT, MCP_PATH
from trimtab.tools.registry import TOOLS

EXAMPLES = ROOT / "examples"
BIN = Path(sys.executable).parent
STAND_INS = ("/path/to/trimtab/.venv/bin", "${workspaceFolder}/.venv/bin")
URL = f"http://{DEFAULT_HOST}:{DEFAULT_PORT}{MCP_PATH}"
FILES = ("claude_code.json", "claude_desktop.json", "vscode.json", "vscode_http.json")

Server = dict[str, Any]
"""How a host reaches a server, as its configuration has it."""


def of_this_machine(text: str) -> str:
    """The text with the paths of this machine."""
    for stand_in in STAND_INS:
        text = text.replace(stand_in, BIN.as_posix())
    return text


def in_file(name: str) -> Server:
    """The one server of a host's configuration."""
    (servers,) = json.loads(of_this_machine((EXAMPLES / name).read_text(encoding="utf-8"))).values()
    (server,) = servers.values()
    return dict(server)


def in_command(line: str) -> Server:
    """The server that a host's command adds."""
    program, *words = shlex.split(of_this_machine(line), comments=True)
    if program == "code":
        assert words[0] == "--add-mcp"
        return dict(json.loads(words[1]))
    assert [program, *words[:2]] == ["claude", "mcp", "add"]
    if "--" in words:
        command, *args = words[words.index("--") + 1 :]
        return {"command": command, "args": args}
    assert words[2:5] == ["--transport", "http", "trimtab"]
    return {"type": "http", "url": words[5]}


SERVERS = {name: in_file(name) for name in FILES} | {
    line: in_command(line) for line in read("examples/connect.sh").splitlines()
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpServer]:
    """A server as the pages start it, at a port that is free."""
    environ = {"TRIMTAB_HOME": str(tmp_path_factory.mktemp("home"))}
    with HttpServer(environ=environ, command=(str(BIN / "trimtab"), "serve", "--http", "--port", "0")) as server:
        yield server


@pytest.mark.parametrize("name", SERVERS)
async def test_a_configuration_connects_to_a_server_that_lists_and_calls_the_tools(
    name: str, running: HttpServer, tmp_path: Path
) -> None:
    server = SERVERS[name]
    target: str | StdioServerParameters = running.mcp
    if "url" in server:
        assert (server["type"], server["url"]) == ("http", URL)
    else:
        assert server.get("type", "stdio") == "stdio"
        environ = {"TRIMTAB_HOME": str(tmp_path)}
        target = StdioServerParameters(command=server["command"], args=server["args"], env=environ)
    async with Client(target) as client:
        listed = await client.list_tools()
        called = await client.call_tool("get_server_status", {})
    assert [tool.name for tool in listed.tools] == [tool.name for tool in TOOLS]
    assert called.structured_content is not None
    assert called.structured_content["execution_mode"] == "simulated"


def test_every_configuration_is_tried_over_both_transports() -> None:
    assert {path.name for path in EXAMPLES.glob("*.json")} == set(FILES)
    assert [sum(kind in server for server in SERVERS.values()) for kind in ("command", "url")] == [3, 4]


def ran(*words: str, home: Path) -> str:
    """What an example prints."""
    environ = {"HOME": str(home), "PATH": str(BIN)}
    command = [sys.executable, str(EXAMPLES / words[0]), *words[1:]]
    done = subprocess.run(command, env=environ, cwd=home, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_client_finishes_a_session_at_a_server_that_it_starts(tmp_path: Path) -> None:
    snapshots.matches(EXAMPLES / "client.txt", ran("client.py", home=tmp_path))


def test_the_client_does_the_same_at_a_server_that_runs(running: HttpServer, tmp_path: Path) -> None:
    assert ran("client.py", running.mcp, home=tmp_path) == (EXAMPLES / "client.txt").read_text(encoding="utf-8")


def test_signals_are_computed_by_the_functions_that_the_tools_call(tmp_path: Path) -> None:
    snapshots.matches(EXAMPLES / "signals.txt", ran("signals.py", home=tmp_path))


@asynccontextmanager
async def watching(url: str, session_id: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The watcher, for half a minute at most."""
    pipe = asyncio.subprocess.PIPE
    words = (sys.executable, str(EXAMPLES / "watch.py"), url, session_id)
    watcher = await asyncio.create_subprocess_exec(*words, stdout=pipe, stderr=pipe)
    try:
        with anyio.fail_after(30):
            yield watcher
    finally:
        if watcher.returncode is None:
            watcher.kill()
            await watcher.wait()


async def test_the_watcher_tells_of_every_change_and_ends_with_the_server(tmp_path: Path) -> None:
    with HttpServer(environ={"TRIMTAB_HOME": str(tmp_path)}) as server:
        async with Client(server.mcp) as client:
            opened = await client.call_tool("open_session", {"workflow_mode": "AiPlan"})
            assert opened.structured_content is not None
            session = {"session_id": opened.structured_content["session_id"]}
            lines = []
            async with watching(server.mcp, session["session_id"]) as watcher:
                assert watcher.stdout is not None
                lines.append(await watcher.stdout.readline())
                for tool in ("analyze_trades", "advance_phase"):
                    await client.call_tool(tool, session)
                    lines.append(await watcher.stdout.readline())
                assert server.end() == 0
                said = await watcher.communicate()
    assert [line.decode().partition(":")[0] for line in lines] == [
        "Sells, version 1",
        "Sells, version 2",
        "Buys, version 3",
    ]
    assert (said, watcher.returncode) == ((b"", b""), 0)
