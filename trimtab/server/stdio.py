"""Serves one client over standard input and output."""

import anyio

from trimtab.server.app import build_server
from trimtab.server.logs import log_to_stderr
from trimtab.settings import Settings


def serve_stdio(settings: Settings) -> None:
    """Serves until the client closes its end."""
    log_to_stderr(settings.log_level)
    server = build_server(settings)
    anyio.run(server.run_stdio_async)
