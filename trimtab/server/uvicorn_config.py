"""How an HTTP server of ours is set up and run, whatever it serves."""

import signal
import sys
from collections.abc import Callable
from socket import socket
from types import FrameType
from typing import Any, Final, NoReturn

from starlette.types import ASGIApp
from uvicorn import Config, Server

from trimtab.server.connections import Connection
from trimtab.settings import Settings

END_WITHIN_SECONDS: Final = 5
"""How long a call that runs may still answer, once the server is told to end."""
KEPT_OPEN_SECONDS: Final = 30
"""An idle connection; longer than clients keep theirs, so that none sends just when the server hangs up."""


class HttpConfig(Config):
    """The server's own settings. Clients are believed nothing about who or where they are."""

    def __init__(self, app: ASGIApp | Callable[[], ASGIApp], settings: Settings, **more: Any) -> None:
        super().__init__(
            app,
            lifespan="on",
            http=Connection,
            ws="none",
            log_config=None,
            access_log=settings.log_level == "DEBUG",
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEPT_OPEN_SECONDS,
            timeout_graceful_shutdown=END_WITHIN_SECONDS,
            **more,
        )


def serve_alone(config: Config, listening: socket) -> None:
    """Serves in this process until it is told to end."""
    signal.signal(signal.SIGTERM, _end)
    Server(config).run(sockets=[listening])


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    """What is left to do when all calls have ended: being told to is no failure."""
    sys.exit(0)
