"""Binds a tool to the server SDK: strict arguments, short schemas, and replies in one form."""

import functools
from collections.abc import Awaitable, Callable, Collection
from inspect import Parameter, signature
from typing import Any, Final

from mcp.server.mcpserver.resolve import build_resolver_plans, find_resolved_parameters
from mcp.server.mcpserver.tools import Tool as ServerTool
from mcp.server.mcpserver.utilities.context_injection import find_context_parameter
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase, FuncMetadata
from mcp_types import CallToolResult
from pydantic import ConfigDict, create_model

from trimtab.domain.kept import Kept
from trimtab.tools.definition import Definition
from trimtab.tools.fitting import Shape, fit, is_short
from trimtab.tools.paging import Page
from trimtab.tools.payload import as_result, as_text, dump
from trimtab.tools.schemas import input_schema, output_schema
from trimtab.workflow.ports.results import Result

MOST_REPLIES: Final = 128
"""Replies kept per tool, for results that the desk answers with again."""


class Arguments(ArgModelBase):
    """Base of a tool's arguments: an unknown one is an error. Their validator is built by the first call."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


def bind(tool: Definition) -> ServerTool:
    """The tool as the server lists and calls it. Its function's parameters are its arguments; any other is
    refused.

    The SDK's own way from a function to a tool builds a validator and a schema, which ours would replace.
    """
    function = tool.function
    context, resolved = find_context_parameter(function), find_resolved_parameters(function)
    arguments = _arguments(tool, without={context, *resolved})
    return ServerTool(
        fn=_answering(tool),
        name=tool.name,
        title=tool.title,
        description=tool.description,
        parameters=input_schema(arguments),
        fn_metadata=FuncMetadata(arg_model=arguments, output_schema=output_schema(tool.results)),
        is_async=True,
        context_kwarg=context,
        resolved_params=resolved,
        resolver_plans=build_resolver_plans(resolved, set(arguments.model_fields)),
        annotations=tool.annotations,
    )


def _arguments(tool: Definition, *, without: Collection[str | None]) -> type[Arguments]:
    """A model of the function's parameters, but for those that no caller gives."""
    fields: dict[str, Any] = {
        name: (parameter.annotation, ... if parameter.default is Parameter.empty else parameter.default)
        for name, parameter in signature(tool.function, eval_str=True).parameters.items()
        if name not in without
    }
    return create_model(f"{tool.name}Arguments", __base__=Arguments, **fields)


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
