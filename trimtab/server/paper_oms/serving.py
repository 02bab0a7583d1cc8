"""Serves the paper order system as a process of its own."""

import logging
import sys
from typing import Final

from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from trimtab.server.listening import MCP_PATH, Listening, listen, mcp_address
from trimtab.server.logs import log_to_stderr
from trimtab.server.paper_oms.app import paper_oms_app
from trimtab.server.paper_oms.sending import not_broken_off
from trimtab.server.paper_oms.settings import PaperOmsSettings
from trimtab.server.uvicorn_config import HttpConfig, serve_alone
from trimtab.settings import Settings

DEFAULT_PORT: Final = 8770
_THIS_MACHINE: Final = ("127.0.0.1:*", "localhost:*", "[::1]:*")


def serve_paper_oms(paper: PaperOmsSettings, settings: Settings, *, where: Listening) -> None:
    """Serves until the process is told to end; says on stderr where it listens.

    Raises:
        SettingsError: the file or the address isn't fit for it.
        InvalidInput: there is no such address on this machine.
        Unavailable: the port is taken, or the file is locked.
    """
    log_to_stderr(settings.log_level)
    logging.getLogger("uvicorn.error").addFilter(not_broken_off)
    with listen(where, settings) as listening:
        app = _ByName(paper_oms_app(paper), settings)
        sys.stderr.write(f"Trimtab paper OMS at {mcp_address(listening).removesuffix(MCP_PATH)}\n")
        sys.stderr.flush()
        serve_alone(HttpConfig(app, settings), listening)


class _ByName:
    """Around the application: it is called by a name of this machine, or one that is allowed, and by no web page."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        hosts = [*_THIS_MACHINE, *settings.allowed_hosts]
        self._names = TransportSecurityMiddleware(TransportSecuritySettings(allowed_hosts=hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wrong = await self._names.validate_request(Request(scope)) if scope["type"] == "http" else None
        await (wrong or self._app)(scope, receive, send)
