"""Allocation frameworks over plain HTTP: the desk's answers in camelCase, at the old addresses too."""

import asyncio
from datetime import date

import anyio
import httpx2
import pytest
from uvicorn import Config, Server

from tests.server.rest.guided_frameworks import SETTINGS, GuidedFrameworks, client_of
from tests.server.rest.rest_serving import AS_STREAM, PROBLEM, asking, desk_of, heard_of
from tests.tools.frameworks.scripted_frameworks import (
    BACKTEST,
    DOCUMENT,
    FRAMEWORKS,
    GENERATED,
    IN_FULL,
    MAPPED,
    STORED,
    VALIDATION,
    frameworks_of,
)
from tests.tools.scripted_desk import ScriptedDesk
from trimtab.domain.errors import Conflict, Problem
from trimtab.server.callers import local_caller
from trimtab.server.http_app import build_http_app
from trimtab.server.listening import Listening, listen
from trimtab.server.rest.runs import Pace
from trimtab.server.rest.telling import told
from trimtab.settings import Settings
from trimtab.workflow.ports.framework_requests import (
    BacktestFramework,
    BacktestRun,
    GenerateFramework,
    ListFrameworks,
    MappingFilters,
    MapProducts,
    Requirements,
    SaveFramework,
    ValidateFramework,
)
from trimtab.workflow.ports.framework_results import SavedFramework
from trimtab.workflow.ports.results import Result

AT = "/api/allocation-frameworks"
WISHES = {"requirements": {"riskTolerance": "low", "goals": ["income"]}}
BARE = [
    ("GET", "/allocation-frameworks?user_id=anna&due=true", None),
    ("POST", "/allocation-frameworks", {"framework_id": "balanced"}),
    ("GET", "/allocation-frameworks/fw_1", None),
    ("PUT", "/allocation-frameworks/fw_1", {"framework": DOCUMENT, "expected_version": 2}),
    ("POST", "/allocation-frameworks/fw_1/map-products", None),
    ("POST", "/analytics/validate-framework", DOCUMENT),
    ("POST", "/portfolios", {"framework_id": "fw_1", "cash": 5, "overrides": [{"path": "A/B", "code": "SPY"}]}),
    ("POST", "/backtest", {"framework_id": "fw_1", "cost_bps": 7}),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "request_", "status", "result"),
    [
        ("GET", "?archived=true&userId=anna", None, ListFrameworks(archived=True), 200, FRAMEWORKS),
        (
            "GET",
            "/fw_1?version=2&changesSince=1",
            None,
            ListFrameworks(framework_id="fw_1", version=2, changes_since=1),
            200,
            IN_FULL,
        ),
        (
            "POST",
            "",
            {"frameworkId": "balanced", "name": "Mine", "idempotencyKey": "only-once"},
            SaveFramework(action="create", framework_id="balanced", name="Mine", idempotency_key="only-once"),
            201,
            STORED,
        ),
        (
            "POST",
            "",
            {"document": "path,label", "format": "csv", "name": "Mine"},
            SaveFramework(action="import", document="path,label", format="csv", name="Mine"),
            201,
            STORED,
        ),
        (
            "PUT",
            "/fw_1",
            {"document": "{}", "expectedVersion": 1, "note": "Why."},
            SaveFramework(action="import", framework_id="fw_1", document="{}", expected_version=1, note="Why."),
            200,
            STORED,
        ),
        ("POST", "/fw_1/archive", None, SaveFramework(action="archive", framework_id="fw_1"), 200, STORED),
        ("POST", "/fw_1/restore", None, SaveFramework(action="restore", framework_id="fw_1"), 200, STORED),
        (
            "POST",
            "/fw_1/map-products",
            {"perBucket": 3, "filters": {"minAdvValue": 5, "priced": True}},
            MapProducts(framework_id="fw_1", per_bucket=3, filters=MappingFilters(min_adv_value=5, priced=True)),
            200,
            MAPPED,
        ),
    ],
)
async def test_each_operation_is_asked_of_the_desk_and_told_as_it_says(
    method: str, path: str, body: object, request_: object, status: int, result: Result
) -> None:
    desk = GuidedFrameworks()
    async with client_of(desk) as client:
        answer = await client.request(method, AT + path, json=body)
    assert (answer.status_code, answer.json()) == (status, told(result))
    assert desk.asked == [request_]
    assert type(desk.asked[0]) is type(request_)
    assert desk.callers == [local_caller("rest")]


@pytest.mark.parametrize(("method", "path", "body"), BARE)
async def test_the_old_addresses_are_answered_by_the_same_operations(method: str, path: str, body: object) -> None:
    desk = GuidedFrameworks()
    async with client_of(desk) as client:
        old = await client.request(method, path, json=body)
        new = await client.request(method, f"/api{path}", json=body)
        foreign = await client.request(method, path, json=body, headers={"host": "elsewhere.example"})
        described = (await client.get("/api/openapi.json")).json()["paths"]
    assert old.is_success
    assert (old.status_code, old.json()) == (new.status_code, new.json())
    assert desk.asked[0] == desk.asked[1]
    assert (foreign.status_code, len(desk.asked)) == (421, 2)
    assert [each for each in described if not each.startswith("/api/")] == []


