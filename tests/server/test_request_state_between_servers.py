"""What one server gave a client to carry, another of the same keys takes back, and one of other keys doesn't."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from mcp.client import Client
from mcp.server.mcpserver import Context
from mcp.shared.exceptions import MCPError
from mcp_types import InputRequiredResult
from pydantic import SecretStr

from tests.server.noticing_store import NoticingStore, over
from trimtab.server.app import build_server
from trimtab.settings import Settings

CARRIED = "phase=Review"
ADDRESS = "test://carrying/once"
ONE, OTHER = Settings(state_keys=(SecretStr("o" * 32),)), Settings(state_keys=(SecretStr("n" * 32),))


@asynccontextmanager
async def carrying(settings: Settings) -> AsyncIterator[Client]:
    """A client of a server that has, beside what it serves, something that takes two calls."""
    server = build_server(settings, make_desk=lambda: over(NoticingStore()))

    @server.resource("test://carrying/{what}")
    async def twice(what: str, ctx: Context) -> InputRequiredResult | str:
        if ctx.request_state is None:
            return InputRequiredResult(request_state=CARRIED)
        return f"{what}: {ctx.request_state}"

    async with Client(server, mode="2026-07-28") as client:
        yield client


async def first_half(client: Client) -> str:
    """What the client is given to carry."""
    asked = await client.session.read_resource(ADDRESS, allow_input_required=True)
    assert isinstance(asked, InputRequiredResult)
    assert asked.request_state is not None
    return asked.request_state


async def test_a_server_of_the_same_keys_goes_on_where_the_first_stopped() -> None:
    async with carrying(ONE) as here, carrying(ONE) as there:
        sealed = await first_half(here)
        assert CARRIED not in sealed
        (found,) = (await there.read_resource(ADDRESS, request_state=sealed)).contents
    assert found.model_dump()["text"] == f"once: {CARRIED}"


@pytest.mark.parametrize("settings", [OTHER, Settings()])
async def test_a_server_of_other_keys_refuses_it(settings: Settings) -> None:
    async with carrying(ONE) as here, carrying(settings) as there:
        sealed = await first_half(here)
        with pytest.raises(MCPError) as refused:
            await there.read_resource(ADDRESS, request_state=sealed)
    assert CARRIED not in f"{refused.value.error.message}{refused.value.error.data}"
