"""The server as a client meets it, in both eras of the protocol."""

import anyio
import pytest
from mcp.client import Client

from tests.tools.scripted_desk import ScriptedDesk, with_no_store
from tests.tools.serving import Mode, call, client_of, error_of, refusal
from trimtab.domain.errors import BookRefused, Fault
from trimtab.server import late
from trimtab.server.app import build_server
from trimtab.server.desks import OpenDesk
from trimtab.server.instructions import INSTRUCTIONS
from trimtab.settings import Settings
from trimtab.tools.registry import TOOLS
from trimtab.tools.resources.uris import plan_uri
from trimtab.workflow.ports.desk import Caller, Progress, TradingDesk, no_progress
from trimtab.workflow.ports.requests import AnalyzeTrades
from trimtab.workflow.ports.results import Analysis

MOST_INSTRUCTION_CHARACTERS = 2_048
REFUSED = BookRefused("demo", [Fault("lots.csv", 7, "units", "not a number")])


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_tools_are_listed_and_called_in_both_eras(mode: Mode) -> None:
    async with client_of(ScriptedDesk(), mode) as client:
        listed = await client.list_tools()
        answered = await client.call_tool("get_server_status", {})
    assert [tool.name for tool in listed.tools] == [tool.name for tool in TOOLS]
    assert not answered.is_error


async def test_a_client_may_keep_every_list_and_nothing_that_is_read() -> None:
    async with client_of(ScriptedDesk()) as client:
        tools, resources = await client.list_tools(), await client.list_resources()
        templates, prompts = await client.list_resource_templates(), await client.list_prompts()
        read = await client.read_resource(plan_uri("ts_1"))
    assert {tools.ttl_ms, resources.ttl_ms, templates.ttl_ms, prompts.ttl_ms} == {3_600_000}
    assert {tools.cache_scope, resources.cache_scope, templates.cache_scope, prompts.cache_scope} == {"public"}
    assert (read.ttl_ms, read.cache_scope) == (0, "private")


@pytest.mark.parametrize(("mode", "told_of_changes"), [("auto", True), ("legacy", False)])
async def test_a_client_is_told_what_the_server_can_do_in_its_era(mode: Mode, told_of_changes: bool) -> None:
    async with client_of(ScriptedDesk(), mode) as client:
        can = client.server_capabilities
    assert can.completions is not None
    assert can.tools is not None
    assert can.prompts is not None
    assert can.resources is not None
    assert can.resources.subscribe is told_of_changes
    assert (can.logging, can.tasks) == (None, None)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_every_list_is_always_the_same(mode: Mode) -> None:
    async def lists() -> list[dict[str, object]]:
        async with client_of(ScriptedDesk(), mode) as client:
            return [
                *(entry.model_dump() for entry in (await client.list_tools()).tools),
                *(entry.model_dump() for entry in (await client.list_resources()).resources),
                *(entry.model_dump() for entry in (await client.list_resource_templates()).resource_templates),
                *(entry.model_dump() for entry in (await client.list_prompts()).prompts),
            ]

    first = await lists()
    assert first == await lists()
    assert all(entry["title"] and entry["description"] for entry in first)


def test_the_instructions_are_shown_whole_by_every_client() -> None:
    assert len(INSTRUCTIONS) <= MOST_INSTRUCTION_CHARACTERS


def test_the_instructions_name_only_tools_that_exist() -> None:
    names = {tool.name for tool in TOOLS}
    verbs = (
        "open_",
        "get_",
        "analyze_",
        "validate_",
        "apply_",
        "update_",
        "advance_",
        "preview_",
        "execute_",
        "cancel_",
        "compute_",
        "recommend_",
        "manage_",
        "allocate_",
        "evaluate_",
        "backtest_",
        "list_",
        "generate_",
        "map_",
        "build_",
    )
    named = {word.strip(".,>()") for word in INSTRUCTIONS.split() if word.startswith(verbs)}
    assert named
    assert named <= names


async def test_a_broken_book_fails_calls_and_not_the_server() -> None:
    async with client_of(REFUSED) as client:
        assert len((await client.list_tools()).tools) == len(TOOLS)
        said = error_of(await client.call_tool("get_server_status", {}))
    assert said["code"] == "book_refused"
    assert "lots.csv:7 units: not a number" in str(said["message"])
    assert "trimtab book check" in str(said["next_action"])


