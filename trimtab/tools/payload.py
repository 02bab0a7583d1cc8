"""A result as it goes out: plain JSON values, once as structured content and once, the same facts, as
TOON."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel

from trimtab.domain.outside_text import clean_lines
from trimtab.formatters.tables import to_toon

Payload: TypeAlias = dict[str, object]

_ALWAYS = frozenset({"next_cursor"})
_AS_IT_IS = frozenset({int, float, bool, type(None)})
"""Most cells of a table."""


@dataclass(frozen=True, slots=True)
class _How:
    detailed: bool
    plain_field: str | None


def dump(result: BaseModel, *, detailed: bool = False, plain_field: str | None = None) -> Payload:
    """The result's own fields, but for those that are None; of entries below it, unless `detailed`, only what
    differs from the default. `plain_field` is text that was made for reading and stays as it is, in the result
    and in entries below it; all other text is cleaned."""
    how = _How(detailed, plain_field)
    payload: Payload = {}
    for name, value in result:
        if value is not None or name in _ALWAYS or type(result).model_fields[name].is_required():
            payload[name] = _field(name, value, how=how)
    return payload


def _entry(model: BaseModel, how: _How) -> Payload:
    fields = type(model).model_fields
    return {
        name: _field(name, value, how=how)
        for name, value in model
        if how.detailed or fields[name].is_required() or value != fields[name].default
    }


def _field(name: str, value: object, *, how: _How) -> object:
    return value if name == how.plain_field else _plain(value, how)


def _plain(value: object, how: _How) -> object:
    if isinstance(value, str):
        return clean_lines(value)
    if isinstance(value, BaseModel):
        return _entry(value, how)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner, how) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [inner if type(inner) in _AS_IT_IS else _plain(inner, how) for inner in value]
    return value


def as_json(value: object) -> str:
    """Structured content as it is on the wire."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_text(payload: Payload, plain_field: str | None = None) -> str:
    """The same facts as TOON; text that was made for reading stands below them as it is, that of an entry under
    the entry's place."""
    if plain_field is None:
        return to_toon(payload)
    read = [f"{place}:\n{text}" if place else text for place, text in _read_as_it_is(payload, plain_field)]
    return "\n\n".join((to_toon(_without(payload, plain_field)), *read))


def _read_as_it_is(payload: Payload, field: str, place: str = "") -> Iterator[tuple[str, str]]:
    for name, value in payload.items():
        if name == field and isinstance(value, str):
            yield place, value
        elif isinstance(value, dict):
            yield from _read_as_it_is(cast("Payload", value), field, f"{place}.{name}" if place else name)


def _without(payload: Payload, field: str) -> Payload:
    return {
        name: _without(cast("Payload", value), field) if isinstance(value, dict) else value
        for name, value in payload.items()
        if not (name == field and isinstance(value, str))
    }


def as_result(payload: Payload, *, text: str | None = None, is_error: bool = False) -> CallToolResult:
    """The reply of a tool, both ways; `text` is the payload's own where it was made before."""
    return CallToolResult(
        content=[TextContent(type="text", text=as_text(payload) if text is None else text)],
        structured_content=payload,
        is_error=is_error,
    )
