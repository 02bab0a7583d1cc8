"""`advance_phase`."""

from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.serving import call, client_of, error_of
from trimtab.domain.errors import WrongPhase
from trimtab.workflow.ports.requests import AdvancePhase


async def test_arguments_reach_the_desk() -> None:
    desk = ScriptedDesk()
    await call("advance_phase", desk, session_id="s", to="Buys", reason="cash arrived", expected_version=3)
    asked = AdvancePhase(session_id="s", to="Buys", reason="cash arrived", expected_version=3)
    assert desk.asked == [("advance", asked)]


async def test_progress_is_reported() -> None:
    reported: list[str | None] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        reported.append(message)

    async with client_of(ScriptedDesk()) as client:
        await client.call_tool("advance_phase", {"session_id": "s"}, progress_callback=hear)
    assert reported == ["buys planned"]


async def test_a_wrong_phase_says_where_to_look() -> None:
    desk = ScriptedDesk({"advance": WrongPhase("The session is in Review.")})
    said = error_of(await call("advance_phase", desk, session_id="s"))
    assert said["code"] == "wrong_phase"
    assert "get_session" in str(said["next_action"])


async def test_an_unknown_phase_is_told_what_is_allowed() -> None:
    said = error_of(await call("advance_phase", session_id="s", to="Done"))
    assert said["message"] == "to: Must be 'Buys' or 'Review'."