async def test_a_book_that_was_mended_is_used_without_a_restart() -> None:
    desks: list[TradingDesk | None] = [None, ScriptedDesk()]

    def make() -> OpenDesk:
        made = desks.pop(0)
        if made is None:
            raise REFUSED
        return with_no_store(made)

    async with Client(build_server(Settings(), make_desk=make)) as client:
        assert (await client.call_tool("get_server_status", {})).is_error
        assert not (await client.call_tool("get_server_status", {})).is_error
        assert not (await client.call_tool("get_server_status", {})).is_error


async def test_the_desk_is_made_once_though_many_ask_at_once() -> None:
    made = 0

    def make() -> OpenDesk:
        nonlocal made
        made += 1
        return with_no_store(ScriptedDesk())

    async with Client(build_server(Settings(), make_desk=make)) as client, anyio.create_task_group() as calls:
        for _ in range(5):
            calls.start_soon(client.call_tool, "get_server_status", {})
    assert made == 1


async def test_the_log_can_tell_who_called() -> None:
    desk = ScriptedDesk()
    server = build_server(Settings(), make_desk=lambda: with_no_store(desk), actor="command line")
    async with Client(server) as client:
        await client.call_tool("get_server_status", {})
    assert desk.asked == [("status", Caller(owner="local", actor="command line"))]


async def test_nothing_is_loaded_early_unless_tools_were_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    warmed = anyio.Event()
    monkeypatch.setattr("trimtab.server.app.WARM_UP_AFTER_SECONDS", 0.01)
    monkeypatch.setattr(late, "warm_up", lambda: anyio.from_thread.run_sync(warmed.set))
    async with Client(build_server(Settings()), mode="2026-07-28") as client:
        await anyio.sleep(0.1)
        assert not warmed.is_set()
        await client.list_tools()
        with anyio.fail_after(5):
            await warmed.wait()


async def test_an_unknown_tool_is_answered_with_the_names_there_are() -> None:
    said = error_of(await call("buy_everything"))
    assert said["code"] == "not_found"
    assert "buy_everything" not in str(said)
    assert "open_session" in str(said["next_action"])


async def test_a_crash_of_a_tool_tells_nothing_of_the_inside() -> None:
    said = error_of(await call("get_server_status", ScriptedDesk({"status": RuntimeError("secret")})))
    assert said["code"] == "internal"
    assert "secret" not in str(said)


async def test_only_the_toolsets_of_the_settings_are_offered() -> None:
    async with Client(build_server(Settings(toolsets=("factors",)))) as client:
        listed = await client.list_tools()
        templates = (await client.list_resource_templates()).resource_templates
        prompts = (await client.list_prompts()).prompts
        unknown = await refusal(client.read_resource("trimtab://book/Demo book"))
        unheard = await refusal(client.get_prompt("review_session", {"session_id": "s"}))
    assert [tool.name for tool in listed.tools] == [tool.name for tool in TOOLS if tool.toolset in {"all", "factors"}]
    assert [template.uri_template for template in templates] == ["trimtab://concept/{name}"]
    assert [prompt.name for prompt in prompts] == ["read_factor_matrix"]
    assert unknown.message == (
        "This server has no resource at that address. Read one of: trimtab://concept/{name}. Toolsets are settings."
    )
    assert unheard.message == (
        "This server has no prompt of that name. Get one of: read_factor_matrix. Toolsets are settings."
    )


class Patient(ScriptedDesk):
    """Analyses until somebody stops it."""

    def __init__(self) -> None:
        super().__init__()
        self.started, self.stopped = anyio.Event(), anyio.Event()

    async def analyze(self, caller: Caller, request: AnalyzeTrades, *, progress: Progress = no_progress) -> Analysis:
        self.started.set()
        try:
            await anyio.sleep_forever()
        finally:
            self.stopped.set()
        raise AssertionError("nobody stopped it")


async def test_work_stops_when_its_client_gives_up_or_goes_away() -> None:
    for gives_up in (True, False):
        desk = Patient()
        with anyio.fail_after(10):
            async with client_of(desk) as client, anyio.create_task_group() as calls:
                calls.start_soon(client.call_tool, "analyze_trades", {"session_id": "s"})
                await desk.started.wait()
                calls.cancel_scope.cancel()
                if gives_up:
                    with anyio.fail_after(5, shield=True):
                        await desk.stopped.wait()
            await desk.stopped.wait()
