"""`list_frameworks`."""

from tests.tools.frameworks.long_frameworks import long_document
from tests.tools.frameworks.scripted_frameworks import (
    CHANGES,
    DOCUMENT,
    IN_FULL,
    ScriptedFrameworks,
    Wrong,
    all_refused,
    call,
)
from tests.tools.responses import matches_response
from tests.tools.serving import text_of, tokens
from trimtab.domain.errors import NotFound
from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.payload import as_json
from trimtab.workflow.ports.framework_requests import ListFrameworks
from trimtab.workflow.ports.framework_results import Frameworks
from trimtab.workflow.ports.results import Table

GIVEN = {"framework_id": "fw_1", "version": 1, "changes_since": 1, "due": True, "archived": True}
WRONG: tuple[Wrong, ...] = (
    ({"framework_id": "a b"}, "framework_id", "Must be an id"),
    ({"version": 0}, "version", "at least 1"),
    ({"changes_since": True}, "changes_since", "not true or false"),
    ({"due": 3}, "due", "true or false"),
)


async def test_a_framework_in_full_is_answered_as_committed() -> None:
    matches_response("list_frameworks", await call("list_frameworks", framework_id="fw_1", changes_since=1))


async def test_every_argument_reaches_the_desk() -> None:
    desk = ScriptedFrameworks()
    result = await call("list_frameworks", desk, **GIVEN)
    assert not result.is_error, text_of(result)
    assert set(GIVEN) == set(ListFrameworks.model_fields)
    assert desk.asked == [ListFrameworks.model_validate(GIVEN)]


async def test_templates_come_with_the_saved_ones() -> None:
    said = (await call("list_frameworks")).structured_content
    assert said is not None
    assert [row[0] for row in said["templates"]["rows"]] == ["conservative", "balanced", "blank"]
    assert [row[0] for row in said["frameworks"]["rows"]] == ["fw_1"]
    assert "framework" not in said


def in_full(buckets: int, *, changes: int) -> Frameworks:
    assert IN_FULL.framework is not None
    document = IN_FULL.framework.model_copy(update={"framework": long_document(buckets)})
    table = Table(columns=CHANGES.columns, rows=CHANGES.rows * changes)
    return IN_FULL.model_copy(update={"framework": document, "changes": table})


async def test_a_document_that_is_too_long_is_left_out_and_where_it_is_whole_is_said() -> None:
    desk = ScriptedFrameworks({"frameworks": in_full(1_000, changes=1)})
    result = await call("list_frameworks", desk, framework_id="fw_1")
    said = result.structured_content
    assert said is not None
    assert said["framework"]["framework"] == {}, "half of it could be saved as all of it"
    [cut] = said["truncated"]
    assert (cut["field"], cut["shown"]) == ("framework.framework", 0)
    assert "trimtab framework export" in cut["next_action"]
    assert len(said["changes"]["rows"]) == 1
    assert "trimtab framework export" in text_of(result)


async def test_a_document_that_fits_is_whole_whatever_stands_beside_it() -> None:
    desk = ScriptedFrameworks({"frameworks": in_full(100, changes=3_000)})
    result = await call("list_frameworks", desk, framework_id="fw_1")
    said = result.structured_content
    assert said is not None
    assert said["framework"]["framework"]["name"] == DOCUMENT["name"]
    assert len(said["framework"]["framework"]["buckets"]) == 100
    assert [cut["field"] for cut in said["truncated"]] == ["changes"]
    assert max(tokens(as_json(said)), tokens(text_of(result))) <= MOST_TOKENS


async def test_what_is_not_there_is_an_error_that_goes_out_as_it_is() -> None:
    desk = ScriptedFrameworks({"frameworks": NotFound("There is no such framework.", field="framework_id")})
    result = await call("list_frameworks", desk, framework_id="fw_9")
    assert result.is_error
    assert result.structured_content is not None
    assert result.structured_content["code"] == "not_found"


async def test_a_wrong_value_is_named_with_what_is_allowed() -> None:
    await all_refused("list_frameworks", WRONG)
