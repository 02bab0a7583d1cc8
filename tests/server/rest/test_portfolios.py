"""Portfolios from frameworks over plain HTTP: made, reported, taken step by step, and the whole way to orders."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.server.rest.guided_frameworks import PORTFOLIOS, PROFILES, WORKFLOWS, GuidedFrameworks, client_of
from tests.server.rest.rest_serving import AS_STREAM, PROBLEM, heard_of
from tests.tools.frameworks.scripted_frameworks import BUILT, DOCUMENT, REPORT
from trimtab.server.http_app import build_http_app
from trimtab.server.rest.framework_examples import WORKFLOW_STEPS
from trimtab.server.rest.telling import told
from trimtab.settings import Settings
from trimtab.workflow.ports.framework_requests import (
    BuildPortfolio,
    GetAllocationReport,
    Holding,
    Override,
    Profile,
)

WORKFLOW = "/api/portfolio-workflows"
REPORT_OF = "/api/portfolios/fp_1/report"
SPELLED = {
    "buckets": [
        {"path": "AssetClass/Equity", "targetWeight": 0.6, "rules": {"includeTags": ["equity"]}},
        {"path": "AssetClass/Bonds", "targetWeight": 0.4, "rules": {"includeTags": ["bonds"]}},
    ],
    "name": "Sixty, forty",
}


@asynccontextmanager
async def demo(home: Path, *, read_only: bool = False) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a server as it comes: the demo's book, products and market, and data in this folder."""
    app = build_http_app(Settings(home=home, read_only=read_only))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1:8765", timeout=60) as client,
    ):
        yield client


@pytest.mark.parametrize(
    ("path", "body", "request_"),
    [
        (
            "/api/portfolios",
            {"frameworkId": "fw_1", "cash": 5, "overrides": [{"path": "A/B", "code": "SPY", "weight": 0.1}]},
            BuildPortfolio(
                framework_id="fw_1", cash=5, overrides=(Override(path="A/B", code="SPY", weight=0.1),), accept=True
            ),
        ),
        (
            "/api/portfolios",
            {"framework": SPELLED, "accountNumber": "ACC100001", "accept": False},
            BuildPortfolio.model_validate(
                {
                    "framework": {
                        "buckets": [
                            {"path": "AssetClass/Equity", "target_weight": 0.6, "rules": {"include_tags": ["equity"]}},
                            {"path": "AssetClass/Bonds", "target_weight": 0.4, "rules": {"include_tags": ["bonds"]}},
                        ],
                        "name": "Sixty, forty",
                    },
                    "account_number": "ACC100001",
                }
            ),
        ),
        (
            WORKFLOW,
            {"profile": {"name": "Retirement", "riskBand": "low"}, "idempotencyKey": "only-once"},
            BuildPortfolio(
                step="profile", profile=Profile(name="Retirement", risk_band="low"), idempotency_key="only-once"
            ),
        ),
        (WORKFLOW, None, BuildPortfolio(step="profile")),
        (
            f"{WORKFLOW}/wf_1/steps/mapping",
            {"skip": True},
            BuildPortfolio(workflow_id="wf_1", step="mapping", skip=True),
        ),
        (f"{WORKFLOW}/wf_1/steps/validation", None, BuildPortfolio(workflow_id="wf_1", step="validation")),
        (
            f"{WORKFLOW}/wf_1/steps/portfolio",
            {"cash": 7, "accept": True, "expectedVersion": 4},
            BuildPortfolio(workflow_id="wf_1", step="portfolio", cash=7, accept=True, expected_version=4),
        ),
    ],
)
async def test_a_portfolio_is_asked_of_the_desk_and_told_as_it_says(
    path: str, body: object, request_: BuildPortfolio
) -> None:
    desk = GuidedFrameworks()
    async with client_of(desk) as client:
        answer = await client.post(path, json=body)
    assert (answer.status_code, answer.json()) == (200 if "steps" in path else 201, told(BUILT))
    assert desk.asked == [request_]
    assert type(desk.asked[0]) is BuildPortfolio


async def test_what_is_listed_is_told_as_the_desk_says() -> None:
    desk = GuidedFrameworks()
    async with client_of(desk) as client:
        found = [
            (await client.get(path)).json()
            for path in ("/portfolios", WORKFLOW, "/api/investment-profiles", f"{WORKFLOW}/wf_1")
        ]
    assert found == [told(PORTFOLIOS), told(WORKFLOWS), told(PROFILES), told(BUILT)]
    assert desk.asked[3] == BuildPortfolio(workflow_id="wf_1")


