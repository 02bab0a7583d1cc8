"""The REST application beside the others of the process: what is offered, and what is answered elsewhere."""

from pathlib import Path

import httpx2
import pytest
from mcp.client import Client

from tests.server.http_serving import serving_http
from tests.server.rest.rest_serving import PROBLEM, SESSIONS, asking, desk_of
from tests.tools.demo_desk import open_demo_desk
from tests.tools.scripted_desk import ScriptedDesk
from trimtab.settings import Settings

NOWHERE = (
    "/api",
    "/api/",
    "/api/x",
    "/api/trading-copilot",
    f"{SESSIONS}/",
    f"{SESSIONS}/s/",
    f"{SESSIONS}/s/orders",
    "/api/docs/files/..%2f..%2fcore.py",
    "/api/docs/files/x",
)


@pytest.mark.parametrize("path", NOWHERE)
async def test_any_other_address_is_answered_with_where_they_are_listed(path: str) -> None:
    async with asking(desk_of(ScriptedDesk())) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)
    assert answer.json()["nextAction"] == "/api/openapi.json lists every address, /api/docs shows them."


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", SESSIONS, "GET, POST"),
        ("HEAD", f"{SESSIONS}/s", "GET"),
        ("GET", f"{SESSIONS}/s/workflow-mode", "PUT"),
        ("GET", f"{SESSIONS}/s/analysis", "POST"),
        ("HEAD", "/api/trading-copilot/analyze-sells/stream?sessionId=s", "GET"),
        ("POST", "/api/trading-copilot/analyze-sells/stream?sessionId=s", "GET"),
        ("POST", "/api/docs/files/swagger-ui.css", "GET, HEAD"),
        ("TRACE", SESSIONS, "GET, POST"),
    ],
)
async def test_a_wrong_method_is_answered_with_all_right_ones(method: str, path: str, allowed: str) -> None:
    desk = ScriptedDesk()
    async with asking(desk_of(desk)) as client:
        answer = await client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert method == "HEAD" or answer.json()["nextAction"] == f"Allowed is: {allowed}."
    assert desk.asked == []


async def test_without_the_trading_tools_there_is_no_trading_over_rest_either() -> None:
    async with asking(desk_of(ScriptedDesk()), settings=Settings(toolsets=("frameworks",))) as client:
        assert (await client.get(SESSIONS)).status_code == 404
        paths = (await client.get("/api/openapi.json")).json()["paths"]
    assert paths
    assert [path for path in paths if "trading" in path] == []


async def test_rest_and_the_tools_work_on_the_same_sessions(tmp_path: Path) -> None:
    async with (
        serving_http(Settings(), make_desk=lambda: open_demo_desk(tmp_path)) as at,
        Client(f"{at}/mcp") as client,
        httpx2.AsyncClient(base_url=at, timeout=60) as rest,
    ):
        opened = await client.call_tool("open_session", {})
        assert opened.structured_content is not None
        session_id = opened.structured_content["session_id"]
        await rest.post(f"{SESSIONS}/{session_id}/analysis")
        seen = (await client.call_tool("get_session", {"session_id": session_id, "view": "log"})).structured_content
    assert seen is not None
    columns = seen["items"]["columns"]
    who = [(row[columns.index("actor")], row[columns.index("action")]) for row in seen["items"]["rows"]]
    assert who == [("assistant", "open_session"), ("rest", "analyze_trades")]
