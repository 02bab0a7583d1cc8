"""Whatever a validator finds is said in our words."""

import math
import re
from collections.abc import Iterator
from typing import get_args

import pytest
from pydantic import BaseModel, ValidationError
from pydantic_core import core_schema

from trimtab.domain.factors.reference_checks import TICKER_PATTERN
from trimtab.domain.given import BOOLEAN
from trimtab.domain.signals.methods import NAME_PATTERN
from trimtab.tools.binding import bind
from trimtab.tools.mistakes import ANY_OTHER, WORDS, in_our_words
from trimtab.tools.registry import TOOLS
from trimtab.workflow.ports import factor_requests, framework_requests, requests, signal_requests

LIBRARY_KINDS = get_args(core_schema.ErrorType)
CONTEXT = {
    "max_length": 5, "actual_length": 9, "min_length": 1, "expected": "'a' or 'b'", "gt": 0.5, "ge": 1, "lt": 2.0,
    "le": 1e15, "error": "SECRET", "pattern": "SECRET", "tag": "SECRET",
}  # fmt: skip
WRONG: tuple[object, ...] = (
    None, True, -1, 0.5, 10**400, 1e308, math.nan, math.inf, "SECRET", "9" * 5000, "\ud800", "a\u200bb" * 5,
    "x" * 10_000, "2026-02-30", b"\xff", [], ["SECRET"], [[1]], [True], [{}], [{"SECRET": 1}], {}, {"SECRET": 1},
    [{}] * 10_000, object(),
)  # fmt: skip
MODELS = tuple(
    model
    for module in (requests, factor_requests, framework_requests, signal_requests)
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, requests.Request)
)


def kinds(model: type[BaseModel], value: object) -> Iterator[str]:
    try:
        model.model_validate(value)
    except ValidationError as error:
        yield from (found["type"] for found in error.errors(include_url=False, include_input=False))


def raised(model: type[BaseModel]) -> Iterator[str]:
    """Every kind of error that these wrong values lead to, two levels deep."""
    for value in WRONG:
        yield from kinds(model, value)
        for name, field in model.model_fields.items():
            yield from kinds(model, {name: value})
            for inner in (
                "code",
                "symbol",
                "action",
                "reason",
                "until",
                "exceptions",
                "max_sell_percent",
                "amount",
                "flags",
            ):
                yield from kinds(model, {name: [{inner: value}]})
            assert field is not None


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_kind_of_error_that_a_request_raises_has_words_of_its_own(model: type[BaseModel]) -> None:
    assert {*raised(model)} - {"extra_forbidden"} <= WORDS.keys()


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_kind_of_error_that_a_tools_arguments_raise_has_words_of_its_own(tool: object) -> None:
    arguments = bind(tool).fn_metadata.arg_model  # type: ignore[arg-type]  # a Definition of the list
    assert {*raised(arguments)} - {"extra_forbidden"} <= WORDS.keys()


@pytest.mark.parametrize("kind", [*LIBRARY_KINDS, BOOLEAN, "made_up_tomorrow"])
def test_no_kind_of_error_says_what_was_given_or_speaks_the_librarys_words(kind: str) -> None:
    said = in_our_words(kind, CONTEXT)
    assert said.endswith(".")
    assert "SECRET" not in said
    assert "{" not in said
    assert "Input should" not in said


def test_bounds_and_choices_are_named() -> None:
    assert in_our_words("greater_than_equal", {"ge": 1}) == "Must be at least 1."
    assert in_our_words("less_than_equal", {"le": 100.0}) == "Must be at most 100."
    assert in_our_words("greater_than", {"gt": 0.5}) == "Must be above 0.5."
    assert in_our_words("string_too_short", {"min_length": 8}) == "Must have at least 8 characters."
    assert in_our_words("string_too_long", {"max_length": 40}) == "Must have at most 40 characters."
    assert in_our_words("literal_error", {"expected": "'Buys' or 'Review'"}) == "Must be 'Buys' or 'Review'."


def test_a_tickers_form_is_not_that_of_an_id() -> None:
    ticker, other = ({"pattern": pattern} for pattern in (TICKER_PATTERN, "^[a-z]+$"))
    assert in_our_words("string_pattern_mismatch", ticker).startswith("Must be a ticker:")
    assert in_our_words("string_pattern_mismatch", other).startswith("Must be an id")


def test_a_strategys_name_is_not_an_id() -> None:
    said = in_our_words("string_pattern_mismatch", {"pattern": NAME_PATTERN})
    assert said.startswith("Must be a strategy's name, or a parameter's: small letters, digits and underscores")


def test_a_currency_is_not_an_id() -> None:
    said = in_our_words("string_pattern_mismatch", {"pattern": framework_requests.CURRENCY_PATTERN})
    assert said == "Must be a currency's three capital letters, such as USD."


def test_a_groups_name_that_no_address_could_hold_is_said_to_be_that() -> None:
    with pytest.raises(ValidationError) as refused:
        factor_requests.ManageFactorGroup(action="read", name="a/b")
    (found,) = refused.value.errors(include_url=False, include_input=False)
    assert in_our_words(found["type"], found["ctx"]).startswith("Must have no / and no \\,")


def test_an_unknown_kind_or_one_without_its_bound_is_said_neutrally() -> None:
    assert in_our_words("made_up_tomorrow", {"error": "SECRET"}) == ANY_OTHER
    assert in_our_words("too_long", {"max_length": 5}) == ANY_OTHER


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_no_number_of_a_tool_may_be_true(tool: object) -> None:
    arguments = bind(tool).fn_metadata.arg_model  # type: ignore[arg-type]  # a Definition of the list
    numbers = [name for name, field in arguments.model_fields.items() if re.search(r"\bint\b", str(field.annotation))]
    for name in numbers:
        assert BOOLEAN in {*kinds(arguments, {name: True}), *kinds(arguments, {name: [True]})}, name


@pytest.mark.parametrize(
    ("model", "fields", "place"),
    [
        (requests.GetSession, {"limit": True}, ("limit",)),
        (requests.GetOverview, {"batch": True}, ("batch",)),
        (requests.AnalyzeTrades, {"expected_version": True}, ("expected_version",)),
        (
            requests.UpdateSession,
            {"gradual_exits": [{"max_sell_percent": True}]},
            ("gradual_exits", 0, "max_sell_percent"),
        ),
        (requests.UpdateSession, {"gradual_exits": [{"target_units": False}]}, ("gradual_exits", 0, "target_units")),
        (requests.UpdateSession, {"overrides": [{"amount": True}]}, ("overrides", 0, "amount")),
        (requests.UpdateSession, {"overrides": [{"proceed_percent": True}]}, ("overrides", 0, "proceed_percent")),
        (
            requests.ApplyRecommendations,
            {"recommendations": [{"proceed_percent": True}]},
            ("recommendations", 0, "proceed_percent"),
        ),
        (
            requests.ApplyRecommendations,
            {"recommendations": [{"exceptions": [{"amount": True}]}]},
            ("recommendations", 0, "exceptions", 0, "amount"),
        ),
    ],
)
def test_no_number_of_a_request_may_be_true(model: type[BaseModel], fields: object, place: tuple[object, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(fields)
    assert (place, BOOLEAN) in [(error["loc"], error["type"]) for error in caught.value.errors()]


def test_an_object_with_too_many_entries_is_not_counted() -> None:
    assert in_our_words("too_long", {"max_length": 500, "actual_length": None}) == "At most 500 entries are allowed."
