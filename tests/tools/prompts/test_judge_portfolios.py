"""`judge_portfolios`."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.formatters.fields import split
from tests.tools.demo_desk import demo_client
from tests.tools.prompts.prompting import data_of, matches_prompt, prompted
from tests.tools.scripted_desk import ANALYST_FACTS, ScriptedDesk
from tests.tools.serving import Mode, client_of, refusal, tokens

THREE = ["ACC100002", "ACC100028", "ACC100045"]
MINE = {"session_id": "ts_1"}
MOST_TOKENS = 10_000


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_three_portfolios_are_asked_about_as_committed(mode: Mode, tmp_path: Path) -> None:
    async with demo_client(tmp_path, mode) as client:
        await client.call_tool("open_session", {"portfolios": THREE})
        matches_prompt("judge_portfolios", await prompted(client, "judge_portfolios", **MINE))


async def test_every_batch_of_the_whole_book_is_short_and_says_how_to_hand_all_of_them_in(tmp_path: Path) -> None:
    async with demo_client(tmp_path) as client:
        await client.call_tool("open_session", {})
        texts = [await prompted(client, "judge_portfolios", **MINE, batch=str(number)) for number in (1, 2, 3)]
        error = await refusal(client.get_prompt("judge_portfolios", {**MINE, "batch": "4"}))
    for number, text in enumerate(texts, start=1):
        assert tokens(text) <= MOST_TOKENS
        assert f"This is batch {number} of 3. Portfolios: 20." in text
        assert "judge all 3 batches first" in text
    assert len({text.partition("This is batch")[0] for text in texts}) == 1
    assert (error.data["code"], error.data["field"]) == ("invalid_argument", "batch")
    assert "There are 3 batches." in error.message


async def test_a_session_of_one_batch_has_nothing_to_put_together() -> None:
    one = ANALYST_FACTS.model_copy(update={"batches": 1})
    async with client_of(ScriptedDesk({"analyst_facts": one})) as client:
        assert "batches first" not in await prompted(client, "judge_portfolios", **MINE)


async def test_an_answer_by_the_rules_of_the_prompt_is_accepted_as_it_is(tmp_path: Path) -> None:
    async with demo_client(tmp_path) as client:
        await client.call_tool("open_session", {"portfolios": THREE})
        text = await prompted(client, "judge_portfolios", **MINE)
        given = {**MINE, "recommendations": list(answer(data_of(text)))}
        checked = (await client.call_tool("validate_recommendations", given)).structured_content
        assert checked is not None
        assert (checked["valid"], checked["hard_failures"], checked["soft_warnings"]) == (True, [], [])
        assert [result["unsupported_flags"] for result in checked["results"]] == [[]] * len(checked["results"])
        applied = (await client.call_tool("apply_recommendations", given)).structured_content
    assert applied is not None
    assert f"Sells to judge: {applied['applied']}." in text
    assert applied["removed"] == {}
    assert applied["decisions"]["partial"] > 0


def answer(facts: str) -> Iterator[dict[str, object]]:
    """What the prompt asks for, found in its facts by its own rules."""
    verdicts: dict[str, list[dict[str, object]]] = {}
    for account, symbol, verdict in judged(facts):
        verdicts.setdefault(symbol, []).extend([{"account_number": account, **verdict}] if verdict else [])
    for symbol, waiting in verdicts.items():
        yield {
            "symbol": symbol,
            "action": "proceed",
            "proceed_percent": None,
            "reason": "No flag speaks for waiting.",
            "flags": [],
            "exceptions": waiting,
        }


def judged(facts: str) -> Iterator[tuple[str, str, dict[str, object] | None]]:
    account, tolerance = "", 0.0
    for line in facts.splitlines():
        if heading := re.match(r"--- Portfolio: (\w+)", line):
            account = heading[1]
        elif model := re.match(r"Model: .* \| tol ([\d.]+)", line):
            tolerance = float(model[1])
        elif re.match(r"\w+,[-\d.]+,", line):
            symbol, _, _, difference, trade, *flags = split(line)
            own = [float(flag.removeprefix("tol:")) for flag in flags if flag.startswith("tol:")]
            if int(trade) < 0:
                yield account, symbol, verdict(abs(float(difference)), (*own, tolerance)[0], flags)


def verdict(difference: float, tolerance: float, flags: list[str]) -> dict[str, object] | None:
    """None where the sell proceeds."""
    reasons = [flag for flag in flags if flag.partition(":")[0] in ("div", "dip", "cgt")]
    percent = 0 if difference <= tolerance else -int(-100 * (difference - tolerance) / difference // 5) * 5
    if not reasons or percent > 95:
        return None
    action = {"action": "partial", "proceed_percent": percent} if percent else {"action": "defer"}
    return {**action, "reason": "It waits for what the flag names.", "flags": reasons}
