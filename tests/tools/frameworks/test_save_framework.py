"""`save_framework`."""

import json

import pytest

from tests.tools.frameworks.long_frameworks import long_document
from tests.tools.frameworks.scripted_frameworks import (
    DOCUMENT,
    STORED,
    ScriptedFrameworks,
    Wrong,
    all_refused,
    call,
    client_of,
)
from tests.tools.responses import matches_response
from tests.tools.serving import error_of, text_of
from trimtab.domain.errors import Conflict
from trimtab.workflow.ports.framework_requests import SaveFramework

GIVEN: dict[str, object] = {
    "action": "update",
    "framework_id": "fw_1",
    "version": 1,
    "framework": DOCUMENT,
    "name": "Two halves",
    "document": "path,label,target_weight\n",
    "format": "csv",
    "expected_version": 1,
    "note": "More equity.",
    "idempotency_key": "save_framework-1",
}
WRONG: tuple[Wrong, ...] = (
    ({}, "action", "Required"),
    ({"action": "delete"}, "action", "'archive' or 'restore'"),
    ({"action": "create", "framework": [1]}, "framework", "object"),
    ({"action": "create", "name": " x"}, "name", "can't be seen"),
    ({"action": "create", "idempotency_key": "short"}, "idempotency_key", "at least 8"),
    ({"action": "import", "format": "xml"}, "format", "'json' or 'csv'"),
    ({"action": "update", "expected_version": True}, "expected_version", "not true or false"),
)


async def test_what_was_saved_is_answered_as_committed() -> None:
    async with client_of(ScriptedFrameworks()) as client:
        matches_response("save_framework", await client.call_tool("save_framework", GIVEN))


async def test_every_argument_reaches_the_desk() -> None:
    desk = ScriptedFrameworks()
    result = await call("save_framework", desk, **GIVEN)
    assert not result.is_error, text_of(result)
    assert set(GIVEN) == set(SaveFramework.model_fields)
    assert desk.asked == [SaveFramework.model_validate(GIVEN)]


async def test_a_json_document_is_imported_as_the_text_that_it_is() -> None:
    text, desk = json.dumps(DOCUMENT), ScriptedFrameworks()
    result = await call("save_framework", desk, action="import", document=text)
    assert not result.is_error, text_of(result)
    assert desk.asked == [SaveFramework(action="import", document=text)]


async def test_what_is_only_a_default_is_not_given_so_that_no_action_refuses_it() -> None:
    desk = ScriptedFrameworks()
    await call("save_framework", desk, action="archive", framework_id="fw_1")
    [asked] = desk.asked
    assert isinstance(asked, SaveFramework)
    assert asked.model_fields_set == {"action", "framework_id"}


async def test_a_framework_may_come_as_json_text() -> None:
    desk = ScriptedFrameworks()
    result = await call("save_framework", desk, action="create", framework=json.dumps(DOCUMENT))
    assert not result.is_error, text_of(result)
    assert desk.asked == [SaveFramework.model_validate({"action": "create", "framework": DOCUMENT})]


@pytest.mark.parametrize(("buckets", "whole"), [(20, True), (1_000, False)])
async def test_an_export_is_whole_or_left_out_and_never_half(buckets: int, whole: bool) -> None:
    text = json.dumps(long_document(buckets))
    desk = ScriptedFrameworks({"save": STORED.model_copy(update={"action": "export", "document": text})})
    said = (await call("save_framework", desk, action="export", framework_id="fw_1")).structured_content
    assert said is not None
    assert said["document"] == (text if whole else "")
    cuts = [(cut["field"], cut["shown"], cut["total"]) for cut in said.get("truncated", [])]
    assert cuts == ([] if whole else [("document", 0, len(text))])


async def test_a_conflict_says_the_newest_version() -> None:
    desk = ScriptedFrameworks({"save": Conflict("The framework has changed.", version=5)})
    said = error_of(await call("save_framework", desk, **GIVEN))
    assert (said["code"], said["retryable"]) == ("conflict", True)


async def test_a_server_that_only_reads_does_not_offer_it() -> None:
    async with client_of(ScriptedFrameworks(), read_only=True) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
    assert "save_framework" not in names
    assert "build_portfolio" in names


async def test_a_wrong_value_is_named_with_what_is_allowed() -> None:
    await all_refused("save_framework", WRONG)
