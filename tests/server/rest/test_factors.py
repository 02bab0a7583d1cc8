"""Factor intelligence over plain HTTP: the desk's answers in camelCase, data as it is, and counted by the day."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from tests.server.rest.rest_serving import JSON, PROBLEM, asking, desk_of
from tests.tools.factors.demo_factors import open_demo_factors
from tests.tools.factors.scripted_factors import CORRELATIONS, OFFSETS, PERFORMANCE, ScriptedFactors, factors_of
from tests.tools.scripted_desk import ScriptedDesk
from trimtab.domain.errors import Fault, MarketRefused, NotFound
from trimtab.server.callers import local_caller
from trimtab.server.desks import MakeFactors
from trimtab.server.http_app import build_http_app
from trimtab.server.rest import day_limits
from trimtab.server.rest.telling import told
from trimtab.settings import Settings
from trimtab.workflow.ports.factor_requests import (
    ComputeCorrelations,
    ComputePerformance,
    ManageFactorGroup,
    RecommendOffsets,
)
from trimtab.workflow.ports.factor_results import Matrix

AT = "/api/factor-intelligence"
GROUPS = "/api/factor-groups"
WANTED = {"portfolio": {"SPY": 0.6, "AGG": 0.4}, "overexposedFactor": "Technology"}


@asynccontextmanager
async def client_of(
    make: MakeFactors, *, settings: Settings | None = None, address: str = "127.0.0.1"
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client at this address, of an application over this factor desk."""
    given = settings or Settings(toolsets=("factors",))
    app = build_http_app(given, make_desk=desk_of(ScriptedDesk()), make_factors=make)
    transport = httpx2.ASGITransport(app, client=(address, 1234))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8765", timeout=60) as client,
    ):
        yield client


async def test_each_computation_is_asked_of_the_desk_and_told_as_it_says() -> None:
    desk = ScriptedFactors()
    async with client_of(factors_of(desk)) as client:
        correlations = await client.post(f"{AT}/correlations")
        performance = await client.post(f"{AT}/performance", json={"includeProfiles": False})
        offsets = await client.post(f"{AT}/recommendations", json=WANTED)
    assert [answer.status_code for answer in (correlations, performance, offsets)] == [200, 200, 200]
    assert correlations.json() == told(CORRELATIONS)
    assert performance.json() == told(PERFORMANCE)
    assert offsets.json() == told(OFFSETS)
    assert desk.asked == [
        ComputeCorrelations(),
        ComputePerformance(include_profiles=False),
        RecommendOffsets(portfolio=WANTED["portfolio"], overexposed_factor="Technology"),  # type: ignore[arg-type]  # it is checked there
    ]
    assert desk.callers == [local_caller("rest")] * 3


@pytest.mark.parametrize("spelled", ["topNPerMatrix", "top_n_per_matrix"])
async def test_both_spellings_are_understood_and_the_format_is_applied(spelled: str) -> None:
    async with client_of(factors_of(ScriptedFactors())) as client:
        answer = await client.post(f"{AT}/correlations", json={spelled: 2, "format": "both"})
    matrix = answer.json()["matrices"]["bond"]
    assert (matrix["labels"], matrix["total"], matrix["nMonths"]) == (["AGG", "GLD"], 3, 60)
    assert matrix["text"] == "      AGG   GLD\nAGG  1.00  0.50\nGLD  0.50  1.00"


async def test_names_that_are_data_stay_as_they_are() -> None:
    async with client_of(factors_of(ScriptedFactors())) as client:
        found = (await client.post(f"{AT}/correlations")).json()
        offsets = (await client.post(f"{AT}/recommendations", json=WANTED)).json()
    assert found["analysisMetadata"]["performance"].keys() == {"total_corr_ms", "per_category_corr_ms.bond"}
    assert found["analysisMetadata"]["options"].keys() == {"industry_granularity"}
    assert found["dataQuality"]["priceBasis"] == {"adj_close": 3}
    assert found["regimes"].keys() == {"rates_rising"}
    assert found["overlays"]["market"]["columns"][-1] == "n_months"
    assert offsets["soldFrom"] == {"SPY": 0.05}


async def test_every_number_is_there_however_many() -> None:
    large = Matrix(
        labels=tuple(map(str, range(150))),
        values=((0.123456789012345,) * 150,) * 150,
        n_months=60,
        indistinct_below=0.25,
    )
    desk = ScriptedFactors({"correlations": CORRELATIONS.model_copy(update={"matrices": {"bond": large}})})
    async with client_of(factors_of(desk)) as client:
        found = (await client.post(f"{AT}/correlations")).json()
    assert [len(row) for row in found["matrices"]["bond"]["values"]] == [150] * 150


async def test_a_group_is_made_read_changed_tried_and_forgotten(tmp_path: Path) -> None:
    async with client_of(lambda: open_demo_factors(tmp_path)) as client:
        made = await client.post(GROUPS, json={"name": "My techs", "members": ["XLK", "SMH"]})
        one = f"{GROUPS}/My%20techs"
        assert (made.status_code, made.json()["groups"][0]["weights"]) == (201, {"XLK": 0.5, "SMH": 0.5})
        assert (await client.get(GROUPS)).json()["groups"] == (await client.get(one)).json()["groups"]
        content = {"weightingMethod": "custom", "weights": {"XLK": 0.7, "SMH": 0.3}}
        changed = await client.put(one, json=content)
        assert changed.json()["groups"][0] == {"name": "My techs", "members": ["XLK", "SMH"], **content}
        assert (await client.post(f"{one}/validate")).json()["valid"] is True
        tried = (await client.post(f"{one}/validate", json={"members": ["XLK", "NOPE"]})).json()
        assert (tried["valid"], tried["issues"][0]["code"]) == (False, "unknown_ticker")
        assert (await client.delete(one)).status_code == 200
        gone = await client.get(one)
    assert (gone.status_code, gone.headers["content-type"], gone.json()["code"]) == (404, PROBLEM, "not_found")


