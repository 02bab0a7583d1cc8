"""Binds a tool to the server SDK: strict arguments, short schemas, and replies in one form."""

import functools
from collections.abc import Awaitable, Callable
from typing import Final

from mcp.server.mcpserver.tools import Tool as ServerTool
from mcp_types import CallToolResult

from trimtab.domain.kept import Kept
from trimtab.tools.definition import Definition
from trimtab.tools.fitting import Shape, fit, is_short
from trimtab.tools.paging import Page
from trimtab.tools.payload import as_result, as_text, dump
from trimtab.tools.schemas import input_schema, output_schema
from trimtab.workflow.ports.results import Result

MOST_REPLIES: Final = 128
"""Replies kept per tool, for results that the desk answers with again."""


def bind(tool: Definition) -> ServerTool:
    """The tool as the server lists and calls it. Its function's parameters are its arguments; any other is
    refused."""
    bound = ServerTool.from_function(
        _answering(tool),
        name=tool.name,
        title=tool.title,
        description=tool.description,
        annotations=tool.annotations,
        structured_output=False,
    )
    arguments = bound.fn_metadata.arg_model
    arguments.model_config["extra"] = "forbid"
    arguments.model_rebuild(force=True)
    bound.parameters = input_schema(arguments)
    bound.fn_metadata.output_schema = output_schema(tool.results)
    return bound


def _answering(tool: Definition) -> Callable[..., Awaitable[CallToolResult]]:
    replies: Kept[tuple[Result, CallToolResult]] = Kept(MOST_REPLIES)

    @functools.wraps(tool.function)
    async def answer(**arguments: object) -> CallToolResult:
        page = Page.asked(tool.name, arguments) if "cursor" in arguments else None
        detailed = arguments.get("response_format") == "detailed"
        result = await tool.function(**arguments)

        def made() -> tuple[Result, CallToolResult]:
            return result, _reply(result, tool, page=page, detailed=detailed)

        # The result is kept beside its reply, so that its id stays its own.
        return replies.get((id(result), page, detailed), made)[1]

    return answer


def _reply(result: Result, tool: Definition, *, page: Page | None, detailed: bool) -> CallToolResult:
    payload = dump(result, detailed=detailed, plain_field=tool.plain_field)
    cursor = payload.get("next_cursor")
    if page is not None and isinstance(cursor, str):
        payload["next_cursor"] = page.tied(cursor)
    text = as_text(payload, tool.plain_field)
    if not is_short(payload, text):
        payload = fit(payload, Shape(page=page, plain_field=tool.plain_field, rest=tool.rest, whole=tool.whole))
        text = as_text(payload, tool.plain_field)
    return as_result(payload, text=text)
