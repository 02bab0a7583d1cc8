"""`synthesize`."""

from pathlib import Path

import pytest

from tests.tools.demo_desk import demo_client
from tests.tools.prompts.prompting import matches_prompt, prompted
from tests.tools.serving import Mode, tokens

MINE = {"session_id": "ts_1"}
MOST_TOKENS = 7_000


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_analysis_of_three_portfolios_is_summed_up_as_committed(mode: Mode, tmp_path: Path) -> None:
    async with demo_client(tmp_path, mode) as client:
        await client.call_tool("open_session", {"portfolios": ["ACC100002", "ACC100028", "ACC100045"]})
        await client.call_tool("analyze_trades", MINE)
        matches_prompt("synthesize", await prompted(client, "synthesize", **MINE))


async def test_an_analysis_of_the_whole_book_is_short(tmp_path: Path) -> None:
    async with demo_client(tmp_path) as client:
        await client.call_tool("open_session", {})
        await client.call_tool("analyze_trades", MINE)
        text = await prompted(client, "synthesize", **MINE)
    assert tokens(text) <= MOST_TOKENS
    assert "Portfolios: 60. The verdicts:" in text
