"""The server over HTTP: every toolset at an address of its own, REST below `/api`, and two more for whoever watches."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Final

from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import ExceptionHandler, Scope

from trimtab.domain.errors import InvalidInput, NotFound
from trimtab.server import late
from trimtab.server.app import build_services, build_shared_server
from trimtab.server.desks import MakeDesk, MakeFactors, MakeFrameworks, MakeSignals
from trimtab.server.health import Readiness, healthz
from trimtab.server.listening import MCP_PATH
from trimtab.server.on_need import OnNeed
from trimtab.server.rest.addresses import BARE, ROOT
from trimtab.server.rest.runs import Pace, Runs
from trimtab.server.services import Services
from trimtab.server.signals import when_told_to_end
from trimtab.settings import Settings
from trimtab.tools.errors import error_result

LARGEST_BODY_BYTES: Final = 20 * 1024 * 1024
"""Holds the most recommendations that a call may have, each text at its longest in any script: 17.5 MB."""
_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "[::1]")
_ANY_PORT: Final = ":*"


def build_http_app(
    settings: Settings,
    *,
    make_desk: MakeDesk | None = None,
    make_frameworks: MakeFrameworks | None = None,
    make_factors: MakeFactors | None = None,
    make_signals: MakeSignals | None = None,
    pace: Pace | None = None,
) -> Starlette:
    """All servers of these settings in one process: they share one desk, one store and the notices of changes."""
    services = build_services(
        settings,
        make_desk=make_desk,
        make_frameworks=make_frameworks,
        make_factors=make_factors,
        make_signals=make_signals,
    )
    readiness = Readiness(services.desk)
    runs = Runs(pace or Pace())
    security, most_bytes = _security(settings), LARGEST_BODY_BYTES
    make_rest = partial(late.rest, services.context, settings, runs=runs, security=security, most_bytes=most_bytes)
    rest = OnNeed(make_rest)
    managers = {path: _manager(services, settings, toolsets=toolsets) for path, toolsets in _served(settings).items()}

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(services.running())
            await stack.enter_async_context(readiness.running())
            await stack.enter_async_context(runs.running())
            for manager in managers.values():
                await stack.enter_async_context(manager.run())
            stack.enter_context(when_told_to_end(services.notices.end))
            stack.enter_context(when_told_to_end(runs.end))
            yield

    watched = [Route("/healthz", healthz, methods=["GET"]), Route("/readyz", readiness.readyz, methods=["GET"])]
    app = Starlette(
        routes=[*_toolsets(managers), *watched, _Whole(ROOT, rest), *(_Bare(path, rest) for path in BARE)],
        lifespan=lifespan,
        middleware=[_for_web_pages(settings)],
        exception_handlers={
            404: _no_such_address([*managers, "/healthz", "/readyz"]),
            405: _no_such_method,
            ClientDisconnect: _nobody_there,
        },
    )
    app.router.redirect_slashes = False
    return app


def _toolsets(managers: Mapping[str, StreamableHTTPSessionManager]) -> list[BaseRoute]:
    return [
        Route(path + end, endpoint=StreamableHTTPASGIApp(manager), methods=["POST"])
        for path, manager in managers.items()
        for end in ("", "/")
    ]


class _Whole(Mount):
    """Everything at an address and below it; the application there sees whole addresses."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request goes there."""
        path = scope["path"]
        here = scope["type"] == "http" and (path == self.path or path.startswith(f"{self.path}/"))
        return (Match.FULL if here else Match.NONE), {}


class _Bare(_Whole):
    """The same without the root before it: what is there is answered by the same operation, with the same guard."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request goes there, and where it is below the root."""
        match, _ = super().matches(scope)
        if match is Match.NONE:
            return match, {}
        return match, {"path": ROOT + scope["path"], "raw_path": ROOT.encode() + scope["raw_path"]}


def _served(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The toolsets of each address."""
    alone: dict[str, tuple[str, ...]] = {f"{MCP_PATH}/{name}": (name,) for name in settings.toolsets}
    return {MCP_PATH: settings.toolsets, **alone}


def _manager(services: Services, settings: Settings, *, toolsets: tuple[str, ...]) -> StreamableHTTPSessionManager:
    server = build_shared_server(services, settings, toolsets=toolsets)
    server.streamable_http_app(
        stateless_http=True, max_request_body_size=LARGEST_BODY_BYTES, transport_security=_security(settings)
    )
    return server.session_manager


def _security(settings: Settings) -> TransportSecuritySettings:
    hosts = [name + port for name in _THIS_MACHINE for port in ("", _ANY_PORT)]
    return TransportSecuritySettings(
        allowed_hosts=[*hosts, *settings.allowed_hosts], allowed_origins=_allowed_origins(settings)
    )


def _allowed_origins(settings: Settings) -> list[str]:
    pages = [f"{scheme}://{name}" for scheme in ("http", "https") for name in _THIS_MACHINE]
    return [*(page + port for page in pages for port in ("", _ANY_PORT)), *settings.allowed_origins]


def _for_web_pages(settings: Settings) -> Middleware:
    """A browser lets a page of another origin call only where the server says that it may."""
    patterns = (
        re.escape(origin.removesuffix(_ANY_PORT)) + (r":\d+" if origin.endswith(_ANY_PORT) else "")
        for origin in _allowed_origins(settings)
    )
    return Middleware(
        CORSMiddleware,
        allow_origin_regex="|".join(patterns),
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=["*"],
        expose_headers=["Retry-After", "RateLimit", "RateLimit-Policy"],
    )


def _no_such_address(known: list[str]) -> ExceptionHandler:
    def answer(_request: Request, _error: Exception) -> JSONResponse:
        error = NotFound("There is nothing at this address.", next_action=f"Use one of: {', '.join(known)}.")
        return JSONResponse(error_result(error).structured_content, status_code=404)

    return answer


def _no_such_method(_request: Request, error: Exception) -> JSONResponse:
    allowed = getattr(error, "headers", None) or {}
    wrong = InvalidInput(
        "This address doesn't take requests of that method.",
        field="method",
        next_action=f"Allowed is: {allowed.get('Allow', '')}.",
    )
    return JSONResponse(error_result(wrong).structured_content, status_code=405, headers=allowed)


def _nobody_there(_request: Request, _error: Exception) -> Response:
    """For a client that left while it sent: no fault of the server's, so no trace in its log."""
    return Response(status_code=400)
