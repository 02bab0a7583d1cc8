"""Builds the servers from the settings: one factory for every transport."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import anyio
import anyio.to_thread
from mcp.server.mcpserver import MCPServer

from trimtab.server import late
from trimtab.server.desks import MakeDesk, MakeFactors, MakeFrameworks, MakeSignals
from trimtab.server.mcp_server import Lifespan, TrimtabServer
from trimtab.server.request_state import request_state_security
from trimtab.server.services import Services
from trimtab.settings import Settings
from trimtab.tools.context import AppContext
from trimtab.tools.registry import offer

WARM_UP_AFTER_SECONDS: Final = 1.0
"""Longer than the answer to `tools/list` is on its way, shorter than a model needs for its first call."""


def build_services(
    settings: Settings,
    *,
    make_desk: MakeDesk | None = None,
    make_frameworks: MakeFrameworks | None = None,
    make_factors: MakeFactors | None = None,
    make_signals: MakeSignals | None = None,
    actor: str = "assistant",
) -> Services:
    """What the servers of these settings share; reads no book and opens no store before a call."""
    return Services(
        make_desk or partial(late.open_desk, settings),
        make_frameworks=make_frameworks or partial(late.open_frameworks, settings),
        make_factors=make_factors or partial(late.open_factors, settings),
        make_signals=make_signals or partial(late.open_signals, settings),
        actor=actor,
        keeps=not settings.read_only,
    )


def build_server(
    settings: Settings,
    *,
    make_desk: MakeDesk | None = None,
    make_frameworks: MakeFrameworks | None = None,
    make_factors: MakeFactors | None = None,
    make_signals: MakeSignals | None = None,
    actor: str = "assistant",
) -> TrimtabServer:
    """The one server of a process, with services of its own."""
    services = build_services(
        settings,
        make_desk=make_desk,
        make_frameworks=make_frameworks,
        make_factors=make_factors,
        make_signals=make_signals,
        actor=actor,
    )
    warm = all(make is None for make in (make_desk, make_frameworks, make_factors, make_signals))

    @asynccontextmanager
    async def lifespan(server: MCPServer[AppContext]) -> AsyncIterator[AppContext]:
        async with services.running(), anyio.create_task_group() as background:
            if warm and isinstance(server, TrimtabServer):
                background.start_soon(_warm_up, server.listed)
            yield services.context
            background.cancel_scope.cancel()

    return _server(services, settings, toolsets=settings.toolsets, lifespan=lifespan)


def build_shared_server(services: Services, settings: Settings, *, toolsets: Collection[str]) -> TrimtabServer:
    """A server of these toolsets, one of several over services that run already."""

    @asynccontextmanager
    async def lifespan(_server: MCPServer[AppContext]) -> AsyncIterator[AppContext]:
        yield services.context

    return _server(services, settings, toolsets=toolsets, lifespan=lifespan)


def _server(services: Services, settings: Settings, *, toolsets: Collection[str], lifespan: Lifespan) -> TrimtabServer:
    return TrimtabServer(
        offer(toolsets=toolsets, read_only=settings.read_only),
        context=services.context,
        lifespan=lifespan,
        notices=services.notices,
        request_state=request_state_security(settings),
    )


async def _warm_up(listed: anyio.Event) -> None:
    await listed.wait()
    await anyio.sleep(WARM_UP_AFTER_SECONDS)
    await anyio.to_thread.run_sync(late.warm_up)
