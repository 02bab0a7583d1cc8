"""The MCP server: the SDK's, with every failed call answered in our form."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import anyio
from mcp.server.caching import CacheableMethod, CacheHint
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError
from mcp.server.mcpserver.resources import ResourceSecurity
from mcp.server.request_state import RequestStateSecurity
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolResult,
    GetPromptResult,
    InputRequiredResult,
)
from mcp_types import Resource as ListedResource
from mcp_types import Tool as ListedTool
from pydantic import AnyUrl

from trimtab.server.instructions import INSTRUCTIONS
from trimtab.server.logs import plain_sdk_logging
from trimtab.server.notices import SessionNotices
from trimtab.server.unreadable import Readable
from trimtab.server.version import VERSION
from trimtab.tools.binding import bind
from trimtab.tools.completions import Completer, Completions
from trimtab.tools.context import AppContext
from trimtab.tools.errors import error_result, protocol_error, unknown_prompt, unknown_resource, unknown_tool
from trimtab.tools.prompts.binding import bind_prompt
from trimtab.tools.registry import Offer
from trimtab.tools.resources.definition import ResourceDefinition

Lifespan = Callable[[MCPServer[AppContext]], AbstractAsyncContextManager[AppContext]]

_GOOD_FOR_AN_HOUR: Final = CacheHint(ttl_ms=3_600_000, scope="public")
_CACHE_HINTS: Final[dict[CacheableMethod, CacheHint]] = {
    "tools/list": _GOOD_FOR_AN_HOUR,
    "prompts/list": _GOOD_FOR_AN_HOUR,
    "resources/list": _GOOD_FOR_AN_HOUR,
    "resources/templates/list": _GOOD_FOR_AN_HOUR,
    "server/discover": _GOOD_FOR_AN_HOUR,
}
"""What is served is fixed; what is read isn't, and says nothing of how long it holds."""


class TrimtabServer(MCPServer[AppContext]):
    """Serves a fixed set of tools, resources and prompts. `listed` is set once a client has asked for the tools."""

    def __init__(
        self,
        offer: Offer,
        *,
        context: AppContext,
        lifespan: Lifespan,
        notices: SessionNotices,
        request_state: RequestStateSecurity,
    ) -> None:
        tools = [bind(tool) for tool in offer.tools]
        with plain_sdk_logging():
            super().__init__(
                "trimtab",
                title="Trimtab",
                version=VERSION,
                instructions=INSTRUCTIONS,
                tools=tools,
                lifespan=lifespan,
                cache_hints=_CACHE_HINTS,
                subscriptions=notices,
                middleware=[notices.before_listening],
                request_state_security=request_state,
            )
        for resource in offer.resources:
            self._add_resource(resource)
        for prompt in offer.prompts:
            self.add_prompt(bind_prompt(prompt))
        answers = self.completion()  # type: ignore[no-untyped-call]  # the SDK's decorator has no types
        answers(Completions(context, _completers(offer)))
        self._tools = {tool.name: tool for tool in tools}
        self._addresses = tuple(resource.uri for resource in offer.resources)
        self._members = [listed for resource in offer.resources for listed in _members(resource)]
        self._prompts = tuple(prompt.name for prompt in offer.prompts)
        self.listed = anyio.Event()

    def _add_resource(self, resource: ResourceDefinition) -> None:
        register = self.resource(
            resource.uri,
            name=resource.name,
            title=resource.title,
            description=resource.description,
            mime_type=resource.mime_type,
            security=ResourceSecurity(exempt_params=resource.exempt),
        )
        register(resource.function)

    async def list_tools(self) -> list[ListedTool]:
        self.listed.set()
        return await super().list_tools()

    async def list_resources(self) -> list[ListedResource]:
        return list(self._members)

    async def run_stdio_async(self) -> None:
        async with stdio_server() as (heard, said):
            options = self._lowlevel_server.create_initialization_options()
            await self._lowlevel_server.run(Readable(heard, said), said, options)

    async def call_tool(
        self, name: str, arguments: dict[str, Any], *rest: Any, **named: Any
    ) -> CallToolResult | InputRequiredResult:
        tool = self._tools.get(name)
        if tool is None:
            return error_result(unknown_tool(tuple(self._tools)))
        try:
            return await super().call_tool(name, arguments, *rest, **named)
        except ToolError as error:
            return error_result(error, arguments=tool.fn_metadata.arg_model)

    async def read_resource(
        self, uri: AnyUrl | str, *rest: Any, **named: Any
    ) -> Iterable[ReadResourceContents] | InputRequiredResult:
        try:
            return await super().read_resource(uri, *rest, **named)
        except ResourceNotFoundError:
            raise protocol_error(unknown_resource(self._addresses)) from None
        except ResourceError as error:
            raise protocol_error(error) from None

    async def get_prompt(
        self, name: str, arguments: dict[str, Any] | None = None, *rest: Any, **named: Any
    ) -> GetPromptResult | InputRequiredResult:
        if name not in self._prompts:
            raise protocol_error(unknown_prompt(self._prompts))
        try:
            return await super().get_prompt(name, arguments, *rest, **named)
        except ValueError as error:
            raise protocol_error(error) from None


def _members(resource: ResourceDefinition) -> Iterable[ListedResource]:
    return (
        ListedResource(
            uri=member.uri,
            name=member.name,
            title=member.title,
            description=member.description,
            mime_type=resource.mime_type,
        )
        for member in resource.members
    )


def _completers(offer: Offer) -> dict[str, Mapping[str, Completer]]:
    return {
        **{resource.uri: resource.completes for resource in offer.resources},
        **{prompt.name: prompt.completes for prompt in offer.prompts},
    }
