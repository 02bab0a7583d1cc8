"""Builds the server from the settings: one factory for every transport."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import anyio
import anyio.to_thread
from mcp.server.mcpserver import MCPServer

from trimtab.server import late
from trimtab.server.callers import local_caller
from trimtab.server.desks import DeskOnNeed, MakeDesk
from trimtab.server.execution import require_simulated
from trimtab.server.instructions import INSTRUCTIONS
from trimtab.server.mcp_server import TrimtabServer
from trimtab.server.version import VERSION
from trimtab.settings import Settings
from trimtab.tools.binding import bind
from trimtab.tools.context import AppContext
from trimtab.tools.registry import select

WARM_UP_AFTER_SECONDS: Final = 1.0
"""Longer than the answer to `tools/list` is on its way, shorter than a model needs for its first call."""


def build_server(settings: Settings, *, make_desk: MakeDesk | None = None, actor: str = "assistant") -> TrimtabServer:
    """The server of these settings, for any transport; it reads no book and opens no store before a call."""
    require_simulated(settings)
    tools = select(toolsets=settings.toolsets, read_only=settings.read_only)

    @asynccontextmanager
    async def lifespan(server: MCPServer[AppContext]) -> AsyncIterator[AppContext]:
        desk = DeskOnNeed(make_desk or partial(late.open_desk, settings))
        async with anyio.create_task_group() as background:
            if make_desk is None and isinstance(server, TrimtabServer):
                background.start_soon(_warm_up, server.listed)
            try:
                yield AppContext(desk=desk.get, caller=local_caller(actor))
            finally:
                background.cancel_scope.cancel()
                with anyio.CancelScope(shield=True):
                    await desk.close()

    return TrimtabServer(
        tools=[bind(tool) for tool in tools], version=VERSION, instructions=INSTRUCTIONS, lifespan=lifespan
    )


async def _warm_up(listed: anyio.Event) -> None:
    await listed.wait()
    await anyio.sleep(WARM_UP_AFTER_SECONDS)
    await anyio.to_thread.run_sync(late.warm_up)
