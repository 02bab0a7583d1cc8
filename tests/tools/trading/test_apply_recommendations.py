"""`apply_recommendations`."""

from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.serving import call, error_of
from trimtab.domain.errors import Blocked, Conflict, Problem
from trimtab.domain.trading.recommendation import Recommendation
from trimtab.workflow.ports.requests import ApplyRecommendations


async def test_arguments_reach_the_desk() -> None:
    desk = ScriptedDesk()
    given = [{"symbol": "CBA", "action": "defer"}]
    await call(
        "apply_recommendations",
        desk,
        session_id="s",
        recommendations=given,
        expected_version=3,
        idempotency_key="k" * 8,
    )
    asked = ApplyRecommendations(
        session_id="s",
        recommendations=(Recommendation(symbol="CBA", action="defer"),),
        expected_version=3,
        idempotency_key="k" * 8,
    )
    assert desk.asked == [("apply", asked)]


async def test_a_conflict_brings_the_fresh_version() -> None:
    desk = ScriptedDesk({"apply": Conflict("The session is at version 9.", version=9)})
    said = error_of(await call("apply_recommendations", desk, session_id="s", expected_version=3))
    assert (said["code"], said["retryable"], said["version"]) == ("conflict", True, 9)


async def test_a_hard_failure_is_named_by_its_rule() -> None:
    refused = Blocked("1 rule forbids this.", problems=[Problem("CBA", "May not be sold.", "do_not_sell")])
    said = error_of(await call("apply_recommendations", ScriptedDesk({"apply": refused}), session_id="s"))
    assert said["code"] == "blocked"
    assert said["problems"] == [{"field": "CBA", "message": "May not be sold.", "code": "do_not_sell"}]
