"""JSON schemas of models whose fields are plain, read off their annotations.

They are what pydantic says of the same models, without titles, at a fraction of the time: pydantic builds a model's
validator first. Whatever isn't plain is left to pydantic.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Final, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel, BeforeValidator, JsonValue
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from trimtab.tools.payload import Payload

_TYPES: Final[Mapping[object, str]] = MappingProxyType(
    {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}
)
_BOUNDS: Final[Mapping[type, tuple[str, str]]] = MappingProxyType(
    {
        Ge: ("ge", "minimum"),
        Gt: ("gt", "exclusiveMinimum"),
        Le: ("le", "maximum"),
        Lt: ("lt", "exclusiveMaximum"),
        MinLen: ("min_length", "min"),
        MaxLen: ("max_length", "max"),
    }
)
_COUNTED: Final[Mapping[object, str]] = MappingProxyType({"string": "Length", "array": "Items"})
_CONFIG: Final = frozenset({"frozen", "extra", "allow_inf_nan", "arbitrary_types_allowed", "defer_build"})
"""By these a model may be configured; nothing else is known to leave its schema as it is."""
_MORE: Final[Mapping[str | None, Payload]] = MappingProxyType(
    {"forbid": {"additionalProperties": False}, "allow": {"additionalProperties": True}}
)
_HOOKS: Final = ("__get_pydantic_json_schema__", "__get_pydantic_core_schema__")
_DECORATED: Final = ("field_validators", "root_validators", "model_validators", "computed_fields")
_SAID_OTHERWISE: Final = (
    "alias",
    "validation_alias",
    "title",
    "examples",
    "json_schema_extra",
    "discriminator",
    "deprecated",
    "default_factory",
)


@dataclass(frozen=True, slots=True)
class PlainSchemas:
    """Schemas in the order of their models, and those of the models inside them by name."""

    schemas: tuple[Payload, ...]
    definitions: dict[str, Payload]


def plain_schemas(models: Iterable[type[BaseModel]], *, defaults: bool) -> PlainSchemas | None:
    """The schemas of these models, with the fields' defaults or without; None where pydantic has to be asked."""
    reader = _Reader(defaults=defaults)
    try:
        schemas = tuple(reader.of_model(model) for model in models)
    except _NotPlain:
        return None
    return PlainSchemas(schemas, reader.definitions)


class _NotPlain(Exception):
    """Something is said in a way that isn't known here."""


