"""The OpenAPI description is true: whatever is sent, the answer is one that it describes, and never a fault."""

from collections.abc import Iterator
from typing import cast

import httpx2
import pytest
import schemathesis
from hypothesis import given, settings
from schemathesis import APIOperation, Case, CheckFunction, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from tests.server.http_servers import HttpServer
from tests.server.rest.rest_serving import ADVANCE, ANALYSIS, PROBLEM, SESSIONS, Json, asking, desk_of
from tests.tools.scripted_desk import ScriptedDesk
from trimtab.settings import Settings

ONE = f"{SESSIONS}/{{sessionId}}"
OPERATIONS = {
    f"POST {SESSIONS}": "openSession",
    f"GET {SESSIONS}": "listSessions",
    f"GET {ONE}": "getSession",
    f"GET {ONE}/overview": "getTradingOverview",
    f"GET {ONE}/tolerance": "getToleranceStatus",
    f"POST {ONE}/validate": "validateRecommendations",
    f"POST {ONE}/recommendations": "applyRecommendations",
    f"POST {ONE}/rules": "updateSession",
    f"PUT {ONE}/workflow-mode": "setWorkflowMode",
    f"POST {ONE}/analysis": "analyzeTrades",
    f"POST {ONE}/advance-phase": "advancePhase",
    f"GET {ONE}/order-preview": "previewOrders",
    f"POST {ONE}/execute": "executeOrders",
    f"GET {ONE}/execution-status": "getExecutionStatus",
    f"POST {ONE}/cancel-orders": "cancelOrders",
    f"GET {ANALYSIS}": "streamAnalysis",
    f"GET {ADVANCE}": "streamPhaseChange",
}
FACTORS = "/api/factor-intelligence"
GROUPS = "/api/factor-groups"
FACTOR_OPERATIONS = {
    f"POST {FACTORS}/correlations": "computeCorrelations",
    f"POST {FACTORS}/performance": "computePerformance",
    f"POST {FACTORS}/recommendations": "recommendOffsets",
    f"GET {GROUPS}": "listFactorGroups",
    f"POST {GROUPS}": "createFactorGroup",
    f"GET {GROUPS}/{{groupName}}": "readFactorGroup",
    f"PUT {GROUPS}/{{groupName}}": "updateFactorGroup",
    f"DELETE {GROUPS}/{{groupName}}": "deleteFactorGroup",
    f"POST {GROUPS}/{{groupName}}/validate": "validateFactorGroup",
}
SIGNALS = "/api/signals"
SIGNAL_OPERATIONS = {
    f"GET {SIGNALS}/strategies": "listStrategies",
    f"GET {SIGNALS}/strategies/{{strategyName}}": "readStrategy",
    f"POST {SIGNALS}/compute": "computeSignals",
    f"POST {SIGNALS}/allocations": "allocateCapital",
    f"POST {SIGNALS}/evaluations": "evaluateStrategies",
    f"POST {SIGNALS}/backtests": "backtestPortfolio",
    f"GET {SIGNALS}/records/{{kind}}": "readSignalRecords",
}
FRAMEWORKS = "/api/allocation-frameworks"
FRAMEWORK = f"{FRAMEWORKS}/{{frameworkId}}"
WORKFLOWS = "/api/portfolio-workflows"
FRAMEWORK_OPERATIONS = {
    f"GET {FRAMEWORKS}": "listFrameworks",
    f"POST {FRAMEWORKS}": "createFramework",
    f"GET {FRAMEWORK}": "readFramework",
    f"PUT {FRAMEWORK}": "updateFramework",
    f"POST {FRAMEWORK}/archive": "archiveFramework",
    f"POST {FRAMEWORK}/restore": "restoreFramework",
    f"GET {FRAMEWORK}/export": "exportFramework",
    f"POST {FRAMEWORK}/map-products": "mapProducts",
    f"POST {FRAMEWORKS}/generate": "generateFramework",
    "POST /api/analytics/validate-framework": "validateFramework",
    "POST /api/backtest": "backtestFramework",
    "GET /api/portfolios": "listPortfolios",
    "POST /api/portfolios": "buildPortfolio",
    "GET /api/portfolios/{portfolioId}/report": "getPortfolioReport",
    "POST /api/allocation-reports": "getAllocationReport",
    f"GET {WORKFLOWS}": "listPortfolioWorkflows",
    f"POST {WORKFLOWS}": "beginPortfolioWorkflow",
    f"GET {WORKFLOWS}/{{workflowId}}": "readPortfolioWorkflow",
    f"POST {WORKFLOWS}/{{workflowId}}/steps/{{step}}": "takePortfolioStep",
    "GET /api/investment-profiles": "listInvestmentProfiles",
}
COUNTED = (FACTORS, f"POST {SIGNALS}", f"POST {FRAMEWORKS}/generate", "POST /api/backtest")
STATUSES = {403, 404, 409, 421, 422, 500, 503}
OF_A_BODY = {400, 413, 415}
EXAMPLES = 15
FEW_EXAMPLES = 5
"""A backtest takes its time."""
CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpServer]:
    home = tmp_path_factory.mktemp("home")
    with HttpServer(environ={"TRIMTAB_HOME": str(home)}) as running:
        yield running
        assert "Traceback" not in running.log


