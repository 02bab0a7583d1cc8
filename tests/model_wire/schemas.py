"""Walks a JSON schema: what a property may hold, and how a value has to look."""

from collections.abc import Iterator
from typing import Any

from tests.model_wire.calls import Json

EVERY_ITEM = "*"


def find(root: Json, path: str) -> Json:
    """The schema at a path such as `recommendations/*/symbol`, where `*` is any item; empty where there is none."""
    node = resolved(root, root=root)
    for step in path.split("/"):
        child = node.get("items") if step == EVERY_ITEM else node.get("properties", {}).get(step)
        if child is None:
            return {}
        node = resolved(child, root=root)
    return node


def allowed(root: Json, path: str) -> list[str]:
    """The texts that the schema at this path allows, in their order; none where it names none."""
    node = find(root, path)
    values = [*node.get("enum", ()), *([node["const"]] if "const" in node else [])]
    for branch in node.get("anyOf", ()):
        own = resolved(branch, root=root)
        values += [*own.get("enum", ()), *([own["const"]] if "const" in own else [])]
    return [value for value in values if isinstance(value, str)]


def resolved(node: Json, *, root: Json) -> Json:
    """The node itself, without references, and without null where something else may stand."""
    while True:
        if "$ref" in node:
            node = _target(node["$ref"], root)
            continue
        branches = [branch for branch in node.get("anyOf", ()) if branch.get("type") != "null"]
        if len(branches) != 1:
            return node
        node = branches[0]


def example(node: Json, *, root: Json) -> Any:
    """The smallest value that the schema allows."""
    if "null" in types(node) or any(branch.get("type") == "null" for branch in node.get("anyOf", ())):
        return None
    node = resolved(node, root=root)
    if "anyOf" in node:
        return example(node["anyOf"][0], root=root)
    if "const" in node:
        return node["const"]
    if node.get("enum"):
        return node["enum"][0]
    if "properties" in node:
        return {name: example(child, root=root) for name, child in node["properties"].items()}
    simple: dict[str, Any] = {"array": [], "object": {}, "integer": 0, "number": 0, "boolean": False}
    return simple.get(node.get("type", ""), "")


def shaped(value: Any, node: Json, *, root: Json) -> Any:
    """The value with the properties that the schema has, and no others: what is missing becomes an example."""
    node = resolved(node, root=root)
    if isinstance(value, list) and "items" in node:
        return [shaped(item, node["items"], root=root) for item in value]
    if isinstance(value, dict) and "properties" in node:
        return {
            name: shaped(value[name], child, root=root) if name in value else example(child, root=root)
            for name, child in node["properties"].items()
        }
    return value


def nodes(schema: Any) -> Iterator[Json]:
    """Every schema inside this one, itself first; a reference is not followed."""
    if not isinstance(schema, dict):
        return
    yield schema
    for keyword in ("properties", "$defs", "definitions"):
        for child in schema.get(keyword, {}).values():
            yield from nodes(child)
    for keyword in ("anyOf", "oneOf", "allOf"):
        for child in schema.get(keyword, ()):
            yield from nodes(child)
    yield from nodes(schema.get("items"))


def types(node: Json) -> list[str]:
    """The node's types as a list, which may be empty."""
    given = node.get("type", [])
    return [given] if isinstance(given, str) else list(given)


def depth(node: Json, *, root: Json, inside: tuple[str, ...] = ()) -> float:
    """How many objects and lists lie in each other; infinite where a reference leads back to itself."""
    reference = node.get("$ref")
    if reference is not None:
        return (
            float("inf")
            if reference in inside
            else depth(_target(reference, root), root=root, inside=(*inside, reference))
        )
    children = [*node.get("properties", {}).values(), *([node["items"]] if "items" in node else [])]
    branches = [*node.get("anyOf", ()), *node.get("allOf", ())]
    below = max((depth(child, root=root, inside=inside) for child in children), default=0)
    beside = max((depth(branch, root=root, inside=inside) for branch in branches), default=0)
    return max(below + 1 if children else 0, beside)


def _target(reference: str, root: Json) -> Json:
    node: Any = root
    for step in reference.removeprefix("#").strip("/").split("/"):
        node = node[step.replace("~1", "/").replace("~0", "~")] if step else node
    assert isinstance(node, dict), f"{reference} is no schema"
    return node
