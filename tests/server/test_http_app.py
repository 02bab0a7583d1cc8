"""The HTTP application as clients meet it, in both eras of the protocol: real sockets, one process."""

import asyncio
import json
from pathlib import Path

import anyio
import httpx2
import pytest
from mcp.client import Client

from tests.server.http_serving import asking_http, legacy, legacy_headers, modern, modern_headers, serving_http
from tests.server.noticing_store import NoticingStore, over
from tests.server.test_app import Patient
from tests.tools.demo_desk import open_demo_desk
from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.serving import Mode
from trimtab.server.callers import local_caller
from trimtab.server.desks import MakeDesk, OpenDesk
from trimtab.server.http_app import LARGEST_BODY_BYTES
from trimtab.settings import Settings
from trimtab.tools.registry import select
from trimtab.tools.resources.uris import plan_uri
from trimtab.workflow.ports.requests import MOST_RECOMMENDATIONS, ApplyRecommendations

SETTINGS = Settings(toolsets=("trading", "frameworks"))
ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])
FOUR_BYTES = "\N{CJK UNIFIED IDEOGRAPH-20000}"


def desk_of(desk: ScriptedDesk) -> MakeDesk:
    return lambda: over(NoticingStore(), desk)


def called(mode: Mode, tool: str, **arguments: object) -> tuple[dict[str, object], dict[str, str]]:
    """The body and the headers of a call."""
    if mode == "legacy":
        return legacy("tools/call", name=tool, arguments=arguments), legacy_headers()
    return modern("tools/call", name=tool, arguments=arguments), modern_headers("tools/call", tool)


@ERAS
async def test_tools_are_listed_and_called_in_both_eras_with_and_without_a_final_slash(mode: Mode) -> None:
    addresses = {"/mcp": ("trading", "frameworks"), "/mcp/trading": ("trading",)}
    async with serving_http(SETTINGS, make_desk=desk_of(ScriptedDesk())) as at:
        for path in ("/mcp", "/mcp/", "/mcp/trading", "/mcp/trading/"):
            names = [tool.name for tool in select(toolsets=addresses[path.rstrip("/")], read_only=False)]
            async with Client(at + path, mode=mode) as client:
                assert [tool.name for tool in (await client.list_tools()).tools] == names
                assert not (await client.call_tool("get_server_status", {})).is_error


@ERAS
async def test_a_toolset_has_an_address_of_its_own(mode: Mode) -> None:
    async with serving_http(SETTINGS) as at, Client(f"{at}/mcp/frameworks", mode=mode) as client:
        listed = await client.list_tools()
    assert [tool.name for tool in listed.tools] == [
        tool.name for tool in select(toolsets=["frameworks"], read_only=False)
    ]


async def test_any_other_address_is_answered_with_those_there_are() -> None:
    said = {"code": "not_found", "next_action": "Use one of: /mcp, /mcp/trading, /mcp/frameworks, /healthz, /readyz."}
    async with asking_http(SETTINGS) as client:
        for path in ("/", "/mcp/factors", "/mcp/trading/x", "/mcp//", "/healthz/", "/MCP", "/mcp/..%2f"):
            for method in ("GET", "POST"):
                answer = await client.request(method, path)
                assert (path, answer.status_code) == (path, 404)
                assert answer.json().items() >= said.items()


async def test_a_wrong_method_is_answered_with_the_right_one() -> None:
    wrong = {
        ("/mcp", "GET"): {"POST"},
        ("/mcp", "DELETE"): {"POST"},
        ("/mcp/trading/", "PUT"): {"POST"},
        ("/healthz", "POST"): {"GET", "HEAD"},
        ("/readyz", "DELETE"): {"GET", "HEAD"},
    }
    async with asking_http(SETTINGS) as client:
        for (path, method), allowed in wrong.items():
            answer = await client.request(method, path, headers={"accept": "text/event-stream"})
            assert (path, answer.status_code, answer.json()["field"]) == (path, 405, "method")
            assert set(answer.headers["allow"].split(", ")) == allowed


async def test_all_addresses_share_one_desk(tmp_path: Path) -> None:
    made: list[OpenDesk] = []

    def make() -> OpenDesk:
        made.append(open_demo_desk(tmp_path))
        return made[-1]

    async with (
        serving_http(SETTINGS, make_desk=make) as at,
        Client(f"{at}/mcp") as one,
        Client(f"{at}/mcp/trading", mode="legacy") as other,
    ):
        opened = await one.call_tool("open_session", {})
        assert opened.structured_content is not None
        seen = await other.call_tool("get_session", {"session_id": opened.structured_content["session_id"]})
        assert not seen.is_error
    assert len(made) == 1


@ERAS
async def test_progress_reaches_the_client_and_only_goes_forward(mode: Mode) -> None:
    heard: list[float] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        heard.append(progress)

    async with (
        serving_http(SETTINGS, make_desk=desk_of(ScriptedDesk())) as at,
        Client(f"{at}/mcp", mode=mode) as client,
    ):
        await client.call_tool("analyze_trades", {"session_id": "s"}, progress_callback=note)
    assert heard == [1, 2, 3]


