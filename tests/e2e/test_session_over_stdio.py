"""A whole session driven by an assistant over stdio, compared with the demo command's."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

TRIMTAB = (sys.executable, "-m", "trimtab.cli.main")
REPO = Path(__file__).parents[2]

Json = dict[str, object]


def command(*arguments: str, home: Path) -> str:
    environ = {**os.environ, "TRIMTAB_HOME": str(home)}
    done = subprocess.run(
        (*TRIMTAB, *arguments), cwd=REPO, env=environ, capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout


@asynccontextmanager
async def serving(home: Path) -> AsyncIterator[Client]:
    server = StdioServerParameters(
        command=TRIMTAB[0], args=[*TRIMTAB[1:], "serve"], env={"TRIMTAB_HOME": str(home)}, cwd=REPO
    )
    async with Client(server) as client:
        yield client


async def call(client: Client, tool: str, **arguments: object) -> Json:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def whole_plan(client: Client, session_id: str) -> str:
    """The plan document, put together from the pages of `get_session view=plan`."""
    rows: list[object] = []
    cursor: dict[str, object] = {}
    while True:
        page = await call(client, "get_session", session_id=session_id, view="plan", limit=1000, **cursor)
        rows += page["items"]["rows"]  # type: ignore[index]  # JSON as it comes
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(rows) == page["total"]
    summary = await call(client, "get_session", session_id=session_id)
    status = await call(client, "get_server_status")
    document = {
        "as_of": summary["as_of"],
        "book": summary["book"],
        "book_digest": status["book"]["digest"],  # type: ignore[index]  # JSON as it comes
        "columns": page["items"]["columns"],  # type: ignore[index]  # JSON as it comes
        "phase": summary["phase"],
        "policy_digest": summary["policy_digest"],
        "rows": rows,
        "workflow_mode": summary["workflow_mode"],
    }
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == page["plan_digest"]
    return text


async def test_a_session_over_stdio_gives_the_demos_plan_byte_for_byte(tmp_path: Path) -> None:
    async with serving(tmp_path) as client:
        opened = await call(client, "open_session", workflow_mode="AiPlan")
        session_id = str(opened["session_id"])
        await call(client, "get_trading_overview", session_id=session_id)
        analysis = await call(client, "analyze_trades", session_id=session_id)
        assert analysis["applied"] is True
        buys = await call(client, "advance_phase", session_id=session_id)
        assert buys["current_phase"] == "Buys"
        review = await call(client, "advance_phase", session_id=session_id)
        assert review["current_phase"] == "Review"
        plan = await whole_plan(client, session_id)
    assert plan + "\n" == command("demo", "--plan", home=tmp_path / "other")


async def test_without_an_explicit_analysis_the_plan_is_the_same(tmp_path: Path) -> None:
    async with serving(tmp_path) as client:
        session_id = str((await call(client, "open_session"))["session_id"])
        await call(client, "advance_phase", session_id=session_id)
        await call(client, "advance_phase", session_id=session_id)
        plan = await whole_plan(client, session_id)
    assert plan + "\n" == command("demo", "--plan", home=tmp_path / "other")


async def test_a_session_outlives_its_server_and_other_commands_see_it(tmp_path: Path) -> None:
    async with serving(tmp_path) as client:
        session_id = str((await call(client, "open_session"))["session_id"])
        await call(client, "analyze_trades", session_id=session_id)
    async with serving(tmp_path) as client:
        again = await call(client, "get_session", session_id=session_id)
        assert again["analyzed"] is True
    entries = json.loads(command("session", "log", session_id, "--json", home=tmp_path))["entries"]
    assert [entry["action"] for entry in entries] == ["open_session", "analyze_trades"]


def test_two_runs_of_the_demo_print_the_same_plan(tmp_path: Path) -> None:
    assert command("demo", "--plan", home=tmp_path / "a") == command("demo", "--plan", home=tmp_path / "b")
