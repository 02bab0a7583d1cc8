"""Answers as JSON: names in camelCase, data as they are, and text that can steer nobody."""

import json

from pydantic import JsonValue

from tests.tools.scripted_desk import SESSION, SUMMARY, VERDICT
from trimtab.server.rest.telling import answer, told
from trimtab.workflow.ports.framework_results import FrameworkFull
from trimtab.workflow.ports.results import Analysis, Overview, SessionPage, Table

HOSTILE = "A\u202eB\x00 name"
PAGE = SessionPage(
    **dict(SESSION),
    session_id="s",
    view="trades",
    items=Table(columns=("account_number", "code"), rows=(("A_1", HOSTILE), (None, 1.5), (True, 7))),
    total=3,
)


def test_names_are_in_camel_case_at_every_depth() -> None:
    said = told(SUMMARY)
    assert said["sessionId"] == "s_scripted"
    assert said["totals"]["sells"]["deferredValue"] == 765.5  # type: ignore[index]  # an object
    assert not [name for name in json.dumps(said).split('"')[1::2] if "_" in name and name != "s_scripted"]


def test_the_columns_and_rows_of_a_table_are_data() -> None:
    assert told(PAGE)["items"] == {
        "columns": ["account_number", "code"],
        "rows": [["A_1", "AB name"], [None, 1.5], [True, 7]],
    }


def test_what_is_not_known_is_left_out_but_for_the_cursor_of_the_last_page() -> None:
    said = told(PAGE)
    assert said["nextCursor"] is None
    assert "groupBy" not in said
    verdict = told(VERDICT)
    assert "momentumNote" not in verdict
    assert (verdict["flags"], verdict["dividendsCapturedValue"]) == ([], 0.0)


def test_keys_that_are_data_stay_and_the_fields_of_a_rule_do_not() -> None:
    rules = ({"code": "CBA", "account_number": "A_1", "reason": HOSTILE},)
    said = told(SUMMARY.model_copy(update={"instrument_rules": rules, "decisions": {"do_not": 1}}))
    assert said["instrumentRules"] == [{"code": "CBA", "accountNumber": "A_1", "reason": "AB name"}]
    assert said["decisions"] == {"do_not": 1}


def test_a_framework_has_fields_at_every_depth_and_its_text_is_cleaned() -> None:
    bucket: dict[str, JsonValue] = {"path": "AssetClass/us_large", "label": HOSTILE, "rules": {"include_tags": ["a_b"]}}
    said = told(FrameworkFull(framework_id="fw_1", version=1, framework={"base_ccy": "USD", "buckets": [bucket]}))
    assert said["framework"] == {
        "baseCcy": "USD",
        "buckets": [{"path": "AssetClass/us_large", "label": "AB name", "rules": {"includeTags": ["a_b"]}}],
    }


def test_text_is_cleaned_but_for_what_was_made_for_reading() -> None:
    text = "Portfolio: A\n  CBA,8.5,  6.0"
    overview = Overview(**dict(SESSION), view="portfolios", batch=1, batches=1, text=text)
    assert told(overview)["text"] == text
    analysis = Analysis(
        **dict(SESSION), analyst="rules", applied=True, analysis=f"{HOSTILE}\n  two", recommendations=()
    )
    assert told(analysis)["analysis"] == "AB name\ntwo"


def test_an_answer_is_json_that_nobody_keeps() -> None:
    response = answer(PAGE, status_code=201)
    assert (response.status_code, response.headers["cache-control"]) == (201, "no-store")
    assert response.headers["content-type"] == "application/json"
    assert json.loads(bytes(response.body)) == told(PAGE)