async def described() -> Json:
    """The description, as clients get it."""
    async with asking(desk_of(ScriptedDesk()), settings=Settings()) as client:
        return dict((await client.get("/api/openapi.json")).json())


async def test_every_operation_and_every_status_is_described() -> None:
    document = await described()
    found = {
        f"{method.upper()} {path}": operation
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    expected = OPERATIONS | FACTOR_OPERATIONS | SIGNAL_OPERATIONS | FRAMEWORK_OPERATIONS
    assert {name: operation["operationId"] for name, operation in found.items()} == expected
    for name, operation in found.items():
        counted = {429} if any(each in name for each in COUNTED) else set()
        wanted = STATUSES | counted | (OF_A_BODY if "requestBody" in operation else set())
        problems = {int(status): told["content"] for status, told in operation["responses"].items() if status >= "400"}
        assert (name, set(problems)) == (name, wanted)
        assert all(content.keys() == {PROBLEM} for content in problems.values())


async def test_names_are_in_camel_case_in_what_is_sent_and_in_what_is_answered() -> None:
    document = await described()
    properties = {
        name for schema in document["components"]["schemas"].values() for name in schema.get("properties", ())
    }
    parameters = {
        parameter["name"]
        for operations in document["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
    }
    assert {"idempotencyKey", "minProceedPercent", "nextCursor", "groupBy"} <= properties | parameters
    assert [name for name in properties | parameters if "_" in name] == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_is_sent_the_answer_is_one_that_is_described(name: str, server: HttpServer) -> None:
    operation = described_at(server, name)
    two = {"portfolios": ["ACC100001", "ACC100024"]}
    opened = httpx2.post(f"{server.address}{SESSIONS}", json=two, timeout=60).json()
    session = {"sessionId": opened["sessionId"]}
    query = any(parameter.name == "sessionId" for parameter in operation.query)
    held = {"query": session} if query else {"path_parameters": session} if "{" in name else {}
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        examine(operation, mode, held)
    if held:
        examine(operation, GenerationMode.POSITIVE, {})


@pytest.mark.parametrize("name", FACTOR_OPERATIONS)
def test_whatever_is_asked_of_factors_the_answer_is_one_that_is_described(name: str, server: HttpServer) -> None:
    operation = described_at(server, name)
    examine(operation, GenerationMode.POSITIVE, {})
    if operation.body:  # any name is one, so without a body nothing can be sent that isn't described
        examine(operation, GenerationMode.NEGATIVE, {})


@pytest.mark.parametrize("name", SIGNAL_OPERATIONS)
def test_whatever_is_asked_of_signals_the_answer_is_one_that_is_described(name: str, server: HttpServer) -> None:
    operation = described_at(server, name)
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE) if operation.body else (GenerationMode.POSITIVE,):
        examine(operation, mode, {}, examples=FEW_EXAMPLES)


@pytest.mark.parametrize("name", FRAMEWORK_OPERATIONS)
def test_whatever_is_asked_of_frameworks_the_answer_is_one_that_is_described(name: str, server: HttpServer) -> None:
    operation = described_at(server, name)
    framework = {"path_parameters": {"frameworkId": "balanced"}} if "{frameworkId}" in name else {}
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE) if operation.body else (GenerationMode.POSITIVE,)
    for mode in modes:
        examine(operation, mode, framework, examples=FEW_EXAMPLES)
    examine(operation, GenerationMode.POSITIVE, {}, examples=FEW_EXAMPLES)


async def test_no_name_in_the_description_is_made_up_where_two_models_share_theirs() -> None:
    assert [name for name in (await described())["components"]["schemas"] if "_" in name] == []


def described_at(server: HttpServer, name: str) -> APIOperation:
    """The operation as the server describes it, which takes a while when it is asked first."""
    method, _, path = name.partition(" ")
    schema = schemathesis.openapi.from_url(f"{server.address}/api/openapi.json", timeout=60)
    operation: APIOperation = schema[path][method]
    return operation


def examine(operation: APIOperation, mode: GenerationMode, held: Json, *, examples: int = EXAMPLES) -> None:
    """Sends what the description allows, or what it doesn't, and compares the answers with it."""

    load_all_checks()
    checks = cast("list[CheckFunction]", CHECKS.get_by_names(CHECKED))

    @given(case=operation.as_strategy(generation_mode=mode, **held))
    @settings(max_examples=examples)
    def answers_as_described(case: Case) -> None:
        case.call_and_validate(checks=checks, timeout=30)

    answers_as_described()