@ERAS
async def test_work_stops_when_its_client_goes_away(mode: Mode) -> None:
    desk = Patient()
    body, headers = called(mode, "analyze_trades", session_id="s")
    async with serving_http(SETTINGS, make_desk=desk_of(desk)) as at, httpx2.AsyncClient() as client:
        call = asyncio.create_task(client.post(f"{at}/mcp", json=body, headers=headers))
        with anyio.fail_after(10):
            await desk.started.wait()
            call.cancel()
            await desk.stopped.wait()


async def test_a_client_may_keep_lists() -> None:
    async with asking_http(SETTINGS) as client:
        for method in ("tools/list", "server/discover"):
            answer = await client.post("/mcp", json=modern(method), headers=modern_headers(method))
            assert answer.json()["result"].items() >= {("ttlMs", 3_600_000), ("cacheScope", "public")}


async def test_a_listener_hears_of_what_another_connection_changed(tmp_path: Path) -> None:
    async with (
        serving_http(SETTINGS, make_desk=lambda: open_demo_desk(tmp_path)) as at,
        Client(f"{at}/mcp") as listener,
        Client(f"{at}/mcp/trading", mode="legacy") as other,
    ):
        await other.call_tool("open_session", {})
        async with listener.listen(resource_subscriptions=[plan_uri("ts_1")]) as subscription:
            await other.call_tool("advance_phase", {"session_id": "ts_1"})
            with anyio.fail_after(10):
                assert getattr(await anext(subscription), "uri", "") == plan_uri("ts_1")


@ERAS
async def test_nobody_becomes_somebody_else_by_headers(mode: Mode) -> None:
    forged = {
        "authorization": "Bearer of-somebody-else",
        "cookie": "user=admin",
        "x-forwarded-for": "10.0.0.1",
        "x-forwarded-host": "desk.example",
        "x-forwarded-user": "admin",
        "x-user": "admin",
        "mcp-session-id": "0123456789abcdef",
    }
    desk = ScriptedDesk()
    body, headers = called(mode, "get_server_status")
    async with asking_http(SETTINGS, make_desk=desk_of(desk)) as client:
        answer = await client.post("/mcp", json=body, headers={**headers, **forged})
    assert answer.status_code == 200
    assert "mcp-session-id" not in answer.headers
    assert desk.asked == [("status", local_caller("assistant"))]


def longest_recommendation(number: int) -> dict[str, object]:
    return {
        "symbol": f"{number:04}".ljust(40, FOUR_BYTES),
        "action": "proceed",
        "proceed_percent": 99.123456789012345,
        "reason": FOUR_BYTES * 500,
        "flags": [FOUR_BYTES * 80] * 20,
    }


async def test_the_most_recommendations_with_the_longest_texts_fit_into_a_request() -> None:
    desk = ScriptedDesk()
    given = [longest_recommendation(number) for number in range(MOST_RECOMMENDATIONS)]
    body, headers = called("auto", "apply_recommendations", session_id="s", recommendations=given)
    sent = json.dumps(body, ensure_ascii=False).encode()
    async with asking_http(SETTINGS, make_desk=desk_of(desk)) as client:
        answer = await client.post("/mcp", content=sent, headers=headers)
    assert 17_000_000 < len(sent) < LARGEST_BODY_BYTES
    assert "isError" not in answer.json()["result"] or not answer.json()["result"]["isError"]
    [(_, request)] = desk.asked
    assert isinstance(request, ApplyRecommendations)
    assert len(request.recommendations or ()) == MOST_RECOMMENDATIONS


PAGES = Settings(toolsets=("trading",), allowed_origins=("https://desk.example", "https://lab.example:*"))
MAY_CALL = {
    "http://localhost:3000": True,
    "http://127.0.0.1": True,
    "https://[::1]:8443": True,
    "https://desk.example": True,
    "https://lab.example:8443": True,
    "https://desk.example:8443": False,
    "https://deskxexample": False,
    "https://desk.example.evil.example": False,
    "http://localhost.evil.example": False,
    "null": False,
}


async def test_a_web_page_may_call_where_the_settings_name_its_origin() -> None:
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "mcp-method"}
    async with asking_http(PAGES) as client:
        for page, may in MAY_CALL.items():
            headers = {**modern_headers("tools/list"), "origin": page}
            preflight = await client.options("/mcp", headers={**asks, "origin": page})
            answer = await client.post("/mcp", json=modern("tools/list"), headers=headers)
            assert (page, preflight.is_success, answer.status_code) == (page, may, 200 if may else 403)
            assert (answer.headers.get("access-control-allow-origin") == page) == may


async def test_a_name_of_the_settings_is_a_name_of_the_server() -> None:
    settings = Settings(toolsets=("trading",), allowed_hosts=("desk.example:8765",))
    statuses = []
    async with asking_http(settings) as client:
        for host in ("desk.example:8765", "localhost", "[::1]:1", "desk.example:1", "evil.example:8765"):
            headers = {**modern_headers("tools/list"), "host": host}
            statuses.append((await client.post("/mcp", json=modern("tools/list"), headers=headers)).status_code)
    assert statuses == [200, 200, 200, 421, 421]
