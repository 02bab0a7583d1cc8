"""A result as it goes out: plain JSON values, once as structured content and once, the same facts, as
TOON."""

import json
from collections.abc import Mapping
from typing import TypeAlias

from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel

from trimtab.domain.outside_text import clean_lines
from trimtab.formatters.tables import to_toon

Payload: TypeAlias = dict[str, object]

_ALWAYS = frozenset({"next_cursor"})
_AS_IT_IS = frozenset({int, float, bool, type(None)})
"""Most cells of a table."""


def dump(result: BaseModel, *, detailed: bool = False, plain_field: str | None = None) -> Payload:
    """The result's own fields, but for those that are None; of entries below it, unless `detailed`, only what
    differs from the default. `plain_field` is text that was made for reading and stays as it is; all other
    text is cleaned."""
    payload: Payload = {}
    for name, value in result:
        if name == plain_field:
            payload[name] = value
        elif value is not None or name in _ALWAYS or type(result).model_fields[name].is_required():
            payload[name] = _plain(value, detailed)
    return payload


def _entry(model: BaseModel, detailed: bool) -> Payload:
    fields = type(model).model_fields
    return {
        name: _plain(value, detailed)
        for name, value in model
        if detailed or fields[name].is_required() or value != fields[name].default
    }


def _plain(value: object, detailed: bool) -> object:
    if isinstance(value, str):
        return clean_lines(value)
    if isinstance(value, BaseModel):
        return _entry(value, detailed)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner, detailed) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [inner if type(inner) in _AS_IT_IS else _plain(inner, detailed) for inner in value]
    return value


def as_json(value: object) -> str:
    """Structured content as it is on the wire."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_text(payload: Payload, plain_field: str | None = None) -> str:
    """The same facts as TOON; text that was made for reading stands below them as it is."""
    text = to_toon({name: value for name, value in payload.items() if name != plain_field})
    return text if plain_field is None else f"{text}\n\n{payload[plain_field]}"


def as_result(payload: Payload, *, text: str | None = None, is_error: bool = False) -> CallToolResult:
    """The reply of a tool, both ways; `text` is the payload's own where it was made before."""
    return CallToolResult(
        content=[TextContent(type="text", text=as_text(payload) if text is None else text)],
        structured_content=payload,
        is_error=is_error,
    )
