"""Requests and answers in camelCase are twins of the workflow's own: no field and no rule is missing."""

from collections.abc import Iterator

import pytest
from pydantic import BaseModel, TypeAdapter

from trimtab.domain.errors import InvalidInput
from trimtab.server.rest.camel import asked_twin, camel_words, told_twin
from trimtab.workflow.ports import framework_requests, framework_results, requests, results
from trimtab.workflow.ports.requests import (
    AnalyzeTrades,
    ApplyRecommendations,
    Request,
    UpdateSession,
    ValidateRecommendations,
)
from trimtab.workflow.ports.results import Result, SessionSummaryResult

REQUESTS = [each for each in vars(requests).values() if isinstance(each, type) and issubclass(each, Request)]
RESULTS = [each for each in vars(results).values() if isinstance(each, type) and issubclass(each, Result)]
VALIDATE = asked_twin(ValidateRecommendations, without=("session_id",))
UNKNOWN_INSIDE = "gradual_exits[0].(unknown name)"
UPDATE = asked_twin(UpdateSession, without=("session_id",))


def snake(schema: object) -> object:
    """A schema with its names as the workflow has them, without titles and descriptions."""
    if isinstance(schema, list):
        return [snake(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {snake_name(name): snake(inner) for name, inner in value.items()}
        if key == "properties"
        else [snake_name(name) for name in value]
        if key == "required"
        else snake(value)
        for key, value in schema.items()
        if key not in {"title", "description"}
    }


def snake_name(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def refused(twin: type[BaseModel], given: object) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        TypeAdapter(twin).validate_python(given)
    return caught.value


@pytest.mark.parametrize("model", REQUESTS)
def test_a_request_and_its_twin_have_the_same_schema_but_for_the_spelling(model: type[BaseModel]) -> None:
    assert snake(asked_twin(model).model_json_schema()) == snake(model.model_json_schema())


@pytest.mark.parametrize("model", RESULTS)
def test_an_answer_and_its_twin_have_the_same_fields_and_the_twin_may_grow(model: type[BaseModel]) -> None:
    twin = told_twin(model).model_json_schema()
    assert set(map(snake_name, twin["properties"])) == set(model.model_json_schema()["properties"])
    assert "additionalProperties" not in twin


def test_a_twin_that_is_asked_for_again_is_the_same_one() -> None:
    assert told_twin(SessionSummaryResult) is told_twin(SessionSummaryResult)


def test_both_spellings_are_understood_at_every_depth() -> None:
    camel = {"symbol": "A", "action": "partial", "proceedPercent": 50}
    camel |= {"exceptions": [{"accountNumber": "X", "action": "defer"}]}
    plain = {"symbol": "A", "action": "partial", "proceed_percent": 50}
    plain |= {"exceptions": [{"account_number": "X", "action": "defer"}]}
    found = VALIDATE.model_validate({"recommendations": [camel, plain]}).model_dump(exclude_unset=True)
    assert found == {"recommendations": (plain | {"exceptions": (plain["exceptions"][0],)},) * 2}  # type: ignore[index]  # a list of one


def test_problems_name_the_place_and_what_is_allowed_as_the_caller_spells_it() -> None:
    wrong = {"symbol": "A", "action": "partial", "proceed_percent": True, "acount": 1}
    error = refused(VALIDATE, {"recommendations": [wrong, {"action": "defer", "exceptions": [{"accountNumbr": 1}]}]})
    assert [(problem.field, problem.code) for problem in error.problems] == [
        ("recommendations[0].proceed_percent", "invalid"),
        ("recommendations[0].(unknown name)", "unknown_field"),
        ("recommendations[1].symbol", "missing"),
        ("recommendations[1].exceptions[0].accountNumber", "missing"),
        ("recommendations[1].exceptions[0].action", "missing"),
        ("recommendations[1].exceptions[0].accountNumbr", "unknown_field"),
    ]
    assert error.problems[-1].message == (
        "Unknown field; allowed: accountNumber, action, proceedPercent, amount, reason, flags."
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (
            {"gradual_exits": [{"code": "A", "maxSellPercent": 101, "reason": "because"}]},
            "gradual_exits[0].maxSellPercent",
        ),
        ({"gradual_exits": [{"code": "A", "maxSellPercent": 10, "reason": "because", "x": 1}]}, UNKNOWN_INSIDE),
        ({"instrumentRules": [{"code": "A", "rule": "hold", "reason": "  x  "}]}, "instrumentRules[0].reason"),
        (
            {"instrumentRules": [{"code": "A", "rule": "hold", "reason": "because", "until": 20261120}]},
            "instrumentRules[0].until",
        ),
        ({"idempotencyKey": "abcdefgh\u200b"}, "idempotencyKey"),
        ({"expectedVersion": True}, "expectedVersion"),
        ({"expectedVersion": 1, "expected_version": 1}, "expected_version"),
        ({"sessionId": "s"}, "(unknown name)"),
        ({"overrides": [{"code": "A", "action": "partial", "reason": "because", "amount": float("inf")}]}, None),
    ],
)
def test_the_rules_of_the_workflow_hold(given: object, field: str | None) -> None:
    assert refused(UPDATE, given).field == (field or "overrides[0].amount")


@pytest.mark.parametrize("given", [[], "x", b"{}", 1, True, None])
def test_what_is_no_object_is_told_so(given: object) -> None:
    error = refused(VALIDATE, given)
    assert (error.message, error.field) == ("The body must be a JSON object.", "body")


def test_what_a_model_says_of_itself_is_spelled_the_same_way() -> None:
    said = asked_twin(AnalyzeTrades).__doc__ or ""
    assert said.startswith("Runs the configured analyst for the phase; `refresh`")
    assert "`minProceedPercent` is the smallest" in (told_twin(results.RecommendationResult).__doc__ or "")
    assert told_twin(SessionSummaryResult).__doc__ is None


def test_models_of_one_name_have_twins_of_two() -> None:
    twins = [told_twin(model) for model in (results.Validation, framework_results.Validation)]
    assert [twin.__name__ for twin in twins] == ["Validation", "FrameworkValidation"]


def test_a_default_with_fields_is_spelled_as_they_are() -> None:
    schema = asked_twin(framework_requests.MapProducts).model_json_schema()
    assert {"includeTags", "minAdvValue"} <= schema["properties"]["filters"]["default"].keys()
    assert asked_twin(framework_requests.MapProducts).model_validate({}).model_dump(exclude_unset=True) == {}


def test_fields_that_come_another_way_are_not_asked_for() -> None:
    twin = asked_twin(ApplyRecommendations, without=("session_id", "idempotency_key"))
    assert set(twin.model_fields) == {"expected_version", "recommendations"}


@pytest.mark.parametrize(
    ("words", "spelled"),
    [
        ("recommendations[3].proceed_percent", "recommendations[3].proceedPercent"),
        ("session_id", "sessionId"),
        ("TRIMTAB_BOOK", "TRIMTAB_BOOK"),
        ("_x", "_x"),
        ("why", "why"),
    ],
)
def test_only_our_names_are_respelled(words: str, spelled: str) -> None:
    assert camel_words(words) == spelled


def names() -> Iterator[str]:
    for model in (*REQUESTS, *RESULTS):
        yield from model.model_fields


def test_every_name_can_be_spelled_both_ways() -> None:
    assert {name for name in names() if snake_name(camel_words(name)) != name} == set()
