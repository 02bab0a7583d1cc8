"""The list of tools: its order, its size, and the schema of every tool as clients bind to it."""

from pathlib import Path

import pytest

from tests.snapshots import as_json, matches
from tests.tools.serving import tokens
from trimtab.tools.binding import bind
from trimtab.tools.definition import SELECTABLE, Definition, reads
from trimtab.tools.payload import as_json as compact
from trimtab.tools.registry import PROMPTS, RESOURCES, TOOLS, offer, offered, select
from trimtab.tools.resources.uris import BOOK, CONCEPT, FRAMEWORK, PLAN, STRATEGY
from trimtab.workflow.ports import execution, factor_requests, framework_requests, requests, signal_requests

SNAPSHOTS = Path(__file__).parent / "snapshots"
BOUND = {tool.name: bind(tool) for tool in TOOLS}
REQUESTS = {
    "open_session": requests.OpenSession,
    "get_session": requests.GetSession,
    "get_trading_overview": requests.GetOverview,
    "get_tolerance_status": requests.GetTolerance,
    "analyze_trades": requests.AnalyzeTrades,
    "validate_recommendations": requests.ValidateRecommendations,
    "apply_recommendations": requests.ApplyRecommendations,
    "update_session": requests.UpdateSession,
    "advance_phase": requests.AdvancePhase,
    "preview_orders": requests.PreviewOrders,
    "execute_orders": requests.ExecuteOrders,
    "get_execution_status": execution.GetExecutionStatus,
    "cancel_orders": execution.CancelOrders,
    "list_frameworks": framework_requests.ListFrameworks,
    "generate_framework": framework_requests.GenerateFramework,
    "save_framework": framework_requests.SaveFramework,
    "validate_framework": framework_requests.ValidateFramework,
    "map_products": framework_requests.MapProducts,
    "build_portfolio": framework_requests.BuildPortfolio,
    "get_allocation_report": framework_requests.GetAllocationReport,
    "backtest_framework": framework_requests.BacktestFramework,
    "compute_correlations": factor_requests.ComputeCorrelations,
    "compute_performance": factor_requests.ComputePerformance,
    "recommend_offsets": factor_requests.RecommendOffsets,
    "manage_factor_group": factor_requests.ManageFactorGroup,
    "compute_signals": signal_requests.ComputeSignals,
    "allocate_capital": signal_requests.AllocateCapital,
    "evaluate_strategies": signal_requests.EvaluateStrategies,
    "backtest_portfolio": signal_requests.BacktestPortfolio,
}
MOST_TOKENS_OF_A_TOOL = 430
MOST_TOKENS_OF_THE_LARGEST = {"compute_correlations": 660, "backtest_portfolio": 660}
"""Every option of theirs is an argument."""
MOST_TOKENS_OF_THE_LIST = 8_000


def shown_to_a_model(name: str) -> str:
    """What most hosts put in a model's context of a tool."""
    tool = BOUND[name]
    return compact({"name": name, "description": tool.description, "inputSchema": tool.parameters})


def listed(name: str) -> dict[str, object]:
    """All that a client sees of a tool."""
    tool = BOUND[name]
    assert tool.annotations is not None
    return {
        "name": name,
        "title": tool.title,
        "description": tool.description,
        "annotations": tool.annotations.model_dump(by_alias=True, exclude_none=True),
        "inputSchema": tool.parameters,
        "outputSchema": tool.output_schema,
    }


def test_tools_come_in_the_order_of_work() -> None:
    assert list(BOUND) == ["get_server_status", *REQUESTS]


@pytest.mark.parametrize("name", BOUND)
def test_a_tool_is_what_clients_bound_to(name: str) -> None:
    matches(SNAPSHOTS / f"{name}.json", as_json(listed(name)))


def test_no_snapshot_outlives_its_tool() -> None:
    assert {path.stem for path in SNAPSHOTS.glob("*.json")} == set(BOUND)


@pytest.mark.parametrize("name", BOUND)
def test_a_tool_is_cheap_to_read(name: str) -> None:
    assert tokens(shown_to_a_model(name)) <= MOST_TOKENS_OF_THE_LARGEST.get(name, MOST_TOKENS_OF_A_TOOL)


def test_the_list_is_cheap_to_read() -> None:
    assert sum(tokens(shown_to_a_model(name)) for name in BOUND) <= MOST_TOKENS_OF_THE_LIST


@pytest.mark.parametrize("name", BOUND)
def test_a_tool_has_all_four_hints_and_a_title(name: str) -> None:
    hints = BOUND[name].annotations
    assert hints is not None
    said = (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint)
    assert None not in said
    assert BOUND[name].title


