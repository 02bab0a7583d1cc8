"""`get_trading_overview`."""

from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.serving import call, text_of
from trimtab.workflow.ports.requests import GetOverview


async def test_the_text_stands_as_an_analyst_reads_it() -> None:
    result = await call("get_trading_overview", session_id="s")
    assert result.structured_content is not None
    assert text_of(result).endswith("\n\n" + result.structured_content["text"])


async def test_arguments_reach_the_desk() -> None:
    desk = ScriptedDesk()
    await call("get_trading_overview", desk, session_id="s", view="buys", compact=True, batch=2)
    asked = GetOverview(session_id="s", view="buys", compact=True, batch=2)
    assert desk.asked == [("get_overview", asked)]