async def test_what_is_only_worked_out_was_not_created() -> None:
    desk = GuidedFrameworks({"build": BUILT.model_copy(update={"portfolio_id": None})})
    async with client_of(desk) as client:
        answer = await client.post("/portfolios", json={"frameworkId": "fw_1", "accept": False})
    assert (answer.status_code, "portfolioId" in answer.json()) == (200, False)


async def test_a_report_is_whole_or_one_table_of_it_as_json_or_as_csv() -> None:
    desk = GuidedFrameworks()
    holdings = {"frameworkId": "fw_1", "holdings": [{"code": "SPY", "value": 5}]}
    async with client_of(desk) as client:
        whole = await client.get(f"{REPORT_OF}?rebalanceTo=band_edge&costBps=7")
        table = await client.get(f"{REPORT_OF}?table=heatmap")
        trades = await client.get(f"{REPORT_OF}?table=trades&format=csv")
        posted = await client.post("/api/allocation-reports", json={**holdings, "table": "holdings", "format": "csv"})
    assert whole.json() == told(REPORT)
    assert table.json() == told(REPORT.heatmap)
    assert trades.text.splitlines() == [
        "path,code,action,weight,target_weight,value,cost_value",
        "AssetClass/Equity,SPY,sell,0.66,0.6,-60000.0,30.0",
        "AssetClass/Bonds,AGG,buy,0.34,0.4,60000.0,30.0",
    ]
    assert trades.headers["content-disposition"] == 'attachment; filename="fp_1-trades.csv"'
    assert posted.headers["content-type"] == "text/csv; charset=utf-8"
    asked = GetAllocationReport(framework_id="fw_1", holdings=(Holding(code="SPY", value=5),))
    of_portfolio = GetAllocationReport(portfolio_id="fp_1")
    edge = GetAllocationReport(portfolio_id="fp_1", rebalance_to="band_edge", cost_bps=7)
    assert desk.asked == [edge, of_portfolio, of_portfolio, asked]


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/portfolios", {"frameworkId": "fw_1", "step": "profile"}, "(unknown name)"),
        ("POST", "/portfolios", {"frameworkId": "fw_1", "cash": -1}, "cash"),
        ("POST", "/portfolios", {"buckets": []}, "(unknown name)"),
        ("GET", f"{REPORT_OF}?format=csv", None, "table"),
        ("GET", f"{REPORT_OF}?table=summary", None, "table"),
        ("GET", f"{REPORT_OF}?frameworkId=fw_1", None, "(unknown name)"),
        ("GET", "/api/portfolios/p.1/report", None, "portfolioId"),
        ("POST", "/api/allocation-reports?table=trades", {}, "query"),
        ("POST", WORKFLOW, {"step": "mapping"}, "step"),
        ("POST", WORKFLOW, {"cash": 5}, "(unknown name)"),
        ("POST", f"{WORKFLOW}/wf_1/steps/all", {}, "step"),
        ("GET", f"{WORKFLOW}/w.1", None, "workflowId"),
        ("GET", f"{WORKFLOW}?limit=1", None, "query"),
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


