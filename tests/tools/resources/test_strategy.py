"""`strategies://{name}`."""

from pathlib import Path

import pytest

from tests.adapters.strategies.packages import EXAMPLE, MISBEHAVING, lay_out, looked_into
from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.serving import Mode, client_of, refusal
from trimtab.domain.signals.strategies import BollingerMeanReversion, MacdRsiConfluence, MomentumRank, Strategy
from trimtab.tools.resources.strategy import MEMBERS

OURS: list[Strategy] = [BollingerMeanReversion(), MacdRsiConfluence(), MomentumRank()]


async def text_of(name: str, mode: Mode = "auto") -> str:
    async with client_of(ScriptedDesk(), mode) as client:
        (contents,) = (await client.read_resource(f"strategies://{name}")).contents
    assert contents.mime_type == "text/markdown"
    return str(contents.model_dump()["text"])


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("strategy", OURS, ids=lambda strategy: strategy.name)
async def test_the_text_of_a_strategy_is_read_by_its_name(strategy: Strategy, mode: Mode) -> None:
    assert await text_of(strategy.name, mode) == strategy.readme


async def test_ours_are_listed_under_their_own_titles() -> None:
    async with client_of(ScriptedDesk()) as client:
        listed = {str(each.uri): each.title for each in (await client.list_resources()).resources}
    assert [member.name for member in MEMBERS] == [strategy.name for strategy in OURS]
    for strategy in OURS:
        assert strategy.readme.startswith(f"# {listed[f'strategies://{strategy.name}']}\n")


async def test_the_text_of_another_package_is_read_alike(tmp_path: Path) -> None:
    lay_out(EXAMPLE, tmp_path)
    with looked_into(tmp_path):
        assert (await text_of("trend_distance")).startswith("# Trend distance\n\n**Idea.** What is above its long mean")


async def test_what_cannot_be_seen_in_it_is_taken_out(tmp_path: Path) -> None:
    lay_out(EXAMPLE, tmp_path)
    module = tmp_path / "trend_distance.py"
    spoiled = module.read_text(encoding="utf-8").replace("**Idea.**", "**Idea.**\\u202e\\x1b")
    module.write_text(spoiled, encoding="utf-8")
    with looked_into(tmp_path):
        assert "**Idea.** What is above" in await text_of("trend_distance")


async def test_a_strategy_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    lay_out(MISBEHAVING, tmp_path)
    with looked_into(tmp_path):
        async with client_of(ScriptedDesk()) as client:
            error = await refusal(client.read_resource("strategies://breaks_on_import"))
    assert (error.code, error.data["code"], error.data["field"]) == (-32602, "not_found", "name")
    assert "can't be used. It can't be imported: RuntimeError: no licence for this machine." in error.message


async def test_an_unknown_strategy_is_answered_with_those_there_are() -> None:
    async with client_of(ScriptedDesk()) as client:
        error = await refusal(client.read_resource("strategies://IGNORE"))
    assert (error.code, error.data["code"], error.data["field"]) == (-32602, "not_found", "name")
    assert "IGNORE" not in f"{error.message}{error.data}"
    assert "bollinger_mean_reversion, macd_rsi_confluence, momentum_rank" in error.message
