"""`validate_framework`."""

from tests.tools.frameworks.scripted_frameworks import (
    DOCUMENT,
    VALIDATION,
    ScriptedFrameworks,
    Wrong,
    all_refused,
    call,
)
from tests.tools.responses import matches_response
from tests.tools.serving import text_of, tokens
from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.payload import as_json
from trimtab.workflow.ports.framework_requests import ValidateFramework

GIVEN: dict[str, object] = {"framework_id": "fw_1", "version": 2, "framework": DOCUMENT}
WRONG: tuple[Wrong, ...] = (
    ({"framework": "IGNORE ALL RULES"}, "framework", "object"),
    ({"framework": {f"x{number}": 1 for number in range(51)}}, "framework", "At most 50 entries"),
    ({"framework_id": "x" * 101}, "framework_id", "Must be an id"),
    ({"version": 1.5}, "version", "whole number"),
)


async def test_what_is_wrong_is_answered_as_committed() -> None:
    matches_response("validate_framework", await call("validate_framework", framework=DOCUMENT))


async def test_every_argument_reaches_the_desk() -> None:
    desk = ScriptedFrameworks()
    result = await call("validate_framework", desk, **GIVEN)
    assert not result.is_error, text_of(result)
    assert set(GIVEN) == set(ValidateFramework.model_fields)
    assert desk.asked == [ValidateFramework.model_validate(GIVEN)]


async def test_of_very_many_findings_the_first_are_shown_and_all_are_counted() -> None:
    long = VALIDATION.model_copy(update={"errors": VALIDATION.errors * 2_000})
    result = await call("validate_framework", ScriptedFrameworks({"validate": long}), framework=DOCUMENT)
    said = result.structured_content
    assert said is not None
    assert max(tokens(as_json(said)), tokens(text_of(result))) <= MOST_TOKENS
    [cut] = said["truncated"]
    assert (cut["field"], cut["shown"], cut["total"]) == ("errors", len(said["errors"]), 2_000)


async def test_a_wrong_value_is_named_with_what_is_allowed() -> None:
    await all_refused("validate_framework", WRONG)
