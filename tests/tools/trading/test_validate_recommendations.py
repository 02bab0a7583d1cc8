"""`validate_recommendations`."""

import json

import pytest

from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.serving import call, error_of
from trimtab.domain.trading.recommendation import Recommendation
from trimtab.workflow.ports.requests import ValidateRecommendations

GIVEN = {"symbol": "CBA", "action": "partial", "proceed_percent": 40.0, "flags": ["div"]}
ASKED = ValidateRecommendations(
    session_id="s",
    recommendations=(Recommendation(symbol="CBA", action="partial", proceed_percent=40.0, flags=("div",)),),
)


@pytest.mark.parametrize("given", [[GIVEN], json.dumps([GIVEN]), [json.dumps(GIVEN)]])
async def test_a_list_and_its_entries_may_come_as_json_text(given: object) -> None:
    desk = ScriptedDesk()
    await call("validate_recommendations", desk, session_id="s", recommendations=given)
    assert desk.asked == [("validate", ASKED)]


@pytest.mark.parametrize("given", [["not JSON {"], ["[" * 5000], ["[]"], [5]])
async def test_an_entry_that_is_no_object_is_refused(given: object) -> None:
    said = error_of(await call("validate_recommendations", session_id="s", recommendations=given))
    assert (said["field"], said["message"]) == (
        "recommendations[0]",
        "recommendations[0]: Must be an object.",
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "At least 1 entry is needed."),
        ([GIVEN] * 10_000, "At most 2000 entries are allowed, not 10000."),
    ],
)
async def test_too_few_and_too_many_are_refused(given: object, said: str) -> None:
    desk = ScriptedDesk()
    result = await call("validate_recommendations", desk, session_id="s", recommendations=given)
    assert error_of(result)["message"] == f"recommendations: {said}"
    assert desk.asked == []


async def test_a_wrong_entry_is_named_by_its_path() -> None:
    wrong = {"symbol": "BHP", "action": "partial", "proceed_percent": 140}
    result = await call("validate_recommendations", session_id="s", recommendations=[GIVEN, GIVEN, GIVEN, wrong])
    assert error_of(result)["field"] == "recommendations[3].proceed_percent"


async def test_thousands_of_wrong_entries_are_counted_and_not_listed() -> None:
    wrong = [{"symbol": "BHP", "action": "x" * 1000}] * 2000
    said = error_of(await call("validate_recommendations", session_id="s", recommendations=wrong))
    assert said["problem_count"] == 2000
    assert isinstance(said["problems"], list)
    assert len(said["problems"]) == 20
    assert "xxx" not in json.dumps(said)
