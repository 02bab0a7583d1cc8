"""`judge_buys`."""

import re
from pathlib import Path

import pytest

from tests.tools.demo_desk import demo_client
from tests.tools.prompts.prompting import data_of, matches_prompt, prompted
from tests.tools.scripted_desk import ANALYST_FACTS, ScriptedDesk
from tests.tools.serving import Mode, client_of

SHORT_OF_CASH = ["ACC100047", "ACC100051", "ACC100057"]
MINE = {"session_id": "ts_1"}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_three_portfolios_short_of_cash_are_asked_about_as_committed(mode: Mode, tmp_path: Path) -> None:
    async with demo_client(tmp_path, mode) as client:
        await client.call_tool("open_session", {"portfolios": SHORT_OF_CASH})
        await client.call_tool("advance_phase", MINE)
        matches_prompt("judge_buys", await prompted(client, "judge_buys", **MINE))


async def test_where_there_is_cash_for_everything_nothing_is_asked(tmp_path: Path) -> None:
    async with demo_client(tmp_path) as client:
        await client.call_tool("open_session", {"portfolios": ["ACC100002", "ACC100045"]})
        await client.call_tool("advance_phase", MINE)
        text = await prompted(client, "judge_buys", **MINE)
    assert "This is batch 1 of 1. Portfolios: 0. Buys to judge: 0." in text
    assert "No buy of this batch waits for a verdict: answer with an empty list." in text


async def test_verdicts_turned_round_as_the_prompt_says_are_accepted_as_they_are(tmp_path: Path) -> None:
    async with demo_client(tmp_path) as client:
        await client.call_tool("open_session", {"portfolios": SHORT_OF_CASH})
        await client.call_tool("advance_phase", MINE)
        text = await prompted(client, "judge_buys", **MINE)
        given = {**MINE, "recommendations": turned_round(data_of(text))}
        checked = await client.call_tool("validate_recommendations", given)
        applied = (await client.call_tool("apply_recommendations", given)).structured_content
    assert not checked.is_error
    assert applied is not None
    assert f"Buys to judge: {applied['applied']}." in text
    assert (applied["removed"], applied["decisions"]) == ({}, {"partial": applied["applied"]})


def turned_round(facts: str) -> list[dict[str, object]]:
    """Half of every buy, by instrument."""
    waiting: dict[str, list[dict[str, object]]] = {}
    account = ""
    for line in facts.splitlines():
        if heading := re.match(r"Portfolio: (\w+)", line):
            account = heading[1]
        elif re.match(r"\w+,\d+,", line):
            cut = {"account_number": account, "action": "partial", "proceed_percent": 50, "reason": "Cash is short."}
            waiting.setdefault(line.partition(",")[0], []).append(cut)
    return [{"symbol": symbol, "action": "proceed", "exceptions": cuts} for symbol, cuts in waiting.items()]


@pytest.mark.parametrize(("batches", "said"), [(1, False), (3, True)])
async def test_several_batches_are_put_together_before_they_are_handed_in(batches: int, said: bool) -> None:
    found = ANALYST_FACTS.model_copy(update={"batches": batches})
    async with client_of(ScriptedDesk({"analyst_facts": found})) as client:
        text = await prompted(client, "judge_buys", **MINE)
    assert (f"Judge all {batches} batches first" in text) is said
