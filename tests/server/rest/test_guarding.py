"""Who may call over plain HTTP: the hosts and pages of the settings, and nobody's browser behind its back."""

import asyncio
import json
from collections.abc import AsyncIterator

import anyio
import pytest

from tests.server.rest.guided_desk import GuidedDesk
from tests.server.rest.rest_serving import ADVANCE, ANALYSIS, JSON, PROBLEM, SESSIONS, asking, desk_of, serving
from tests.server.test_http_app import MAY_CALL, PAGES, longest_recommendation
from tests.tools.scripted_desk import ScriptedDesk
from trimtab.server.http_app import LARGEST_BODY_BYTES
from trimtab.settings import Settings
from trimtab.workflow.ports.requests import MOST_RECOMMENDATIONS, ApplyRecommendations

EVERYWHERE = (SESSIONS, f"{SESSIONS}/s/overview", f"{ANALYSIS}?sessionId=s", "/api/docs", "/api/openapi.json", "/api/x")
ELSEWHERE = {"origin": "https://evil.example"}
PAGE = {"origin": "http://localhost:3000"}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8765", "", "desk.example"])
async def test_a_request_by_another_name_is_turned_away_wherever_it_goes(host: str) -> None:
    async with asking(desk_of(ScriptedDesk())) as client:
        for path in EVERYWHERE:
            answer = await client.get(path, headers={"host": host})
            assert (path, answer.status_code, answer.headers["content-type"]) == (path, 421, PROBLEM)
            assert "TRIMTAB_ALLOWED_HOSTS" in answer.json()["nextAction"]


async def test_a_name_of_the_settings_is_a_name_of_the_server() -> None:
    async with asking(desk_of(ScriptedDesk()), settings=Settings(allowed_hosts=("desk.example:*",))) as client:
        assert (await client.get(SESSIONS, headers={"host": "desk.example:8765"})).status_code == 200


async def test_a_web_page_may_call_where_the_settings_name_its_origin() -> None:
    async with asking(desk_of(ScriptedDesk()), settings=PAGES) as client:
        for page, may in MAY_CALL.items():
            for method, path in (("GET", SESSIONS), ("POST", f"{SESSIONS}/s/recommendations")):
                answer = await client.request(method, path, headers={"origin": page, "sec-fetch-site": "cross-site"})
                assert (page, method, answer.status_code) == (page, method, 200 if may else 403)
                assert (answer.headers.get("access-control-allow-origin") == page) is may


async def test_a_browser_may_ask_first_for_every_method_there_is() -> None:
    async with asking(desk_of(ScriptedDesk())) as client:
        for method in ("GET", "POST", "PUT"):
            asks = {"access-control-request-method": method, "access-control-request-headers": "content-type"}
            answer = await client.options(f"{SESSIONS}/s/workflow-mode", headers={**PAGE, **asks})
            assert answer.status_code == 200
            assert (await client.options(SESSIONS, headers={**ELSEWHERE, **asks})).status_code == 400


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_no_page_of_another_site_makes_a_browser_call_without_saying_who_it_is(site: str) -> None:
    desk = ScriptedDesk()
    async with asking(desk_of(desk)) as client:
        for method, path in (
            ("GET", f"{ANALYSIS}?sessionId=s"),
            ("GET", f"{ADVANCE}?sessionId=s&to=Buys"),
            ("GET", SESSIONS),
            ("POST", f"{SESSIONS}/s/analysis"),
        ):
            answer = await client.request(method, path, headers={"sec-fetch-site": site})
            assert (path, answer.status_code, answer.headers["content-type"]) == (path, 403, PROBLEM)
        for path in ("/api/docs", "/api/openapi.json"):
            assert (await client.get(path, headers={"sec-fetch-site": site})).status_code == 200
    assert desk.asked == []


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_the_servers_own_pages_and_a_persons_own_hand_may_call(site: str) -> None:
    async with asking(desk_of(ScriptedDesk())) as client:
        assert (await client.get(SESSIONS, headers={"sec-fetch-site": site})).status_code == 200


@pytest.mark.parametrize("purpose", ["document", "image", "iframe", "script", "style"])
async def test_no_link_and_no_image_changes_a_session(purpose: str) -> None:
    desk = ScriptedDesk()
    headers = {"sec-fetch-dest": purpose, "sec-fetch-site": "same-origin"}
    async with asking(desk_of(desk)) as client:
        for path in (f"{ANALYSIS}?sessionId=s", f"{ADVANCE}?sessionId=s&to=Buys"):
            answer = await client.get(path, headers=headers)
            assert (answer.status_code, answer.headers["content-type"]) == (403, PROBLEM)
        assert (await client.get(SESSIONS, headers=headers)).status_code == 200
        script = {**headers, "sec-fetch-dest": "empty"}
        assert (await client.get(f"{ANALYSIS}?sessionId=s", headers=script)).status_code == 200
    assert "analyze" in [name for name, _ in desk.asked]


async def test_a_body_that_is_too_large_is_turned_away() -> None:
    path = f"{SESSIONS}/s/validate"
    async with asking(desk_of(ScriptedDesk())) as client:
        fits = await client.post(path, content=b"{}".ljust(LARGEST_BODY_BYTES), headers=JSON)
        too_large = await client.post(path, content=b"{}".ljust(LARGEST_BODY_BYTES + 1), headers=JSON)
        only_said = await client.post(path, content=b"{}", headers={**JSON, "content-length": str(10**12)})
        endless = await client.post(path, content=chunks(LARGEST_BODY_BYTES // 2 + 1), headers=JSON)
    assert [each.status_code for each in (fits, too_large, only_said, endless)] == [422, 413, 413, 413]
    assert too_large.json()["detail"] == endless.json()["detail"] == "The body is larger than 20 MiB."


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(2):
        yield b" " * size


async def test_the_most_recommendations_with_the_longest_texts_fit_into_a_request() -> None:
    desk = ScriptedDesk()
    given = [longest_recommendation(number) for number in range(MOST_RECOMMENDATIONS)]
    sent = json.dumps({"recommendations": given}, ensure_ascii=False).encode()
    async with asking(desk_of(desk)) as client:
        answer = await client.post(f"{SESSIONS}/s/recommendations", content=sent, headers=JSON)
    assert answer.status_code == 200
    [(_, request)] = desk.asked
    assert isinstance(request, ApplyRecommendations)
    assert len(request.recommendations or ()) == MOST_RECOMMENDATIONS


async def test_a_client_that_leaves_while_it_sends_leaves_no_trace_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(desk_of(ScriptedDesk())) as client:
        host, port = client.base_url.host, client.base_url.port
        start = f"POST {SESSIONS}/s/validate HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        async with await anyio.connect_tcp(host, port or 0) as stream:
            await stream.send(f"{start}Content-Length: 1000\r\n\r\n{{".encode())
            await asyncio.sleep(0.2)
        await asyncio.sleep(0.2)
        assert (await client.get(SESSIONS)).status_code == 200
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_nobody_becomes_somebody_else_by_headers() -> None:
    forged = {"authorization": "Bearer x", "cookie": "user=admin", "x-forwarded-user": "admin", "x-user": "admin"}
    desk = GuidedDesk()
    async with asking(desk_of(desk)) as client:
        plain = await client.get(SESSIONS)
        assert (await client.get(SESSIONS, headers=forged)).json() == plain.json()
    assert len({asked for _, asked in desk.asked}) == 1