async def test_the_address_says_what_is_done() -> None:
    desk = ScriptedFactors()
    async with client_of(factors_of(desk)) as client:
        for method, path, body in (
            ("GET", GROUPS, None),
            ("POST", GROUPS, {"name": "g", "members": ["SPY"]}),
            ("GET", f"{GROUPS}/g", None),
            ("PUT", f"{GROUPS}/g", {"members": ["SPY"]}),
            ("POST", f"{GROUPS}/g/validate", None),
            ("DELETE", f"{GROUPS}/g", None),
        ):
            assert (await client.request(method, path, json=body)).status_code < 300
    assert [request.action for request in desk.asked] == ["list", "create", "read", "update", "validate", "delete"]  # type: ignore[attr-defined]  # requests about groups
    assert desk.asked[3] == ManageFactorGroup(action="update", name="g", members=("SPY",))


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", f"{AT}/correlations", {"sections": ["matrices:x"]}, "sections[0]"),
        ("POST", f"{AT}/recommendations", {"portfolio": {"SPY": 2}}, "portfolio.SPY"),
        ("POST", f"{AT}/performance?benchmark=SPY", {}, "query"),
        ("POST", GROUPS, {"name": "g", "members": []}, "members"),
        ("PUT", f"{GROUPS}/g", {"name": "h"}, "(unknown name)"),
        ("POST", f"{GROUPS}/g/validate", {"weightingMethod": "best"}, "weightingMethod"),
        ("GET", f"{GROUPS}?limit=3", None, "query"),
        ("GET", f"{GROUPS}/{'g' * 200}", None, "name"),
    ],
)
async def test_what_is_wrong_is_named_and_the_desk_is_not_asked(
    method: str, path: str, body: object, field: str
) -> None:
    desk = ScriptedFactors()
    async with client_of(factors_of(desk)) as client:
        answer = await client.request(method, path, json=body)
    assert (answer.status_code, answer.headers["content-type"], answer.json()["field"]) == (422, PROBLEM, field)
    assert desk.asked == []


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("Gone."), 404),
        (MarketRefused("m", [Fault("prices.csv", 2, "close", "a secret", own_words="no")]), 503),
    ],
)
async def test_an_error_of_the_desk_is_a_problem_document(error: Exception, status: int) -> None:
    async with client_of(factors_of(ScriptedFactors({"correlations": error}))) as client:
        answer = await client.post(f"{AT}/correlations")
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert "secret" not in answer.text


async def test_every_answer_says_how_many_calls_are_left() -> None:
    async with client_of(factors_of(ScriptedFactors())) as client:
        first, second = [await client.post(f"{AT}/correlations") for _ in range(2)]
        other = await client.post(f"{AT}/performance")
    assert first.headers["ratelimit-policy"] == '"day";q=500;w=86400'
    assert [answer.headers["ratelimit"].split(";")[1] for answer in (first, second, other)] == [
        "r=499",
        "r=498",
        "r=199",
    ]


async def test_over_the_days_limit_a_caller_is_told_when_to_come_back() -> None:
    desk = ScriptedFactors()
    async with client_of(factors_of(desk), address="192.0.2.7") as client:
        answers = [await client.post(f"{AT}/recommendations", json=WANTED) for _ in range(31)]
        wrong = await client.post(f"{AT}/recommendations", json={})
        groups = await client.get(GROUPS)
    assert {answer.status_code for answer in answers[:-1]} == {200}
    refused = answers[-1]
    assert (refused.status_code, refused.headers["content-type"]) == (429, PROBLEM)
    assert (refused.json()["code"], refused.json()["retryable"]) == ("too_many_requests", True)
    assert "30 times a day" in refused.json()["detail"]
    assert 86_000 < int(refused.headers["retry-after"]) <= day_limits.DAY_SECONDS
    assert refused.headers["ratelimit"].startswith('"day";r=0;t=')
    assert len(desk.asked) == 31
    assert (wrong.status_code, groups.status_code) == (422, 200)


async def test_a_server_that_is_read_only_changes_no_group() -> None:
    desk = ScriptedFactors()
    settings = Settings(toolsets=("factors",), read_only=True)
    async with client_of(factors_of(desk), settings=settings) as client:
        refused = [
            (await client.request(method, path, json={"name": "g", "members": ["SPY"]})).status_code
            for method, path in (("POST", GROUPS), ("PUT", f"{GROUPS}/g"), ("DELETE", f"{GROUPS}/g"))
        ]
        read = [(await client.get(path)).status_code for path in (GROUPS, f"{GROUPS}/g")]
        tried = (await client.post(f"{GROUPS}/g/validate")).status_code
    assert (refused, read, tried) == ([405, 405, 405], [200, 200], 200)


async def test_without_the_factor_tools_there_are_no_factors_over_rest_either() -> None:
    async with asking(desk_of(ScriptedDesk()), settings=Settings(toolsets=("trading",))) as client:
        assert (await client.post(f"{AT}/correlations", headers=JSON)).status_code == 404
        assert (await client.get(GROUPS)).status_code == 404
