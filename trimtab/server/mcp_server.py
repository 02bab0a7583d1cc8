"""The MCP server: the SDK's, with every failed call answered in our form."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import anyio
from mcp.server.caching import CacheHint
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool as ServerTool
from mcp_types import CallToolResult, InputRequiredResult
from mcp_types import Tool as ListedTool

from trimtab.server.logs import plain_sdk_logging
from trimtab.tools.context import AppContext
from trimtab.tools.errors import error_result, unknown_tool

Lifespan = Callable[[MCPServer[AppContext]], AbstractAsyncContextManager[AppContext]]

_LIST_IS_GOOD_FOR: Final = CacheHint(ttl_ms=3_600_000, scope="public")


class TrimtabServer(MCPServer[AppContext]):
    """Serves a fixed set of tools. `listed` is set once a client has asked for them."""

    def __init__(self, *, tools: Sequence[ServerTool], version: str, instructions: str, lifespan: Lifespan) -> None:
        with plain_sdk_logging():
            super().__init__(
                "trimtab",
                title="Trimtab",
                version=version,
                instructions=instructions,
                tools=list(tools),
                lifespan=lifespan,
                cache_hints={"tools/list": _LIST_IS_GOOD_FOR, "server/discover": _LIST_IS_GOOD_FOR},
            )
        self._served = {tool.name: tool for tool in tools}
        self.listed = anyio.Event()

    async def list_tools(self) -> list[ListedTool]:
        self.listed.set()
        return await super().list_tools()

    async def call_tool(
        self, name: str, arguments: dict[str, Any], *rest: Any, **named: Any
    ) -> CallToolResult | InputRequiredResult:
        tool = self._served.get(name)
        if tool is None:
            return error_result(unknown_tool(tuple(self._served)))
        try:
            return await super().call_tool(name, arguments, *rest, **named)
        except ToolError as error:
            return error_result(error, arguments=tool.fn_metadata.arg_model)
