"""Sessions over stdio, beside commands that work on the same sessions."""

import json
from pathlib import Path

from tests.e2e.driving import call, command, demo_plan, over_stdio, plan_in_pages


def at_home(folder: Path) -> dict[str, str]:
    return {"TRIMTAB_HOME": str(folder)}


async def test_without_an_explicit_analysis_the_plan_is_the_same(tmp_path: Path) -> None:
    async with over_stdio(at_home(tmp_path)) as client:
        session_id = str((await call(client, "open_session"))["session_id"])
        await call(client, "advance_phase", session_id=session_id)
        await call(client, "advance_phase", session_id=session_id)
        plan = await plan_in_pages(client, session_id)
    assert plan == demo_plan()


async def test_a_session_outlives_its_server_and_other_commands_see_it(tmp_path: Path) -> None:
    async with over_stdio(at_home(tmp_path)) as client:
        session_id = str((await call(client, "open_session"))["session_id"])
        await call(client, "analyze_trades", session_id=session_id)
    async with over_stdio(at_home(tmp_path)) as client:
        again = await call(client, "get_session", session_id=session_id)
        assert again["analyzed"] is True
    entries = json.loads(command("session", "log", session_id, "--json", home=tmp_path))["entries"]
    assert [entry["action"] for entry in entries] == ["open_session", "analyze_trades"]


def test_two_runs_of_the_demo_print_the_same_plan(tmp_path: Path) -> None:
    assert command("demo", "--plan", home=tmp_path) == f"{demo_plan()}\n"
