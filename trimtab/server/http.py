"""Serves many clients over HTTP, with one process or several."""

import multiprocessing
import multiprocessing.process
import os
import signal
import sys
import threading
from dataclasses import dataclass
from socket import socket
from typing import Final

from starlette.applications import Starlette
from uvicorn import Config
from uvicorn.supervisors import Multiprocess

from trimtab.server.http_app import build_http_app
from trimtab.server.listening import Listening, listen, mcp_address
from trimtab.server.logs import log_to_stderr
from trimtab.server.request_state import with_state_key
from trimtab.server.uvicorn_config import HttpConfig, serve_alone
from trimtab.settings import Settings

STARTS_WITHIN_SECONDS: Final = 60
"""A worker that doesn't answer for as long is replaced; it is silent while it loads, and many at once load slowly."""
_ACCEPTED_AT_ONCE: Final = 128
"""Where no file is left, the event loop logs as many failures a second."""


def serve_http(settings: Settings, where: Listening) -> None:
    """Serves until the process is told to end; says on stderr where it listens.

    Raises:
        SettingsError: The settings or the address aren't fit for serving.
        InvalidInput: There is no such address on this machine.
        Unavailable: The port is taken, or isn't for this user.
    """
    log_to_stderr(settings.log_level)
    with listen(where, settings) as listening:
        sys.stderr.write(f"Trimtab serves MCP at {mcp_address(listening)}\n")
        sys.stderr.flush()
        config = _ServerConfig(with_state_key(settings), workers=where.workers)
        if where.workers == 1:
            serve_alone(config, listening)
        else:
            _serve_together(config, listening)


@dataclass(frozen=True, slots=True)
class MakeApp:
    """Makes the application in the process that serves it, which ends with the one that started it."""

    settings: Settings

    def __call__(self) -> Starlette:
        starter = multiprocessing.parent_process()
        if starter is not None:
            threading.Thread(target=_end_after, args=(starter,), daemon=True).start()
        return build_http_app(self.settings)


class _ServerConfig(HttpConfig):
    """Of a server whose processes make their application, and set up their log, themselves."""

    def __init__(self, settings: Settings, *, workers: int) -> None:
        self._settings = settings
        super().__init__(
            MakeApp(settings),
            settings,
            factory=True,
            workers=workers,
            backlog=_ACCEPTED_AT_ONCE,
            timeout_worker_healthcheck=STARTS_WITHIN_SECONDS,
        )

    def configure_logging(self) -> None:
        """Called in every process."""
        super().configure_logging()
        log_to_stderr(self._settings.log_level)


class _Workers(Multiprocess):
    """Processes that take turns at one socket; one that dies is replaced."""

    interrupted = False

    def keep_subprocess_alive(self) -> None:
        """A worker that is killed while it is asked how it is hangs up, so that nobody waits for its answer."""
        for worker in self.processes:
            # The worker has its own; held open here too, this end would keep the line open for the dead.
            worker.child_conn.close()
        super().keep_subprocess_alive()

    def handle_int(self) -> None:
        self.interrupted = True
        super().handle_int()


def _serve_together(config: Config, listening: socket) -> None:
    workers = _Workers(config, sockets=[listening])
    workers.run()
    if workers.interrupted:
        raise KeyboardInterrupt


def _end_after(starter: multiprocessing.process.BaseProcess) -> None:
    """A worker that nobody watches any more would hold the port for ever."""
    starter.join()
    os.kill(os.getpid(), signal.SIGTERM)
