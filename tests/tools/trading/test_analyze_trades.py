"""`analyze_trades`."""

from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.serving import call, client_of
from trimtab.workflow.ports.requests import AnalyzeTrades


async def test_arguments_reach_the_desk() -> None:
    desk = ScriptedDesk()
    await call("analyze_trades", desk, session_id="s", refresh=True, expected_version=3, idempotency_key="k" * 8)
    asked = AnalyzeTrades(session_id="s", refresh=True, expected_version=3, idempotency_key="k" * 8)
    assert desk.asked == [("analyze", asked)]


async def test_progress_only_goes_forward() -> None:
    reported: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        reported.append((progress, total, message))

    async with client_of(ScriptedDesk()) as client:
        await client.call_tool("analyze_trades", {"session_id": "s"}, progress_callback=hear)
    assert reported == [(1, 3, "portfolios"), (2, 3, "momentum"), (3, 3, "checked")]


async def test_detailed_entries_have_every_field() -> None:
    result = await call("analyze_trades", session_id="s", response_format="detailed")
    assert result.structured_content is not None
    (verdict,) = result.structured_content["recommendations"]
    assert verdict["momentum_note"] is None
    assert verdict["flags"] == []
