"""What is read off annotations is what pydantic says, or nothing."""

from datetime import date
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, RootModel, create_model
from pydantic import field_validator as checks
from pydantic.json_schema import models_json_schema

from trimtab.tools.binding import bind
from trimtab.tools.definition import Definition
from trimtab.tools.plain_schemas import plain_schemas
from trimtab.tools.registry import TOOLS

NAMED = {tool.name: tool for tool in TOOLS}


def without_titles(schema: object) -> object:
    if isinstance(schema, list):
        return [without_titles(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: without_titles(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)}


def in_order(schema: object) -> str:
    """Text, so that the order of keys counts: clients see it."""
    return repr(schema)


def by_pydantic(model: type[BaseModel]) -> str:
    return in_order(without_titles(model.model_json_schema()))


def read_off(model: type[BaseModel]) -> str | None:
    plain = plain_schemas((model,), defaults=True)
    if plain is None:
        return None
    inside = {"$defs": dict(sorted(plain.definitions.items()))} if plain.definitions else {}
    return in_order({**inside, **plain.schemas[0]})


@pytest.mark.parametrize("tool", TOOLS, ids=NAMED)
def test_arguments_of_a_tool_are_what_pydantic_says(tool: Definition) -> None:
    arguments = bind(tool).fn_metadata.arg_model
    assert read_off(arguments) == by_pydantic(arguments)


@pytest.mark.parametrize("tool", TOOLS, ids=NAMED)
def test_results_of_a_tool_are_what_pydantic_says(tool: Definition) -> None:
    plain = plain_schemas(tool.results, defaults=False)
    assert plain is not None
    named = {model.__name__: schema for model, schema in zip(tool.results, plain.schemas, strict=True)}
    said = models_json_schema([(model, "validation") for model in tool.results])[1]["$defs"]
    assert plain.definitions | named == without_defaults(without_titles(said))


def without_defaults(definitions: Any) -> object:
    for model in definitions.values():
        for field in model.get("properties", {}).values():
            field.pop("default", None)
    return definitions


class Inner(BaseModel):
    """Is inside.

    And says so.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str | None = None


class Node(BaseModel):
    below: "tuple[Node, ...]" = ()


class Above(BaseModel):
    node: Node


SIMPLE = [
    str,
    int,
    float,
    bool,
    object,
    JsonValue,
    Inner,
    Literal["a"],
    Literal["a", "b"],
    Annotated[str, Field(min_length=1, max_length=9, description="Word")],
    Annotated[float, Field(gt=0, lt=1), BeforeValidator(float)],
    Annotated[int, Field(ge=0, le=9)],
    Annotated[list[str], Field(min_length=1, description="Words")],
]
ANNOTATIONS = st.recursive(
    st.sampled_from(SIMPLE),
    lambda inner: st.one_of(
        inner.map(lambda each: list[each]),  # type: ignore[valid-type]  # made while it runs
        inner.map(lambda each: tuple[each, ...]),  # type: ignore[valid-type]  # made while it runs
        inner.map(lambda each: dict[str, each]),  # type: ignore[valid-type]  # made while it runs
        inner.map(lambda each: each | None),
        inner.map(lambda each: None | each),
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
    ),
    max_leaves=4,
)


@given(st.lists(ANNOTATIONS, max_size=3))
def test_what_is_read_off_is_what_pydantic_says(annotations: list[Any]) -> None:
    fields: dict[str, Any] = {f"field_{number}": (each, ...) for number, each in enumerate(annotations)}
    model = create_model("Made", **fields)
    assert read_off(model) in (None, by_pydantic(model))


@pytest.mark.parametrize("default", ["", "a", 0, 0.5, True, None, [], ["a"], (1, 2)])
def test_a_default_is_said(default: object) -> None:
    model = create_model("Made", field=(object, default))
    assert read_off(model) == by_pydantic(model)


def test_a_model_inside_itself_is_said_once() -> None:
    assert read_off(Above) == by_pydantic(Above)


@pytest.mark.parametrize("extra", ["forbid", "allow", "ignore"])
def test_whether_more_fields_are_welcome_is_said(extra: Literal["forbid", "allow", "ignore"]) -> None:
    model = create_model("Made", __config__=ConfigDict(extra=extra), field=(str, ...))
    assert read_off(model) == by_pydantic(model)


class Hooked(BaseModel):
    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: object, _handler: object) -> dict[str, Any]:
        return {}


class Checked(BaseModel):
    word: str

    @checks("word", mode="plain")
    @classmethod
    def _any(cls, value: object) -> object:
        return value


class Whole(RootModel[int]):
    pass


class Configured(BaseModel):
    model_config = ConfigDict(json_schema_extra={"more": 1})


OTHER = create_model("Inner", other=(int, ...))
TWO_OF_A_NAME = create_model("TwoOfAName", one=(Inner, ...), other=(OTHER, ...))


@pytest.mark.parametrize("model", [Hooked, Checked, Whole, Configured, TWO_OF_A_NAME])
def test_a_model_that_says_more_than_its_fields_is_left_to_pydantic(model: type[BaseModel]) -> None:
    assert read_off(model) is None


@pytest.mark.parametrize(
    "annotation",
    [
        date,
        set[str],
        tuple[str],
        tuple[str, int],
        dict[int, str],
        Literal[1],
        Any,
        tuple[str, ...] | list[str],
        (str | int) | list[str] | Annotated[str | None, Field(description="Nested")],
        Annotated[str, Field(pattern="a")],
        Annotated[str, Field(alias="other")],
        Annotated[str, Field(title="Other")],
        Annotated[str, AfterValidator(str)],
        Annotated[str, BeforeValidator(str, json_schema_input_type=int)],
        Annotated[str | None, Field(min_length=1)],
    ],
)
def test_a_field_that_is_not_plain_is_left_to_pydantic(annotation: Any) -> None:
    assert read_off(create_model("Made", field=(annotation, ...))) is None


def test_a_default_that_is_no_plain_value_is_left_to_pydantic() -> None:
    assert read_off(create_model("Made", field=(object, Inner(name="a")))) is None
    assert plain_schemas((create_model("Made", field=(Inner, Inner(name="a"))),), defaults=False) is not None
