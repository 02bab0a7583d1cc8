"""A session of the demo book from its opening to the review, by plain HTTP: the same as the desk itself says."""

from pathlib import Path
from typing import Any

import pytest

from tests.server.rest.rest_serving import SESSIONS, Json, asking, desk_of, serving
from tests.tools.demo_desk import open_demo_desk
from tests.tools.scripted_desk import ScriptedDesk
from trimtab.domain.errors import BookRefused, Fault
from trimtab.server.callers import local_caller
from trimtab.server.desks import OpenDesk
from trimtab.server.rest.telling import told
from trimtab.workflow.ports.requests import GetOverview, GetSession, GetTolerance

CALLER = local_caller("rest")
VIEWS = ("plan", "trades", "why_not", "log")


async def test_a_session_is_planned_over_plain_http_and_says_what_the_desk_says(tmp_path: Path) -> None:
    opened = open_demo_desk(tmp_path)
    desk = opened.desk
    async with serving(lambda: opened) as client:
        first = await client.post(SESSIONS, json={"workflowMode": "AiPlan", "idempotencyKey": "open-only-once"})
        again = await client.post(SESSIONS, json={"workflowMode": "AiPlan", "idempotencyKey": "open-only-once"})
        session_id = first.json()["sessionId"]
        one = f"{SESSIONS}/{session_id}"
        assert (first.status_code, again.json()) == (201, first.json())
        assert (await client.get(SESSIONS)).json() == told(await desk.list_sessions(CALLER))
        analysis = (await client.post(f"{one}/analysis")).json()
        buys = (await client.post(f"{one}/advance-phase", json={"expectedVersion": analysis["version"]})).json()
        review = (await client.post(f"{one}/advance-phase")).json()
        assert (await client.get(one)).json() == told(await desk.get_session(CALLER, GetSession(session_id=session_id)))
        for view in VIEWS:
            page = (await client.get(one, params={"view": view, "limit": 3})).json()
            asked = GetSession.model_validate({"session_id": session_id, "view": view, "limit": 3})
            assert page["items"] == told(await desk.get_session(CALLER, asked))["items"]
        overview = (await client.get(f"{one}/overview", params={"view": "buys"})).json()
        assert overview == told(await desk.get_overview(CALLER, GetOverview(session_id=session_id, view="buys")))
        lines = (await client.get(f"{one}/tolerance", params={"limit": 2})).json()
        asked_lines = GetTolerance(session_id=session_id, limit=2)
        assert lines["lines"] == told(await desk.get_tolerance(CALLER, asked_lines))["lines"]
    assert {verdict["side"] for verdict in analysis["recommendations"]} == {"sell"}
    assert {comment["exchange"] for comment in analysis["exchangeComments"]} == {"ASX", "LSE", "NASDAQ", "NYSE"}
    assert (buys["currentPhase"], review["currentPhase"]) == ("Buys", "Review")
    assert buys["buyReductionSummary"]["totalReducedBuys"] <= buys["buyReductionSummary"]["totalOriginalBuys"]
    assert review["actuals"]["totals"]["tradeCount"] > 0


async def pages(client: Any, path: str, **query: object) -> list[Json]:
    """All pages of a list."""
    found: list[Json] = []
    cursor = None
    while not found or cursor is not None:
        page = (await client.get(path, params=query if cursor is None else {**query, "cursor": cursor})).json()
        found.append(page)
        cursor = page["nextCursor"]
    return found


async def test_a_list_is_read_page_by_page(tmp_path: Path) -> None:
    async with asking(lambda: open_demo_desk(tmp_path)) as client:
        session_id = (await client.post(SESSIONS, json={"portfolios": ["ACC100024", "ACC100030"]})).json()["sessionId"]
        one = f"{SESSIONS}/{session_id}"
        for path, query, name in (
            (one, {"view": "trades", "groupBy": "portfolio"}, "items"),
            (one, {"view": "plan"}, "items"),
            (f"{one}/tolerance", {"status": "all"}, "lines"),
        ):
            [whole] = await pages(client, path, **query, limit=1000)
            parts = await pages(client, path, **query, limit=1)
            rows = [row for part in parts for row in part[name]["rows"]]
            assert rows == whole[name]["rows"]
            assert len(rows) == whole["total"] > 1


async def test_a_cursor_belongs_to_its_list(tmp_path: Path) -> None:
    async with asking(lambda: open_demo_desk(tmp_path)) as client:
        one = f"{SESSIONS}/{(await client.post(SESSIONS)).json()['sessionId']}"
        cursor = (await client.get(f"{one}/tolerance", params={"limit": 1})).json()["nextCursor"]
        for path, name, value in ((f"{one}/tolerance", "status", "all"), (one, "view", "plan")):
            answer = await client.get(path, params={name: value, "cursor": cursor})
            assert (answer.status_code, answer.json()["field"]) == (422, "cursor")
        await client.post(f"{one}/analysis")
        late = await client.get(f"{one}/tolerance", params={"limit": 1, "cursor": cursor})
        wrong = await client.get(f"{one}/tolerance", params={"limit": 1, "cursor": "bm8"})
    assert (late.status_code, wrong.status_code) == (422, 422)


@pytest.mark.parametrize("limit", [1, 1000])
async def test_the_list_of_sessions_has_a_limit(limit: int, tmp_path: Path) -> None:
    async with asking(lambda: open_demo_desk(tmp_path)) as client:
        for _ in range(2):
            await client.post(SESSIONS, json={"portfolios": ["ACC100001"]})
        sessions = (await client.get(SESSIONS, params={"limit": limit})).json()["sessions"]
    assert len(sessions) == min(limit, 2)
    assert {entry["sessionId"] for entry in sessions} <= {"ts_1", "ts_2"}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (
            BookRefused("demo", [Fault("tax_lots.csv", 7, "units", "a secret", own_words="no number")]),
            503,
            "book_refused",
        ),
        (RuntimeError("a secret"), 500, "internal"),
    ],
)
async def test_where_the_desk_cannot_be_made_every_call_says_why(error: Exception, status: int, code: str) -> None:
    def make() -> OpenDesk:
        raise error

    async with asking(make) as client:
        for method, path in (("GET", SESSIONS), ("POST", SESSIONS), ("POST", f"{SESSIONS}/s/analysis")):
            answer = await client.request(method, path, headers={"accept": "text/event-stream"})
            assert (answer.status_code, answer.json()["code"]) == (status, code)
            assert "secret" not in answer.text


async def test_every_answer_is_the_callers_alone() -> None:
    desk = ScriptedDesk()
    async with asking(desk_of(desk)) as client:
        for path in (SESSIONS, f"{SESSIONS}/s", f"{SESSIONS}/s/overview", f"{SESSIONS}/s/tolerance"):
            assert (await client.get(path)).headers["cache-control"] == "no-store"
    assert desk.asked[0] == ("list_sessions", CALLER)
