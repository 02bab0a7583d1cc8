"""Each template goes the whole way over MCP, over REST and from the command line, with the same numbers everywhere."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
from mcp.client import Client

from tests.cli.running import ran
from tests.e2e.test_signals_everywhere import camel, plain
from tests.server.http_servers import HttpServer
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.templates import TEMPLATES

Json = dict[str, Any]
CASH: Final = 250_000
KEYS: Final = [key for key in TEMPLATES if key != "blank"]
RUN: Final = {"start_date": "2019-01-02", "end_date": "2021-12-31"}
WAYS: Final = ("mcp", "rest", "cli")
SESSION: Final = "/api/trading-copilot/sessions"


class Asking:
    """The same question by three ways."""

    def __init__(self, server: HttpServer, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._server = server
        self._home = home
        self._capsys = capsys

    async def tool(self, name: str, arguments: Mapping[str, object]) -> Json:
        async with Client(self._server.mcp) as client:
            found = await client.call_tool(name, dict(arguments))
        assert not found.is_error, found.structured_content
        assert found.structured_content is not None
        return dict(found.structured_content)

    def rest(self, path: str, body: Mapping[str, object]) -> Json:
        found = httpx2.post(f"{self._server.address}{path}", json=camel(body), timeout=60)
        assert found.status_code in (200, 201), found.text
        return dict(found.json())

    async def command(self, *words: str) -> Json:
        """On a thread: a command has an event loop of its own."""
        done = await asyncio.to_thread(ran, self._capsys, *words)
        assert done.code == 0, done.err
        return dict(json.loads(done.out))

    async def same(
        self, tool: tuple[str, Mapping[str, object]], rest: tuple[str, Mapping[str, object]], *words: str
    ) -> Json:
        """The one answer of all three."""
        by_tool = plain(await self.tool(*tool))
        by_rest, by_command = plain(self.rest(*rest)), plain(await self.command("framework", *words, "--json"))
        assert by_tool == by_rest == by_command
        return dict(by_tool)


@pytest.fixture
def asking(
    server: HttpServer, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Asking:
    monkeypatch.setenv("TRIMTAB_HOME", str(home))
    return Asking(server, home, capsys)


@pytest.mark.parametrize("key", KEYS)
async def test_a_template_is_checked_mapped_built_reported_and_backtested(asking: Asking, key: str) -> None:
    one: Json = {"framework_id": key}
    checked = await asking.same(("validate_framework", one), ("/analytics/validate-framework", one), "validate", key)
    assert checked["valid"] is True
    mapping = f"/allocation-frameworks/{key}/map-products"
    mapped = await asking.same(("map_products", one), (mapping, {}), "map", key)
    paths = [bucket.path for bucket in TEMPLATES[key].buckets]
    assert [bucket["path"] for bucket in mapped["buckets"]] == paths
    money: Json = {**one, "cash": CASH, "accept": True}
    built = await asking.same(
        ("build_portfolio", money), ("/portfolios", money), "build", key, "--cash", str(CASH), "--accept"
    )
    assert rows(built["positions"], "code") == [bucket["products"][0]["code"] for bucket in mapped["buckets"]]
    kept: Json = {**one, "run": RUN}
    words = ("backtest", key, "--start", RUN["start_date"], "--end", RUN["end_date"])
    tested = await asking.same(("backtest_framework", kept), ("/backtest", kept), *words)
    assert rows(tested["products"], "code") == rows(built["positions"], "code")
    await assert_traded_alike(asking, built["portfolio_id"], template=TEMPLATES[key])


async def assert_traded_alike(asking: Asking, portfolio: str, *, template: Framework) -> None:
    """A session that each way opened has the same plan, which is what the framework says of the money."""
    asked = {"framework_portfolio": portfolio, "workflow_mode": "QuickRebalance"}
    by_tool = await asking.tool("open_session", asked)
    by_rest = plain(asking.rest(SESSION, asked))
    by_command = await asking.command("call", "open_session", "--json", json.dumps(asked))
    plans = [await plan_of(asking, opened["session_id"]) for opened in (by_tool, by_rest, by_command)]
    assert plans[0] == plans[1] == plans[2]
    codes = rows(plans[0], "code")
    assert len(codes) == len(template.buckets)
    assert set(rows(plans[0], "account_number")) == {f"FW-{portfolio.removeprefix('pf_')[:12]}"}


async def plan_of(asking: Asking, session_id: str) -> Json:
    """The trades of the session in Review."""
    one = {"session_id": session_id}
    for _ in range(2):
        await asking.tool("advance_phase", one)
    page = await asking.tool("get_session", {**one, "view": "plan"})
    return dict(page["items"])


def rows(table: Json, name: str) -> list[Any]:
    place = table["columns"].index(name)
    return [row[place] for row in table["rows"]]


async def test_the_seeds_paths_are_there_as_they_are_and_below_api(asking: Asking, server: HttpServer) -> None:
    made = asking.rest("/allocation-frameworks", {"framework_id": "growth", "name": "By its bare path"})
    found = httpx2.get(f"{server.address}/api/allocation-frameworks/{made['frameworkId']}", timeout=60)
    bare = httpx2.get(f"{server.address}/allocation-frameworks/{made['frameworkId']}", timeout=60)
    assert found.json() == bare.json()
    assert found.json()["framework"]["framework"]["name"] == "By its bare path"
