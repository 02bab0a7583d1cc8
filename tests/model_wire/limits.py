"""Which schemas the providers refuse, by their documentation: a schema that only a fake would take is a mistake too."""

from collections.abc import Iterator
from typing import Final

from tests.model_wire.calls import Json
from tests.model_wire.schemas import depth, nodes, types

UNSUPPORTED_BY_ANTHROPIC: Final = (
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "maxItems", "uniqueItems", "oneOf", "not", "if"),
)
UNSUPPORTED_BY_OPENAI: Final = ("allOf", "oneOf", "not", "if", "dependentRequired", "dependentSchemas")
MOST_UNIONS: Final = 16
MOST_OPTIONAL: Final = 24
MOST_PROPERTIES: Final = 5_000
MOST_LEVELS: Final = 10
MOST_ENUM_VALUES: Final = 1_000
LARGE_ENUM: Final = 250
MOST_LARGE_ENUM_CHARACTERS: Final = 15_000
MOST_NAME_CHARACTERS: Final = 120_000


def refused_by_anthropic(schema: Json) -> str:
    """What the Messages API says of a schema that it doesn't take; nothing where it does."""
    return next(_anthropic(schema), "")


def refused_by_openai(schema: Json) -> str:
    """What strict structured output says of a schema that it doesn't take; nothing where it does."""
    return next(_openai(schema), "")


def _anthropic(schema: Json) -> Iterator[str]:
    every = list(nodes(schema))
    for node in every:
        if "object" in types(node) and node.get("additionalProperties") is not False:
            yield "For 'object' type, 'additionalProperties' must be explicitly set to false"
        for keyword in UNSUPPORTED_BY_ANTHROPIC:
            if keyword in node:
                yield f"For '{node.get('type')}' type, property '{keyword}' is not supported"
        if node.get("minItems", 0) > 1:
            yield "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
    if depth(schema, root=schema) == float("inf"):
        yield "Recursive schemas are not supported"
    unions = sum("anyOf" in node or len(types(node)) > 1 for node in every)
    if unions > MOST_UNIONS:
        yield f"Schema has {unions} parameters with union types, at most {MOST_UNIONS}"
    optional = sum(len(node.get("properties", {}).keys() - set(node.get("required", ()))) for node in every)
    if optional > MOST_OPTIONAL:
        yield f"Schema has {optional} optional parameters, at most {MOST_OPTIONAL}"


def _openai(schema: Json) -> Iterator[str]:
    if types(schema) != ["object"]:
        yield "schema must be a JSON Schema of 'type: \"object\"'"
    every = list(nodes(schema))
    for node in every:
        yield from _openai_node(node)
    yield from _openai_size(schema, every)


def _openai_node(node: Json) -> Iterator[str]:
    if "object" in types(node) and node.get("additionalProperties") is not False:
        yield "'additionalProperties' is required to be supplied and to be false."
    missing = sorted(node.get("properties", {}).keys() - set(node.get("required", ())))
    if missing:
        yield (
            "'required' is required to be supplied and to be an array including every key in properties. "
            f"Missing '{missing[0]}'."
        )
    if "$ref" in node and len(node) > 1:
        yield f"$ref cannot have keywords {sorted(node.keys() - {'$ref'})}."
    for keyword in UNSUPPORTED_BY_OPENAI:
        if keyword in node:
            yield f"'{keyword}' is not permitted."


def _openai_size(schema: Json, every: list[Json]) -> Iterator[str]:
    enums = [[str(value) for value in node.get("enum", ())] for node in every]
    values = sum(map(len, enums))
    if values > MOST_ENUM_VALUES:
        yield f"Expected at most {MOST_ENUM_VALUES} enum values in total within a single schema, but received {values}."
    large = [sum(map(len, enum)) for enum in enums if len(enum) > LARGE_ENUM]
    if max(large, default=0) > MOST_LARGE_ENUM_CHARACTERS:
        yield f"Expected at most {MOST_LARGE_ENUM_CHARACTERS} characters in an enum of over {LARGE_ENUM} values."
    names = [name for node in every for name in (*node.get("properties", ()), *node.get("$defs", ()))]
    names += [str(node["const"]) for node in every if "const" in node]
    if len(names) > MOST_PROPERTIES:
        yield f"Expected at most {MOST_PROPERTIES} object properties."
    if sum(map(len, names)) + sum(len(value) for enum in enums for value in enum) > MOST_NAME_CHARACTERS:
        yield f"Expected at most {MOST_NAME_CHARACTERS} characters of names and enum values."
    levels = depth(schema, root=schema)
    if MOST_LEVELS < levels < float("inf"):
        yield f"{levels} levels of nesting exceeds limit of {MOST_LEVELS}."
