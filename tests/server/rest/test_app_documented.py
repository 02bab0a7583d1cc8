"""The guide to plain HTTP is true: its addresses, its statuses, its commands."""

import re
import shutil
import subprocess
from pathlib import Path

import anyio.to_thread
import pytest

from tests.house.tree import read
from tests.server.rest.rest_serving import Json, asking, desk_of, heard, serving
from tests.tools.demo_desk import open_demo_desk
from tests.tools.scripted_desk import ScriptedDesk
from trimtab.server.rest.addresses import TRADING
from trimtab.server.rest.day_limits import PER_DAY
from trimtab.server.rest.problems import STATUS, TRY_AGAIN_AFTER_SECONDS
from trimtab.server.rest.runs import Pace
from trimtab.server.rest.streams import COMES_BACK_AFTER_MILLISECONDS
from trimtab.settings import Settings
from trimtab.tools.registry import TOOLS

PAGE = read("docs/rest.md")
ROW = re.compile(r"^\| `(?P<method>[A-Z]+) (?P<path>/\S+)` \|(?P<what>.*)\|(?P<tool>.*)\|$", re.MULTILINE)
SELF_EXPLAINED = {
    "sessionId", "groupName", "strategyName", "frameworkId", "portfolioId", "workflowId", "expectedVersion",
    "idempotencyKey",
}  # fmt: skip


async def operations() -> dict[tuple[str, str], Json]:
    """Every operation that the server describes."""
    async with asking(desk_of(ScriptedDesk()), settings=Settings()) as client:
        document = (await client.get("/api/openapi.json")).json()
    return {
        (method.upper(), path.removeprefix(TRADING)): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


async def test_every_address_is_in_the_guide_with_its_query_and_its_tool() -> None:
    rows = {(row["method"], row["path"]): row for row in ROW.finditer(PAGE)}
    served = await operations()
    assert set(rows) == set(served)
    for address, operation in served.items():
        named = {parameter["name"] for parameter in operation.get("parameters", [])} - SELF_EXPLAINED
        assert (address, {name for name in named if f"`{name}`" not in rows[address]["what"]}) == (address, set())
    tools = {name for row in rows.values() for name in re.findall(r"`(\w+)`", row["tool"])}
    assert tools == {tool.name for tool in TOOLS if tool.toolset != "all"}


async def test_every_status_is_in_the_guide() -> None:
    shown = {status for row in re.findall(r"^\| ([\d, ]+) \|", PAGE, re.MULTILINE) for status in row.split(", ")}
    answered = {status for operation in (await operations()).values() for status in operation["responses"]}
    assert shown | {"200", "201", "204"} == answered | {"405"}
    assert set(map(str, STATUS.values())) <= shown


def test_every_limit_of_a_day_is_in_the_guide() -> None:
    shown = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
    assert {name: [int(count) for count in counts] for name, *counts in shown} == {
        name: list(tiers.values()) for name, tiers in PER_DAY.items()
    }


def test_every_number_of_the_guide_is_the_programs() -> None:
    pace = Pace()
    assert TRY_AGAIN_AFTER_SECONDS > 0
    for sentence in (
        f"A comment every {pace.heartbeat_seconds:g} seconds",
        f"The work goes on for {pace.grace_seconds:g} seconds",
        f"does by itself after {COMES_BACK_AFTER_MILLISECONDS // 1000} seconds",
        f"heard again for {pace.kept_seconds / 60:g}\nminutes (the last {pace.most_kept} of a process)",
        f"work has {pace.last_word_seconds:g} seconds to finish",
        f"looked at every {pace.follow_every_seconds:g} seconds",
    ):
        assert sentence in PAGE


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
async def test_the_commands_of_the_guide_work_as_they_are_written(tmp_path: Path) -> None:
    [block] = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    async with serving(lambda: open_demo_desk(tmp_path)) as client:
        script = block.replace("http://127.0.0.1:8765", str(client.base_url)).replace(
            "\ncurl", "\necho; echo NEXT; curl"
        )
        done = await anyio.to_thread.run_sync(
            lambda: subprocess.run(
                ["sh", "-ec", script],
                env={"SESSION_ID": "ts_1", "PATH": "/usr/bin:/bin"},
                capture_output=True,
                text=True,
                check=True,
                timeout=60,
            )
        )
    opened, streamed, groups, advanced = done.stdout.split("NEXT\n")[1:]
    assert '"sessionId":"ts_1"' in opened
    assert heard(streamed.split("\n"))[-1].data["type"] == "result"
    assert '"groupBy":"model"' in groups
    assert '"currentPhase":"Buys"' in advanced
