"""`describe_momentum`."""

from pathlib import Path

import pytest

from tests.tools.demo_desk import demo_client
from tests.tools.prompts.prompting import matches_prompt, prompted
from tests.tools.serving import Mode, tokens

MINE = {"session_id": "ts_1"}
MOST_TOKENS = 6_000


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_markets_of_three_portfolios_are_asked_about_as_committed(mode: Mode, tmp_path: Path) -> None:
    async with demo_client(tmp_path, mode) as client:
        await client.call_tool("open_session", {"portfolios": ["ACC100002", "ACC100028", "ACC100045"]})
        matches_prompt("describe_momentum", await prompted(client, "describe_momentum", **MINE))


async def test_the_markets_of_the_whole_book_are_short(tmp_path: Path) -> None:
    async with demo_client(tmp_path) as client:
        await client.call_tool("open_session", {})
        assert tokens(await prompted(client, "describe_momentum", **MINE)) <= MOST_TOKENS
