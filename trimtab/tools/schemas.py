"""JSON schemas as short as they can be said: what a model reads of every tool, in every conversation."""

from copy import deepcopy
from functools import cache
from typing import Final, cast

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from trimtab.tools.payload import Payload

_TRUNCATED: Final[Payload] = {
    "type": "array",
    "description": "Lists that were cut to fit: field, shown, total, next_action",
    "items": {"type": "object"},
}
_NULL: Final[Payload] = {"type": "null"}
_INTEGER: Final[Payload] = {"type": "integer"}
_NUMBER: Final[Payload] = {"type": "number"}
_NAMED: Final = frozenset({"properties", "$defs"})


def input_schema(arguments: type[BaseModel]) -> Payload:
    """The schema of a tool's arguments; what may be left out is just not required."""
    return cast("Payload", _short(arguments.model_json_schema(by_alias=True), nulls=False))


def output_schema(results: tuple[type[BaseModel], ...]) -> Payload:
    """The schema of a tool's structured content: an object, and where a tool answers with several kinds, one
    of these."""
    return deepcopy(_output_schema(results))


@cache
def _output_schema(results: tuple[type[BaseModel], ...]) -> Payload:
    """Made once: every server of a process has the same tools, and making it takes longer than binding them."""
    _, schema = models_json_schema([(model, "validation") for model in results])
    definitions = cast("dict[str, Payload]", cast("Payload", _short(schema, nulls=True))["$defs"])
    kinds = [definitions.pop(model.__name__) for model in results]
    for kind in kinds:
        cast("Payload", kind["properties"])["truncated"] = _TRUNCATED
    root: Payload = kinds[0] if len(kinds) == 1 else {"type": "object", "anyOf": kinds}
    return root | ({"$defs": definitions} if definitions else {})


def _short(value: object, *, nulls: bool) -> object:
    if isinstance(value, list):
        return [_short(item, nulls=nulls) for item in value]
    if not isinstance(value, dict):
        return value
    value = _joined(value, nulls=nulls)
    return {
        key: {name: _short(schema, nulls=nulls) for name, schema in item.items()}
        if key in _NAMED and isinstance(item, dict)
        else _short(item, nulls=nulls)
        for key, item in value.items()
        if not _says_nothing(key, item, nulls=nulls)
    }


def _joined(schema: Payload, *, nulls: bool) -> Payload:
    """Alternatives that say nothing go. A list of types would be shorter still, but some model providers refuse it."""
    choices = cast("list[Payload]", schema.get("anyOf", []))
    kept = [
        choice for choice in choices if (nulls or choice != _NULL) and not (choice == _INTEGER and _NUMBER in choices)
    ]
    others = {key: value for key, value in schema.items() if key != "anyOf"}
    if len(kept) == 1:
        return kept[0] | others
    return schema if not choices else {"anyOf": kept} | others


def _says_nothing(key: str, value: object, *, nulls: bool) -> bool:
    """Titles repeat names; a default of nothing is what leaving out means; an object is open where nothing closes it,
    and replies may gain fields."""
    if key == "title":
        return isinstance(value, str)
    if key == "default":
        return nulls or value in (None, [], {}, "")
    return key == "additionalProperties" and (value is True or (nulls and value is False))
