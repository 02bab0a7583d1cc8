"""`generate_framework`."""

from tests.tools.frameworks.scripted_frameworks import ScriptedFrameworks, Wrong, all_refused, call, client_of
from tests.tools.responses import matches_response
from tests.tools.serving import text_of
from trimtab.workflow.ports.framework_requests import GenerateFramework

WISHES: dict[str, object] = {
    "risk_tolerance": "medium",
    "horizon_years": 7,
    "goals": ["A house"],
    "preferences": ["by region"],
    "exclusions": ["Energy"],
    "base_ccy": "EUR",
}
GIVEN: dict[str, object] = {"requirements": WISHES, "analyst": "rules"}
WRONG: tuple[Wrong, ...] = (
    ({}, "requirements", "Required"),
    ({"requirements": {}}, "requirements.risk_tolerance", "Required"),
    ({"requirements": {"risk_tolerance": "wild"}}, "requirements.risk_tolerance", "'low', 'medium' or 'high'"),
    ({"requirements": {**WISHES, "base_ccy": "dollars"}}, "requirements.base_ccy", "three capital letters"),
    ({"requirements": {**WISHES, "horizon": 3}}, "requirements", "Unknown field; allowed: risk_tolerance"),
    ({"requirements": WISHES, "analyst": "me"}, "analyst", "'configured'"),
)


async def test_what_was_made_is_answered_as_committed() -> None:
    matches_response("generate_framework", await call("generate_framework", requirements=WISHES))


async def test_every_argument_reaches_the_desk() -> None:
    desk = ScriptedFrameworks()
    result = await call("generate_framework", desk, **GIVEN)
    assert not result.is_error, text_of(result)
    assert set(GIVEN) == set(GenerateFramework.model_fields)
    assert desk.asked == [GenerateFramework.model_validate(GIVEN)]


async def test_progress_is_passed_on() -> None:
    told: list[float] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        assert (total, message) == (3, "Computing")
        told.append(progress)

    async with client_of(ScriptedFrameworks()) as client:
        await client.call_tool("generate_framework", GIVEN, progress_callback=hear)
    assert told == [1, 2, 3]


async def test_a_wrong_value_is_named_with_what_is_allowed() -> None:
    await all_refused("generate_framework", WRONG)
