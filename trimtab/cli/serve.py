"""`trimtab serve`."""

from typing import Annotated

import typer

from trimtab.server.stdio import serve_stdio
from trimtab.settings import load_settings


def serve(
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Take away what reaches the order system or the records.")
    ] = False,
) -> None:
    """Serve the tools over MCP, on standard input and output."""
    settings = load_settings()
    if read_only:
        settings = settings.model_copy(update={"read_only": True})
    serve_stdio(settings)
