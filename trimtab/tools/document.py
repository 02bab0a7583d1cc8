"""`docs/tools.md`, made from the registry: `python -m trimtab.tools.document > docs/tools.md`."""

import sys
from collections.abc import Iterator
from typing import Final, cast

from mcp.server.mcpserver.tools import Tool as ServerTool

from trimtab.tools.binding import bind
from trimtab.tools.definition import Definition
from trimtab.tools.payload import Payload
from trimtab.tools.prompts.definition import PromptDefinition
from trimtab.tools.registry import PROMPTS, RESOURCES, TOOLS
from trimtab.tools.resources.definition import ResourceDefinition

_HEAD: Final = """\
# Tools

Made by `python -m trimtab.tools.document > docs/tools.md`; a test fails when it is out of date.

Arguments are strict: an unknown one is an error. A list may come as JSON text. Every answer is
given twice with the same facts, as structured content and as
[TOON](https://github.com/toon-format/spec) text, each under 20,000 tokens; a list that was cut
stands in `truncated`, a page goes on at `next_cursor`. An error has `code`, `message`, `field`,
`retryable` and `next_action`, and where there are several, `problems`.

Below the tools stand the [resources](#resources) and the [prompts](#prompts).
"""
_RESOURCES: Final = """
## Resources

What a client can read, attach to a conversation or watch. A resource is always whole: the protocol can't page one.
An error is a protocol error, `-32602` for what the caller can mend and `-32603` for the rest; its `data` has the
same fields as a tool's. Variables of an address are completed.

| address | toolset | type | |
|---|---|---|---|"""
_PROMPTS: Final = """
## Prompts

Texts that a person picks from a menu, filled with facts that the server computed. Errors are those of resources.
Arguments are completed: `session_id` with the caller's sessions, the newest first, `symbol` with the session's
instruments, those first of which something is held back."""


def document() -> str:
    """The whole page."""
    tools = (line for tool in TOOLS for line in _section(tool))
    prompts = (line for prompt in PROMPTS for line in _prompt(prompt))
    return "\n".join([_HEAD, *_index(), *tools, _RESOURCES, *_resources(), _PROMPTS, *prompts]) + "\n"


def _index() -> Iterator[str]:
    yield "| tool | toolset | changes | |"
    yield "|---|---|---|---|"
    for tool in TOOLS:
        changes = "nothing" if tool.annotations.read_only_hint else _changed_by(tool)
        yield f"| [`{tool.name}`](#{tool.name}) | {tool.toolset} | {changes} | {tool.title} |"


def _changed_by(tool: Definition) -> str:
    if not tool.reaches_out:
        return "the session" if tool.toolset == "trading" else "the records"
    return "the session, the records, orders" if tool.annotations.open_world_hint else "the records"


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


def _resources() -> Iterator[str]:
    for resource in RESOURCES:
        yield _resource_row(resource.uri, resource, resource.description)
        for member in resource.members:
            yield _resource_row(member.uri, resource, f"{member.title}. {member.description}")


def _resource_row(uri: str, resource: ResourceDefinition, text: str) -> str:
    return f"| `{uri}` | {resource.toolset} | `{resource.mime_type}` | {_cell(text)} |"


def _prompt(prompt: PromptDefinition) -> Iterator[str]:
    yield f"\n### {prompt.name}\n"
    yield f"{prompt.title}. {prompt.description}"
    yield "\n| argument | |"
    yield "|---|---|"
    for name, field in prompt.arguments.model_fields.items():
        yield f"| `{name}` | {_cell(field.description)} |"


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
