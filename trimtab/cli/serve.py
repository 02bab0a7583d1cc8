"""`trimtab serve`."""

from collections.abc import Callable
from typing import Annotated, cast

import typer

from trimtab.domain.errors import InvalidInput
from trimtab.server import late
from trimtab.server.listening import DEFAULT_HOST, DEFAULT_PORT, Listening
from trimtab.server.stdio import serve_stdio
from trimtab.settings import Settings, load_settings

ServeHttp = Callable[[Settings, Listening], None]

MOST_WORKERS = 64


def serve(
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Take away what reaches the order system or the records.")
    ] = False,
    http: Annotated[
        bool, typer.Option("--http", help="Serve many clients over HTTP, not one on standard input and output.")
    ] = False,
    host: Annotated[
        str | None, typer.Option(help=f"With --http: the address to listen at.  [default: {DEFAULT_HOST}]")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65_535, help=f"With --http: the port; 0 lets the system choose.  [default: {DEFAULT_PORT}]"
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=MOST_WORKERS, help="With --http: how many processes.  [default: 1]")
    ] = None,
) -> None:
    """Serve the tools over MCP, on standard input and output, or over HTTP."""
    given = [f"--{name}" for name, value in (("host", host), ("port", port), ("workers", workers)) if value is not None]
    if given and not http:
        raise _needs_http(" and ".join(given))
    settings = load_settings()
    if read_only:
        settings = settings.model_copy(update={"read_only": True})
    if http:
        serve_http = cast("ServeHttp", late.command("trimtab.server.http", "serve_http"))
        serve_http(settings, Listening(host or DEFAULT_HOST, DEFAULT_PORT if port is None else port, workers or 1))
    else:
        serve_stdio(settings)


def _needs_http(names: str) -> InvalidInput:
    return InvalidInput(
        f"Without --http the server is on standard input and output, and {names} would say nothing to it.",
        field=names,
        next_action=f"Add --http, or leave {names} out.",
    )
