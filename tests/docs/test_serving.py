"""Every command that docs/serving.md shows does what the guide says."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx2
import pytest
from mcp.client import Client
from starlette.routing import Route

from tests.adapters.sessions.stores import BOTH_WAYS
from tests.docs.pages import BLOCK
from tests.house.tree import read
from tests.redis_servers import RedisServer, binary_of
from tests.server.http_servers import HttpServer
from trimtab.adapters.sessions.redis import GIVE_UP_AFTER_SECONDS
from trimtab.domain.trading.policy import Policy
from trimtab.server.http_app import LARGEST_BODY_BYTES, build_http_app
from trimtab.server.uvicorn_config import END_WITHIN_SECONDS
from trimtab.settings import Settings, load_settings
from trimtab.tools.resources.uris import PLAN
from trimtab.workflow.state import MOST_REMEMBERED_ANSWERS, MOST_REMEMBERED_KEYS

SHELL: Final = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ASSIGNMENT: Final = re.compile(r"[A-Z_]+=")
EVERYWHERE: Final = "0.0.0.0"
REDIS: Final = "redis://127.0.0.1:6379/0"
FORGETFUL: Final = ("--maxmemory", "200mb", "--maxmemory-policy", "allkeys-lru", "--appendonly", "no")
BIN: Final = Path(sys.executable).parent


def commands() -> list[str]:
    """The guide's commands, those of the examples apart."""
    return [line for block in SHELL.findall(BLOCK.sub("", read("docs/serving.md"))) for line in block.splitlines()]


def the_command(*parts: str) -> str:
    """The one command of the guide with all of these parts."""
    (found,) = [line for line in commands() if all(part in line for part in parts)]
    return found


def started(line: str, home: Path) -> HttpServer:
    """A server by this command, at a free port."""
    words = shlex.split(line)
    named = [word for word in words if ASSIGNMENT.match(word)]
    environ = dict(word.split("=", 1) for word in named)
    program, *options = words[len(named) :]
    assert program == "trimtab"
    command = (str(BIN / program), *options, "--port", "0")
    return HttpServer(environ={"TRIMTAB_HOME": str(home), **environ}, command=command)


@pytest.fixture(params=BOTH_WAYS[1:])
def session_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis or Valkey server that would forget sessions, were it not for the options of the guide."""
    if binary_of(request.param) is None:
        pytest.skip(f"this machine has no {request.param} server")
    program, *options = shlex.split(the_command("redis-server"))
    assert program == "redis-server"
    server = RedisServer(request.param, tmp_path, *FORGETFUL, *options).start()
    yield server
    server.stop()


def test_the_guide_shows_these_commands() -> None:
    programs = [next(word for word in shlex.split(line) if not ASSIGNMENT.match(word)) for line in commands()]
    assert programs == ["trimtab", "trimtab", "trimtab", "trimtab", "python", "redis-server"]


@pytest.mark.parametrize("options", ["serve --http", "serve --http --workers 2"])
async def test_a_server_is_started_that_a_client_can_use(options: str, tmp_path: Path) -> None:
    (line,) = [line for line in commands() if line == f"trimtab {options}"]
    with started(line, tmp_path) as server:
        async with Client(server.mcp) as client, Client(f"{server.mcp}/trading/") as narrow:
            assert not (await client.call_tool("open_session", {})).is_error
            everything, of_trading = (await client.list_tools()).tools, (await narrow.list_tools()).tools
            assert {tool.name for tool in everything} > {tool.name for tool in of_trading} > {"open_session"}
        assert [httpx2.get(f"{server.address}/{path}").status_code for path in ("healthz", "readyz")] == [200, 200]


def test_a_host_that_was_named_is_answered_and_another_is_not(tmp_path: Path) -> None:
    line = the_command("TRIMTAB_ALLOWED_HOSTS").replace(EVERYWHERE, "127.0.0.1")
    with started(line, tmp_path) as server:
        said = {
            host: httpx2.post(server.mcp, json={}, headers={"host": host, "accept": "application/json"}).status_code
            for host in ("desk.example:8765", "other.example:8765")
        }
    assert said["other.example:8765"] == 421
    assert said["desk.example:8765"] != 421


async def test_two_servers_share_the_sessions_of_a_server_that_forgets_nothing(
    session_server: RedisServer, tmp_path: Path
) -> None:
    line = the_command("TRIMTAB_SESSIONS").replace(REDIS, session_server.url)
    with started(line, tmp_path / "one") as one, started(line, tmp_path / "two") as two:
        async with Client(one.mcp) as here, Client(two.mcp) as there:
            opened = await here.call_tool("open_session", {})
            assert opened.structured_content is not None
            seen = await there.call_tool("get_session", {"session_id": opened.structured_content["session_id"]})
            assert not seen.is_error
            session_server.kill()
            assert httpx2.get(f"{two.address}/readyz").status_code == 503
            gone = await there.call_tool("get_session", {"session_id": opened.structured_content["session_id"]})
            assert gone.structured_content is not None
            assert (gone.structured_content["code"], gone.structured_content["retryable"]) == ("unavailable", True)
            session_server.start()
            back = await there.call_tool("get_session", {"session_id": opened.structured_content["session_id"]})
            assert not back.is_error
            assert httpx2.get(f"{two.address}/readyz").status_code == 200
    assert "Set `" not in one.log + two.log


def test_the_key_that_is_made_is_one_that_is_allowed() -> None:
    program, *arguments = shlex.split(the_command("token_hex"))
    assert program == "python"
    made = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    (key,) = load_settings({"TRIMTAB_STATE_KEYS": made.stdout.strip()}, None).state_keys
    assert len(key.get_secret_value()) == 64


def test_every_address_is_in_the_guide_and_no_other() -> None:
    routes = build_http_app(Settings()).routes
    served = {route.path for route in routes if isinstance(route, Route) and not route.path.endswith("/")}
    rows = [line.split("|")[1] for line in read("docs/serving.md").splitlines() if line.startswith("| `/")]
    assert {address for row in rows for address in re.findall(r"`(.*?)`", row)} == served


def test_the_guides_figures_are_those_of_the_code() -> None:
    words = {5: "five"}
    page = read("docs/serving.md")
    for said in (
        f"a body over {LARGEST_BODY_BYTES // 2**20} MiB",
        f"running calls get {words[END_WITHIN_SECONDS]} seconds",
        f"A call tries for {words[int(GIVE_UP_AFTER_SECONDS)]} seconds",
        f"the last {MOST_REMEMBERED_ANSWERS} answers and {MOST_REMEMBERED_KEYS} keys",
        f"expires {Policy().session_ttl_hours} hours after",
        f"`{PLAN}`",
    ):
        assert said in page