@pytest.mark.parametrize("path", ["/allocation-frameworks/", "/analytics", "/portfolio", "/backtest/x", "/backtests"])
async def test_beside_them_there_is_nothing(path: str) -> None:
    async with client_of(GuidedFrameworks()) as client:
        assert (await client.get(path)).status_code == 404


async def test_a_framework_may_be_in_full_or_the_body_itself_and_in_either_spelling() -> None:
    desk = GuidedFrameworks()
    camel = told(IN_FULL)["framework"]["framework"]  # type: ignore[index]  # an object
    async with client_of(desk) as client:
        for body in (DOCUMENT, camel, {"framework": DOCUMENT}, {"framework": camel}):
            assert (await client.post("/api/analytics/validate-framework", json=body)).status_code == 200
        beside = {"expectedVersion": 3, "note": "Why."}
        assert (await client.put(f"{AT}/fw_1", json={**camel, **beside})).status_code == 200
    assert "targetWeight" in str(camel)
    assert "include_tags" not in str(camel)
    assert desk.asked[:4] == [ValidateFramework.model_validate({"framework": DOCUMENT})] * 4
    assert desk.asked[4] == SaveFramework.model_validate(
        {"action": "update", "framework_id": "fw_1", "framework": DOCUMENT, "expected_version": 3, "note": "Why."}
    )


async def test_an_export_is_the_document_itself_as_a_file() -> None:
    text = '{\n  "name": "Two  halves"\n}\n'
    exported = SavedFramework(action="export", framework_id="fw_1", version=4, name="Two halves", document=text)
    desk = GuidedFrameworks({"save": exported})
    async with client_of(desk) as client:
        as_json = await client.get(f"{AT}/fw_1/export")
        as_csv = await client.get(f"{AT}/fw_1/export?format=csv&version=4")
    assert (as_json.text, as_csv.text) == (text, text)
    assert as_json.headers["content-type"] == "application/json"
    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert as_csv.headers["content-disposition"] == 'attachment; filename="fw_1-v4.csv"'
    assert as_csv.headers["cache-control"] == "no-store"
    assert desk.asked == [
        SaveFramework(action="export", framework_id="fw_1"),
        SaveFramework(action="export", framework_id="fw_1", version=4, format="csv"),
    ]


async def test_what_is_validated_is_told_at_its_buckets_path() -> None:
    async with client_of(GuidedFrameworks()) as client:
        answer = await client.post("/api/analytics/validate-framework", json={"frameworkId": "fw_1"})
    assert answer.json() == told(VALIDATION)


async def test_a_conflict_says_what_somebody_else_changed() -> None:
    problem = Problem("AssetClass/us_large.target_weight", "Version 3 has 0.5, version 2 had 0.6.", "both_changed")
    desk = GuidedFrameworks({"save": Conflict("Changed.", version=3, problems=[problem])})
    async with client_of(desk) as client:
        answer = await client.put(f"{AT}/fw_1", json={"framework": DOCUMENT, "expectedVersion": 2})
    said = answer.json()
    assert (answer.status_code, answer.headers["content-type"], said["version"]) == (409, PROBLEM, 3)
    assert said["problems"] == [
        {
            "field": "AssetClass/us_large.targetWeight",
            "message": "Version 3 has 0.5, version 2 had 0.6.",
            "code": "both_changed",
        }
    ]


@pytest.mark.parametrize(
    ("path", "body", "result", "request_"),
    [
        (
            f"{AT}/generate",
            {**WISHES, "analyst": "rules"},
            GENERATED,
            GenerateFramework(requirements=Requirements(risk_tolerance="low", goals=("income",)), analyst="rules"),
        ),
        (
            "/api/backtest",
            {"portfolioId": "fp_1", "startDate": "2020-01-01", "products": {"AssetClass/us_large": "SPY"}},
            BACKTEST,
            BacktestFramework(
                portfolio_id="fp_1",
                run=BacktestRun(start_date=date(2020, 1, 1), products={"AssetClass/us_large": "SPY"}),
            ),
        ),
    ],
)
async def test_long_work_is_a_plain_answer_or_a_stream_of_steps_with_the_same_result(
    path: str, body: object, result: Result, request_: object
) -> None:
    desk = GuidedFrameworks()
    async with client_of(desk) as client:
        plain = await client.post(path, json=body)
        *steps, last = await heard_of(await client.post(path, json=body, headers=AS_STREAM))
    assert plain.json() == {"success": True, **told(result)}
    assert last.data == {"type": "result", "data": plain.json()}
    assert [step.data["currentStep"] for step in steps] == [1, 2, 3]
    assert desk.asked == [request_, request_]