@pytest.mark.parametrize(("name", "request_model"), REQUESTS.items())
def test_a_tool_takes_the_fields_of_its_request(name: str, request_model: type[requests.Request]) -> None:
    arguments = set(BOUND[name].fn_metadata.arg_model.model_fields) - {"response_format"}
    assert arguments == set(request_model.model_fields)


@pytest.mark.parametrize(("name", "request_model"), REQUESTS.items())
def test_a_tool_has_the_defaults_of_its_request(name: str, request_model: type[requests.Request]) -> None:
    for field, argument in BOUND[name].fn_metadata.arg_model.model_fields.items():
        if field != "response_format" and not argument.is_required():
            assert (argument.default or None) == given_nothing(request_model.model_fields[field].default)


def given_nothing(default: object) -> object:
    """A default as a tool has it: an object whose fields all have theirs is left out."""
    return None if isinstance(default, requests.Request) and default == type(default)() else default or None


def test_a_toolset_brings_its_tools_and_those_of_all() -> None:
    assert [tool.name for tool in select(toolsets=(), read_only=False)] == ["get_server_status"]
    brought = [tool.toolset for tool in select(toolsets=("factors",), read_only=False)]
    assert brought == ["all", "factors", "factors", "factors", "factors"]
    signals = [tool.name for tool in select(toolsets=("signals",), read_only=False)]
    assert signals[1:] == ["compute_signals", "allocate_capital", "evaluate_strategies", "backtest_portfolio"]
    frameworks = [tool.name for tool in select(toolsets=("frameworks",), read_only=False)]
    assert (len(frameworks), frameworks[1], frameworks[-1]) == (9, "list_frameworks", "backtest_framework")
    assert select(toolsets=SELECTABLE, read_only=False) == TOOLS
    assert "all" not in SELECTABLE


def test_a_toolset_brings_its_resources_and_prompts() -> None:
    names = ("trading", "frameworks", "factors", "signals")
    trading, frameworks, factors, signals = (offer(toolsets=(name,), read_only=False) for name in names)
    assert [[resource.uri for resource in each.resources] for each in (trading, frameworks, factors, signals)] == [
        [BOOK, PLAN, CONCEPT],
        [CONCEPT, FRAMEWORK],
        [CONCEPT],
        [CONCEPT, STRATEGY],
    ]
    assert (*trading.prompts, *frameworks.prompts, *factors.prompts, *signals.prompts) == PROMPTS
    assert [prompt.name for prompt in factors.prompts] == ["read_factor_matrix"]
    assert [prompt.name for prompt in signals.prompts] == ["compare_strategies", "review_signals"]


def test_read_only_leaves_what_is_only_read() -> None:
    everything = offer(toolsets=SELECTABLE, read_only=True)
    assert (everything.resources, everything.prompts) == (RESOURCES, PROMPTS)


def test_a_toolset_without_tools_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert offered(("signals", "frameworks", "trading")) == ("signals", "frameworks", "trading")
    monkeypatch.setattr("trimtab.tools.registry.TOOLS", select(toolsets=("signals", "trading"), read_only=False))
    assert offered(("signals", "frameworks", "trading")) == ("signals", "trading")


def test_read_only_leaves_what_only_changes_a_session() -> None:
    left = select(toolsets=SELECTABLE, read_only=True)
    assert [tool.name for tool in TOOLS if tool not in left] == [
        "preview_orders",
        "execute_orders",
        "get_execution_status",
        "cancel_orders",
        "save_framework",
        "manage_factor_group",
    ]


def test_read_only_takes_away_what_reaches_out(monkeypatch: pytest.MonkeyPatch) -> None:
    sends = Definition(
        function=TOOLS[0].function,
        toolset="trading",
        title="Sends",
        description="Sends.",
        results=TOOLS[0].results,
        annotations=reads(),
        reaches_out=True,
    )
    monkeypatch.setattr("trimtab.tools.registry.TOOLS", (*TOOLS, sends))
    assert sends in select(toolsets=("trading",), read_only=False)
    assert sends not in select(toolsets=("trading",), read_only=True)


@pytest.mark.parametrize("name", [tool.name for tool in TOOLS if tool.toolset == "trading"])
def test_every_reply_of_a_trading_tool_says_mode_phase_and_version(name: str) -> None:
    for result in next(tool.results for tool in TOOLS if tool.name == name):
        required = {field for field, info in result.model_fields.items() if info.is_required()}
        assert {"execution_mode", "phase", "version"} <= required
