"""Schemas say what they must and no more."""

from typing import Literal

from pydantic import BaseModel, Field

from trimtab.tools.schemas import input_schema, output_schema


class Inner(BaseModel):
    title: str
    value: float | None = None


class Outer(BaseModel):
    """An answer."""

    inner: Inner
    more: Inner | None = None
    cell: str | int | None = None
    names: tuple[str, ...] = ()


class Other(BaseModel):
    done: bool


class Arguments(BaseModel):
    session_id: str = Field(description="Handle")
    title: str | None = None
    amount: float | int | None = Field(default=None, description="Money")
    limit: int = 50
    view: Literal["a", "b"] = "a"


def test_arguments_are_said_without_titles_and_nulls() -> None:
    assert input_schema(Arguments) == {
        "type": "object",
        "properties": {
            "session_id": {"type": "string", "description": "Handle"},
            "title": {"type": "string"},
            "amount": {"type": "number", "description": "Money"},
            "limit": {"type": "integer", "default": 50},
            "view": {"type": "string", "enum": ["a", "b"], "default": "a"},
        },
        "required": ["session_id"],
    }


def test_an_answer_may_hold_nulls_and_may_have_been_cut() -> None:
    schema = output_schema((Outer,))
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert schema["type"] == "object"
    assert schema["description"] == "An answer."
    assert schema["required"] == ["inner"]
    assert properties["cell"] == {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}
    assert properties["more"] == {"anyOf": [{"$ref": "#/$defs/Inner"}, {"type": "null"}]}
    assert properties["names"] == {"type": "array", "items": {"type": "string"}}
    assert properties["truncated"]["type"] == "array"
    assert schema["$defs"] == {
        "Inner": {
            "type": "object",
            "properties": {"title": {"type": "string"}, "value": {"anyOf": [{"type": "number"}, {"type": "null"}]}},
            "required": ["title"],
        }
    }


def test_several_kinds_of_answers_are_alternatives_of_one_object() -> None:
    schema = output_schema((Outer, Other))
    kinds = schema["anyOf"]
    assert isinstance(kinds, list)
    assert schema["type"] == "object"
    assert [kind["required"] for kind in kinds] == [["inner"], ["done"]]


def test_an_answer_without_parts_has_no_definitions() -> None:
    assert "$defs" not in output_schema((Other,))