class _Reader:
    """Reads models one after the other, and keeps what is inside them."""

    def __init__(self, *, defaults: bool) -> None:
        self.definitions: dict[str, Payload] = {}
        self._defaults = defaults
        self._named: dict[str, type[BaseModel]] = {}
        self._readers: Mapping[object, Callable[[tuple[object, ...]], Payload]] = {
            Annotated: self._annotated,
            Literal: _literal,
            Union: self._union,
            UnionType: self._union,
            list: self._list,
            tuple: self._tuple,
            dict: self._dict,
        }

    def of_model(self, model: type[BaseModel]) -> Payload:
        _check_model(model)
        fields = model.model_fields
        required = [name for name, field in fields.items() if field.is_required()]
        return {
            **_MORE.get(model.model_config.get("extra"), {}),
            **({"description": inspect.cleandoc(model.__doc__)} if model.__doc__ else {}),
            "properties": {name: self._of_field(field) for name, field in fields.items()},
            **({"required": required} if required else {}),
            "type": "object",
        }

    def _of_field(self, field: FieldInfo) -> Payload:
        schema = _said_by(field, self._of(field.annotation))
        if self._defaults and not field.is_required():
            schema = {**schema, "default": _plain_default(field.default)}
        return _sorted(schema)

    def _of(self, annotation: object) -> Payload:
        origin = get_origin(annotation)
        if origin in self._readers:
            return self._readers[origin](get_args(annotation))
        if annotation is object:
            return {}
        if annotation is JsonValue:
            self.definitions["JsonValue"] = {}
            return {"$ref": "#/$defs/JsonValue"}
        if not isinstance(annotation, type):
            raise _NotPlain
        if issubclass(annotation, BaseModel):
            return self._reference(annotation)
        if annotation not in _TYPES:
            raise _NotPlain
        return {"type": _TYPES[annotation]}

    def _reference(self, model: type[BaseModel]) -> Payload:
        """Two models of one name are told apart by pydantic."""
        name = model.__name__
        if self._named.setdefault(name, model) is not model:
            raise _NotPlain
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self.of_model(model)
        return {"$ref": f"#/$defs/{name}"}

    def _annotated(self, inside: tuple[object, ...]) -> Payload:
        schema = self._of(inside[0])
        for mark in inside[1:]:
            schema = _said_by(mark, schema) if isinstance(mark, FieldInfo) else _bounded(schema, mark)
        return _sorted(schema)

    def _union(self, inside: tuple[object, ...]) -> Payload:
        """Null comes last, as pydantic has it. What it would flatten or join is left to it."""
        choices = [self._of(each) for each in sorted(inside, key=lambda each: each is NoneType)]
        if any("anyOf" in choice or choices.count(choice) > 1 for choice in choices):
            raise _NotPlain
        return {"anyOf": choices}

    def _list(self, inside: tuple[object, ...]) -> Payload:
        return {"items": self._of(inside[0]), "type": "array"}

    def _tuple(self, inside: tuple[object, ...]) -> Payload:
        if inside[1:] != (Ellipsis,):
            raise _NotPlain
        return self._list(inside)

    def _dict(self, inside: tuple[object, ...]) -> Payload:
        key, value = inside
        if key is not str:
            raise _NotPlain
        return {"additionalProperties": self._of(value) or True, "type": "object"}


def _check_model(model: type[BaseModel]) -> None:
    """Nothing but its fields and its docstring may say something."""
    own = [hook for hook in _HOOKS if getattr(model, hook).__func__ is not getattr(BaseModel, hook).__func__]
    decorated = [kind for kind in _DECORATED if getattr(model.__pydantic_decorators__, kind)]
    unresolved = not model.__pydantic_fields_complete__
    if own or decorated or unresolved or model.__pydantic_root_model__ or not _CONFIG.issuperset(model.model_config):
        raise _NotPlain


def _said_by(field: FieldInfo, schema: Payload) -> Payload:
    if any(getattr(field, name) is not None for name in _SAID_OTHERWISE):
        raise _NotPlain
    for mark in field.metadata:
        schema = _bounded(schema, mark)
    return {**schema, "description": field.description} if field.description is not None else schema


def _bounded(schema: Payload, mark: object) -> Payload:
    """What checks or changes a value before its type does says nothing, unless it names a type of its own."""
    if isinstance(mark, BeforeValidator) and mark.json_schema_input_type is PydanticUndefined:
        return schema
    attribute, word = _BOUNDS.get(type(mark), ("", ""))
    kind = schema.get("type")
    if attribute in {"min_length", "max_length"} and kind in _COUNTED:
        return {**schema, word + _COUNTED[kind]: getattr(mark, attribute)}
    if attribute in {"ge", "gt", "le", "lt"} and kind in {"integer", "number"}:
        return {**schema, word: getattr(mark, attribute)}
    raise _NotPlain


def _literal(values: tuple[object, ...]) -> Payload:
    kinds = {_TYPES.get(type(value)) for value in values}
    if kinds != {"string"}:
        raise _NotPlain
    said: Payload = {"const": values[0]} if len(values) == 1 else {"enum": list(values)}
    return {**said, "type": "string"}


def _plain_default(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_plain_default(each) for each in value]
    if type(value) not in _TYPES:
        raise _NotPlain
    return value


def _sorted(schema: Payload) -> Payload:
    """Keys in pydantic's order."""
    return dict(sorted(schema.items()))