@pytest.mark.parametrize("headers", [{}, AS_STREAM])
async def test_a_client_that_goes_away_cancels_its_backtest(headers: dict[str, str]) -> None:
    desk = GuidedFrameworks(waits=True)
    app = build_http_app(
        SETTINGS,
        make_desk=desk_of(ScriptedDesk()),
        make_frameworks=frameworks_of(desk),
        pace=Pace(grace_seconds=0.1),
    )
    server = Server(Config(app, lifespan="on", ws="none", log_config=None, access_log=False))
    with listen(Listening(port=0), SETTINGS) as listening, anyio.fail_after(60):
        served = asyncio.create_task(server.serve(sockets=[listening]))
        at = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with httpx2.AsyncClient(base_url=at, timeout=60) as client:
            asked = asyncio.create_task(client.post("/backtest", json={"frameworkId": "fw_1"}, headers=headers))
            await desk.started.wait()
            assert not desk.stopped.is_set()
            asked.cancel()
            await desk.stopped.wait()
        server.should_exit = True
        await served


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("GET", f"{AT}?user_id=a&due=perhaps", None, "due"),
        ("GET", f"{AT}?version=1", None, "(unknown name)"),
        ("GET", f"{AT}/fw.1", None, "frameworkId"),
        ("GET", f"{AT}/fw_1?version=0", None, "version"),
        ("GET", f"{AT}/fw_1/export?format=xml", None, "format"),
        ("POST", AT, {"action": "archive"}, "(unknown name)"),
        ("POST", AT, {"expectedVersion": 1}, "(unknown name)"),
        ("POST", AT, [], "body"),
        ("PUT", f"{AT}/fw_1", {"framework": DOCUMENT}, "expectedVersion"),
        ("PUT", f"{AT}/fw_1", DOCUMENT, "expectedVersion"),
        ("POST", f"{AT}/fw_1/archive?version=1", None, "query"),
        ("POST", f"{AT}/fw_1/map-products", {"frameworkId": "other"}, "(unknown name)"),
        ("POST", f"{AT}/generate", {}, "requirements"),
        ("POST", f"{AT}/generate", {"requirements": {"riskTolerance": "none"}}, "requirements.riskTolerance"),
        ("POST", "/api/analytics/validate-framework", {"framework": 5}, "framework"),
        ("POST", "/api/backtest", {"frameworkId": "fw_1", "lagDays": True}, "lagDays"),
        ("POST", "/api/backtest", {"frameworkId": "fw_1", "lagDays": 1, "run": {"lagDays": 1}}, "lagDays"),
    ],
)
async def test_what_is_wrong_is_named_and_the_desk_is_not_asked(
    method: str, path: str, body: object, field: str
) -> None:
    desk = GuidedFrameworks()
    async with client_of(desk) as client:
        answer = await client.request(method, path, json=body)
    assert (answer.status_code, answer.headers["content-type"], answer.json()["field"]) == (422, PROBLEM, field)
    assert desk.asked == []


async def test_generations_and_backtests_are_counted_by_the_day_each_for_itself() -> None:
    async with client_of(GuidedFrameworks(), address="192.0.2.7") as client:
        answers = [await client.post(f"{AT}/generate", json=WISHES) for _ in range(11)]
        tested = await client.post("/backtest", json={"frameworkId": "fw_1"})
        read = await client.get(AT)
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert tested.headers["ratelimit"].split(";")[1] == "r=29"
    assert "ratelimit" not in read.headers


async def test_a_server_that_is_read_only_saves_no_framework_and_still_answers() -> None:
    desk = GuidedFrameworks()
    settings = Settings(toolsets=("frameworks",), read_only=True)
    async with client_of(desk, settings=settings) as client:
        refused = [
            (await client.post(AT, json=DOCUMENT)).status_code,
            (await client.put(f"{AT}/fw_1", json={**DOCUMENT, "expectedVersion": 1})).status_code,
            (await client.post(f"{AT}/fw_1/archive")).status_code,
            (await client.post(f"{AT}/fw_1/restore")).status_code,
        ]
        assert desk.asked == []
        answered = [await client.get(AT), await client.get(f"{AT}/fw_1/export"), await client.post(f"{AT}/x/generate")]
    assert refused == [405, 405, 404, 404]
    assert [answer.status_code for answer in answered] == [200, 200, 404]


async def test_without_the_framework_tools_there_are_no_frameworks_over_rest_either() -> None:
    async with asking(desk_of(ScriptedDesk()), settings=Settings(toolsets=("factors",))) as client:
        for path in (AT, "/allocation-frameworks", "/portfolios", "/api/investment-profiles"):
            assert (await client.get(path)).status_code == 404
