"""One reply, two forms, the same facts."""

import toons

from tests.tools.payloads import entries
from trimtab.formatters.tables import uniform
from trimtab.tools.payload import as_json, as_result, as_text, dump
from trimtab.workflow.ports.factor_results import Matrix
from trimtab.workflow.ports.results import (
    CheckedRecommendation,
    Finding,
    Overview,
    Result,
    SessionPage,
    Table,
    Validation,
)

CHECKED = CheckedRecommendation(
    symbol="CBA",
    action="proceed",
    proceed_percent=100.0,
    min_proceed_percent=20.0,
    portfolio_count=2,
    total_value=10.5,
    breaching_portfolios=(),
    substitutes=(),
    unsupported_flags=(),
)
VALIDATION = Validation(
    execution_mode="simulated",
    phase="Sells",
    version=1,
    valid=True,
    soft_warnings=(Finding(rule="tolerance_breach", symbol="CBA", message="over\u202e its\nband"),),
    results=(CHECKED,),
)
PAGE = SessionPage(
    execution_mode="simulated",
    phase="Sells",
    version=1,
    session_id="s",
    view="plan",
    total=1,
    items=Table(columns=("code", "value", "note"), rows=(("CBA", 1.5, None),)),
)


def test_entries_leave_out_what_is_as_by_default() -> None:
    (warning,) = entries(dump(VALIDATION), "soft_warnings")
    assert warning.keys() == {"rule", "symbol", "message"}


def test_fields_that_clients_bind_to_are_there_though_empty() -> None:
    (checked,) = entries(dump(VALIDATION), "results")
    assert [checked[name] for name in ("breaching_portfolios", "substitutes", "unsupported_flags")] == [[], [], []]


def test_detailed_entries_have_every_field() -> None:
    (checked,) = entries(dump(VALIDATION, detailed=True), "results")
    assert checked == CHECKED.model_dump(mode="json")


def test_lists_of_the_reply_itself_are_there_though_empty() -> None:
    payload = dump(VALIDATION)
    assert payload["hard_failures"] == []
    assert payload["advisories"] == []


def test_the_last_page_says_that_it_is_the_last() -> None:
    assert dump(PAGE)["next_cursor"] is None
    assert "plan_digest" not in dump(PAGE)


def test_text_from_outside_is_cleaned() -> None:
    (warning,) = entries(dump(VALIDATION), "soft_warnings")
    assert warning["message"] == "over its\nband"


def test_both_forms_say_the_same() -> None:
    for payload in (dump(VALIDATION), dump(PAGE)):
        assert toons.loads(as_text(payload)) == uniform(payload)


def test_text_for_reading_stands_below_the_facts_as_it_is() -> None:
    overview = Overview(
        execution_mode="simulated",
        phase="Sells",
        version=1,
        view="portfolios",
        batch=1,
        batches=2,
        text="Portfolio: A\n  CBA,8.5",
    )
    payload = dump(overview, plain_field="text")
    assert payload["text"] == overview.text
    assert as_text(payload, "text").endswith("batches: 2\n\nPortfolio: A\n  CBA,8.5")


def test_json_is_compact_and_keeps_letters() -> None:
    assert as_json({"name": "Zoë", "rows": [1, 2]}) == '{"name":"Zoë","rows":[1,2]}'


def test_a_result_carries_both_forms() -> None:
    result = as_result({"a": 1}, is_error=True)
    assert result.is_error
    assert result.structured_content == {"a": 1}
    assert result.content[0].model_dump(include={"type", "text"}) == {"type": "text", "text": "a: 1"}


def test_text_for_reading_of_an_entry_stands_under_its_place_as_it_is() -> None:
    matrix = Matrix(
        labels=("A", "B"), n_months=60, indistinct_below=0.25, text="      A     B\nA  1.00  0.50\nB  0.50  1.00"
    )
    answer = GroupOfMatrices(name="small\u202e", matrices={"bond": matrix})
    payload = dump(answer, plain_field="text")
    assert payload["matrices"] == {
        "bond": {"labels": ["A", "B"], "n_months": 60, "indistinct_below": 0.25, "text": matrix.text}
    }
    facts, _, read = as_text(payload, "text").partition("\n\n")
    assert toons.loads(facts) == {
        "name": "small",
        "matrices": {"bond": {"labels": ["A", "B"], "n_months": 60, "indistinct_below": 0.25}},
    }
    assert read == f"matrices.bond:\n{matrix.text}"
    assert "text: " in as_text(dump(answer))


def test_a_reply_without_its_text_for_reading_is_its_facts() -> None:
    answer = GroupOfMatrices(name="small", matrices={})
    assert as_text(dump(answer, plain_field="text"), "text") == as_text(dump(answer))


class GroupOfMatrices(Result):
    """An answer with matrices, and text only sometimes."""

    name: str
    matrices: dict[str, Matrix]
    text: str | None = None
