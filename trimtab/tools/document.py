"""`docs/tools.md`, made from the registry: `python -m trimtab.tools.document > docs/tools.md`."""

import sys
from collections.abc import Iterator
from typing import Final, cast

from mcp.server.mcpserver.tools import Tool as ServerTool

from trimtab.tools.binding import bind
from trimtab.tools.definition import Definition
from trimtab.tools.payload import Payload
from trimtab.tools.registry import TOOLS

_HEAD: Final = """\
# Tools

Made by `python -m trimtab.tools.document > docs/tools.md`; a test fails when it is out of date.

Arguments are strict: an unknown one is an error. A list may come as JSON text. Every answer is
given twice with the same facts, as structured content and as
[TOON](https://github.com/toon-format/spec) text, each under 20,000 tokens; a list that was cut
stands in `truncated`, a page goes on at `next_cursor`. An error has `code`, `message`, `field`,
`retryable` and `next_action`, and where there are several, `problems`.
"""


def document() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_index(), *(line for tool in TOOLS for line in _section(tool))])


def _index() -> Iterator[str]:
    yield "| tool | toolset | changes | |"
    yield "|---|---|---|---|"
    for tool in TOOLS:
        changes = "nothing" if tool.annotations.read_only_hint else "the session"
        yield f"| [`{tool.name}`](#{tool.name}) | {tool.toolset} | {changes} | {tool.title} |"


def _section(tool: Definition) -> Iterator[str]:
    bound = bind(tool)
    yield f"\n## {tool.name}\n"
    yield tool.description.replace("*", "\\*")
    yield from _arguments(bound)
    yield f"\nAnswers with {', or '.join(_fields(model.model_json_schema()) for model in tool.results)}."


def _arguments(bound: ServerTool) -> Iterator[str]:
    properties = cast("dict[str, Payload]", bound.parameters["properties"])
    if not properties:
        yield "\nTakes no arguments."
        return
    required = cast("list[str]", bound.parameters.get("required", []))
    yield "\n| argument | type | default | |"
    yield "|---|---|---|---|"
    for name, schema in properties.items():
        default = "required" if name in required else f"`{schema['default']}`" if "default" in schema else ""
        yield f"| `{name}` | {_type(schema)} | {default} | {_cell(schema.get('description', ''))} |"


def _type(schema: Payload) -> str:
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in cast("list[str]", schema["enum"]))
    limits = [str(schema[key]) for key in ("minimum", "maximum") if key in schema]
    inner = f" of {_type(cast('Payload', schema['items']))}" if "items" in schema else ""
    bounds = f" ({' to '.join(limits)})" if len(limits) == 2 else ""
    return f"{schema['type']}{inner}{bounds}"


def _fields(schema: dict[str, object]) -> str:
    return ", ".join(f"`{name}`" for name in cast("Payload", schema["properties"]))


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(document())
