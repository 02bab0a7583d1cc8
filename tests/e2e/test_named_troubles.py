"""What is wrong with the place of the sessions is named to whoever watches the server and to whoever calls it, and no
address, password or folder is."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx2
import pytest
from mcp.client import Client

from tests.adapters.sessions.stores import STORES, place_of, store_at
from tests.e2e.driving import call
from tests.redis_servers import RedisServer, binary_of
from tests.server.http_serving import serving_http
from tests.tools.serving import error_of, refusal
from trimtab.adapters.clock import SystemClock
from trimtab.adapters.sessions.sqlite_file import FILE_VERSION, open_file
from trimtab.settings import Settings
from trimtab.tools.resources.uris import plan_uri
from trimtab.workflow.state import SCHEMA_VERSION

PASSWORD = "correct-horse"

Said = dict[str, object]


@pytest.fixture(params=["valkey", "redis"])
def locked_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RedisServer]:
    if binary_of(request.param) is None:
        pytest.skip(f"this machine has no {request.param} server")
    server = RedisServer(request.param, tmp_path, "--requirepass", PASSWORD).start()
    yield server
    server.stop()


@asynccontextmanager
async def serving(sessions: str, home: Path) -> AsyncIterator[tuple[str, Client]]:
    """The address of a server that keeps its sessions there, and a client of it."""
    settings = Settings.model_validate({"home": home, "sessions": sessions})
    async with serving_http(settings) as at, Client(f"{at}/mcp") as client:
        yield at, client


async def told(at: str, client: Client) -> tuple[Said, Said]:
    """The one problem that /readyz names, and the error of a call."""
    async with httpx2.AsyncClient(timeout=30) as watcher:
        answer = await watcher.get(f"{at}/readyz")
        assert (await watcher.get(f"{at}/healthz")).status_code == 200
    assert answer.status_code == 503
    (problem,) = answer.json()["problems"]
    return problem, error_of(await client.call_tool("open_session", {}))


async def test_a_wrong_password_is_named_until_somebody_corrects_it(
    locked_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = locked_server.url.replace("//", "//:wrong-staple@")
    async with serving(wrong, tmp_path) as (at, client):
        for said in await told(at, client):
            assert said["code"] == "settings"
            assert said["message"] == "The session server refuses the user or the password."
            assert "TRIMTAB_SESSIONS" in str(said["next_action"])
            for secret in ("staple", PASSWORD, str(locked_server.port)):
                assert secret not in str(said)
                assert secret not in caplog.text.replace(at, "")
    async with serving(locked_server.url.replace("//", f"//:{PASSWORD}@"), tmp_path) as (_, client):
        assert (await call(client, "open_session"))["version"] == 1


@pytest.mark.parametrize("kind", STORES)
async def test_a_session_that_a_newer_release_wrote_is_named_everywhere_and_left_alone(
    kind: str, tmp_path: Path
) -> None:
    place = place_of(kind, tmp_path)
    async with serving(place, tmp_path) as (_, client):
        session_id = str((await call(client, "open_session", portfolios=["ACC100021"]))["session_id"])
        newer = store_at(place, clock=SystemClock(), schema_version=SCHEMA_VERSION + 1)
        written = await newer.replace(session_id, "local", expected_version=1, state='{"of": "the future"}')
        for tool in ("get_session", "analyze_trades", "advance_phase"):
            said = error_of(await client.call_tool(tool, {"session_id": session_id}))
            assert (said["code"], said["retryable"]) == ("newer_version", False)
            assert "newer release" in str(said["message"])
        for asked in (
            client.read_resource(plan_uri(session_id)),
            client.get_prompt("review_session", {"session_id": session_id}),
        ):
            assert (await refusal(asked)).data["code"] == "newer_version"
        assert (await newer.read(session_id, "local")).state == written.state
        await newer.close()


async def test_a_session_file_that_cannot_be_used_is_named_without_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "client-of-ours"
    newer, theirs, no_file = (folder / name for name in ("newer.db", "theirs.db", "folder.db"))
    open_file(newer, busy_seconds=1).close()
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute(f"PRAGMA user_version = {FILE_VERSION + 1}")
    theirs.write_text("account_number,code\n" * 500)
    no_file.mkdir()
    for path, code, message in (
        (newer, "newer_version", "newer.db was made by a newer release"),
        (theirs, "settings", "theirs.db is not a SQLite database"),
        (no_file, "settings", "folder.db"),
    ):
        async with serving(str(path), tmp_path) as (at, client):
            for said in await told(at, client):
                assert said["code"] == code
                assert message in str(said["message"])
                assert folder.name not in str(said)
