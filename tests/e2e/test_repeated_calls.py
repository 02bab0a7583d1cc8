"""A change that is sent again with its idempotency key, to another server and in the other era of the protocol, was
made once: on every store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from mcp.client import Client

from tests.adapters.sessions.stores import BOTH_WAYS, place_of
from tests.e2e.driving import Json, call
from tests.server.http_serving import serving_http
from tests.tools.serving import error_of
from trimtab.settings import Settings
from trimtab.tools.registry import TOOLS

OPENING: Json = {"portfolios": ["ACC100021"], "idempotency_key": "open_session-1"}
CHANGES: dict[str, Json] = {
    "analyze_trades": {},
    "apply_recommendations": {},
    "update_session": {"workflow_mode": "Manual"},
    "advance_phase": {},
}


@pytest.fixture(params=BOTH_WAYS)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    return Settings.model_validate({"home": tmp_path, "sessions": place_of(request.param, tmp_path)})


@asynccontextmanager
async def two_servers(settings: Settings) -> AsyncIterator[tuple[Client, Client]]:
    """A client of each, one of the newer era and one of the older."""
    async with (
        serving_http(settings) as here,
        serving_http(settings) as there,
        Client(f"{here}/mcp") as newer,
        Client(f"{there}/mcp", mode="legacy") as older,
    ):
        yield newer, older


def test_every_tool_that_changes_something_takes_a_key() -> None:
    change = {tool.name for tool in TOOLS if not tool.annotations.read_only_hint}
    take_a_key = {tool.name for tool in TOOLS if "idempotency_key" in tool.function.__annotations__}
    assert take_a_key == {"open_session", *CHANGES, "save_framework", "build_portfolio"}
    without = {"execute_orders", "get_execution_status", "cancel_orders", "manage_factor_group"}
    keep = {"compute_signals", "allocate_capital", "evaluate_strategies", "backtest_portfolio"}
    assert change == take_a_key | without | keep, "which execute a plan once, or leave and keep the same when repeated"


async def test_a_change_that_is_repeated_elsewhere_is_answered_alike_and_made_once(settings: Settings) -> None:
    async with two_servers(settings) as (one, other):
        opened = await call(one, "open_session", **OPENING)
        assert await call(other, "open_session", **OPENING) == opened
        session = {"session_id": opened["session_id"]}
        for version, (tool, arguments) in enumerate(CHANGES.items(), 2):
            given = {**session, **arguments, "idempotency_key": f"{tool}-1"}
            first = await call(one, tool, **given)
            assert first["version"] == version
            assert await call(other, tool, **given) == first
        log = (await call(other, "get_session", **session, view="log"))["items"]
        actions = [row[log["columns"].index("action")] for row in log["rows"]]
    assert actions == ["open_session", "analyze_trades", "apply_proposals", "update_session", "advance_phase"]


async def test_a_key_that_comes_with_other_arguments_is_refused_and_changes_nothing(settings: Settings) -> None:
    async with two_servers(settings) as (one, other):
        opened = await call(one, "open_session", **OPENING)
        session = {"session_id": opened["session_id"], "idempotency_key": "update_session-1"}
        await call(one, "update_session", **session, workflow_mode="Manual")
        for tool, arguments in (
            ("open_session", {**OPENING, "portfolios": ["ACC100022"]}),
            ("update_session", {**session, "workflow_mode": "QuickRebalance"}),
            ("advance_phase", session),
        ):
            said = error_of(await other.call_tool(tool, arguments))
            assert (said["code"], said["field"], said["retryable"]) == ("invalid_argument", "idempotency_key", False)
        assert (await call(one, "get_session", session_id=opened["session_id"]))["version"] == 2