async def test_a_framework_is_kept_changed_mapped_bought_reported_and_backtested_over_plain_http(
    tmp_path: Path,
) -> None:
    async with demo(tmp_path) as client:
        made = await client.post("/allocation-frameworks", json=SPELLED)
        one = f"/allocation-frameworks/{made.json()['frameworkId']}"
        first = (await client.get(one)).json()["framework"]["framework"]
        theirs, ours = ({**first, "buckets": weighted(first["buckets"], equity)} for equity in (0.5, 0.7))
        changed = await client.put(one, json={**theirs, "expectedVersion": 1})
        conflict = await client.put(one, json={"framework": ours, "expectedVersion": 1})
        since = (await client.get(one, params={"changesSince": 1})).json()
        checked = await client.post("/analytics/validate-framework", json={"frameworkId": one.rsplit("/", 1)[-1]})
        mapped = (await client.post(f"{one}/map-products", json={"perBucket": 2})).json()
        bought = await client.post("/portfolios", json={"frameworkId": one.rsplit("/", 1)[-1], "cash": 1_000_000})
        portfolio = bought.json()
        report = (await client.get(f"/portfolios/{portfolio['portfolioId']}/report")).json()
        events = await heard_of(
            await client.post(
                "/backtest",
                json={"portfolioId": portfolio["portfolioId"], "modes": ["band"], "startDate": "2024-01-01"},
                headers=AS_STREAM,
            )
        )
        session = await client.post(
            "/api/trading-copilot/sessions", json={"frameworkPortfolio": portfolio["portfolioId"]}
        )
        listed = (await client.get("/portfolios")).json()["portfolios"]
    assert (made.status_code, changed.json()["version"], conflict.status_code) == (201, 2, 409)
    assert [(each["field"], each["code"]) for each in conflict.json()["problems"]] == [
        ("AssetClass/Equity.targetWeight", "both_changed"),
        ("AssetClass/Bonds.targetWeight", "both_changed"),
    ]
    assert since["changes"]["rows"] == [
        ["AssetClass/Equity", "target_weight", "0.6", "0.5"],
        ["AssetClass/Bonds", "target_weight", "0.4", "0.5"],
    ]
    assert checked.json()["valid"] is True
    assert [len(bucket["products"]) for bucket in mapped["buckets"]] == [2, 2]
    assert (bought.status_code, portfolio["framework"]["version"]) == (201, 2)
    assert report["summary"]["cadence"] == "Q"
    assert events[0].data["stage"] == "computing"
    assert events[-1].data["data"]["modes"] == ["band"]
    assert (session.status_code, session.json()["portfolios"]) == (201, 1)
    assert listed["rows"][0][listed["columns"].index("sessions")] == 1


def weighted(buckets: list[Any], equity: float) -> list[Any]:
    """The two buckets with another weight of the first."""
    return [{**buckets[0], "targetWeight": equity}, {**buckets[1], "targetWeight": round(1 - equity, 4)}]


async def test_a_portfolio_is_made_step_by_step_and_every_step_is_shown_by_an_example(tmp_path: Path) -> None:
    async with demo(tmp_path) as client:
        begun = (await client.post(WORKFLOW, json={"skip": True})).json()["workflow"]
        one = f"{WORKFLOW}/{begun['workflowId']}"
        early = await client.post(f"{one}/steps/validation")
        for title, body in WORKFLOW_STEPS.items():
            taken = await client.post(f"{one}/steps/{title.split(',')[0]}", json=body)
            assert (title, taken.status_code) == (title, 200)
        resumed = (await client.get(one)).json()
        stale = await client.post(f"{one}/steps/mapping", json={"skip": True, "expectedVersion": 1})
    assert (early.status_code, early.json()["code"]) == (409, "wrong_phase")
    assert resumed["portfolioId"] == taken.json()["portfolioId"]
    assert [step["status"] for step in resumed["workflow"]["steps"]] == [
        "skipped",
        *["done"] * 1,
        "skipped",
        *["done"] * 2,
    ]
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")


async def test_every_body_is_shown_by_examples_that_are_accepted(tmp_path: Path) -> None:
    async with demo(tmp_path) as client:
        own = (await client.post("/allocation-frameworks", json=DOCUMENT)).json()["frameworkId"]
        paths = (await client.get("/api/openapi.json")).json()["paths"]
        answers = [
            (path, title, (await client.request(method, path.replace("{frameworkId}", own), json=example["value"])))
            for path, operations in paths.items()
            for method, operation in operations.items()
            if "requestBody" in operation and of_frameworks(path) and "steps" not in path
            for title, example in operation["requestBody"]["content"]["application/json"]["examples"].items()
        ]
    refused = [(path, title, answer.text) for path, title, answer in answers if not answer.is_success]
    assert len({path for path, _, _ in answers}) == 9
    assert [(path, title) for path, title, _ in refused] == [
        ("/api/allocation-frameworks/{frameworkId}", title) for title in ("the framework itself", "imported")
    ]  # both are made from version 1, as the example before them was


def of_frameworks(path: str) -> bool:
    return "trading" not in path and "factor" not in path and "signals" not in path


async def test_a_server_that_is_read_only_works_portfolios_out_and_accepts_none(tmp_path: Path) -> None:
    async with demo(tmp_path, read_only=True) as client:
        refused = await client.post("/portfolios", json={"frameworkId": "balanced", "cash": 5_000})
        shown = await client.post("/portfolios", json={"frameworkId": "balanced", "cash": 5_000, "accept": False})
        listed = await client.get("/portfolios")
    assert (refused.status_code, refused.json()["field"]) == (422, "accept")
    assert (shown.status_code, shown.json()["valid"]) == (200, True)
    assert listed.json()["portfolios"]["rows"] == []
