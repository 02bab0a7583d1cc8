"""A server over HTTP as a process of its own, as people start it: for tests, benchmarks and whoever needs one."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

SERVE_HTTP: Final = (sys.executable, "-m", "trimtab.cli.main", "serve", "--http", "--port", "0")
SAYS_WHERE: Final = re.compile(r"^Trimtab serves MCP at (http://\S+?)/mcp$", re.MULTILINE)
STARTS_WITHIN_SECONDS: Final = 60.0


class HttpServer:
    """Started on entering, at a free port of this machine, and told to end on leaving.

    `environ` is added to the environment; `options` are more words of the command. What the process writes to
    standard error is in `log`, as far as it has come.
    """

    says_where = SAYS_WHERE

    def __init__(self, *options: str, environ: Mapping[str, str], command: Sequence[str] = SERVE_HTTP) -> None:
        self._command = (*command, *options)
        self._environ = {**os.environ, **environ}
        self._lines: list[str] = []
        self._told = threading.Event()
        self.address = ""

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environ,
            cwd=Path(__file__).parents[2],
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._told.wait(STARTS_WITHIN_SECONDS) or not self.address:
            self.end(signal.SIGKILL)
            raise AssertionError(f"the server didn't say where it listens:\n{self.log}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    @property
    def mcp(self) -> str:
        """The URL of all tools."""
        return f"{self.address}/mcp"

    @property
    def log(self) -> str:
        """What it has written to standard error."""
        return "".join(self._lines)

    def end(self, number: signal.Signals = signal.SIGTERM, *, within: float = 30.0) -> int:
        """Tells it to end, if it hasn't, and gives its exit code; one that doesn't end in time is killed."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            code = self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self._reader.join(5)
        if self.process.stdout is not None and not self.process.stdout.closed:
            self.written = self.process.stdout.read()
            self.process.stdout.close()
        return code

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stream:
            for line in stream:
                self._lines.append(line)
                found = self.says_where.search(line)
                if found is not None:
                    self.address = found[1]
                    self._told.set()
        self._told.set()
