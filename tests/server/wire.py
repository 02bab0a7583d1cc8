"""A served process, spoken to line by line as any client would."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

SERVE = (sys.executable, "-m", "trimtab.cli.main", "serve")
INITIALIZE = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


class Wire:
    """One server process; `stop` closes its standard input and waits for its end."""

    def __init__(self, command: Sequence[str] = SERVE, *, env: Mapping[str, str] | None = None) -> None:
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=None if env is None else dict(env),
            cwd=Path(__file__).parents[2],
        )

    def ask(self, identity: int, method: str, params: object = None) -> dict[str, object]:
        """Sends a request and reads its answer."""
        self._send({"jsonrpc": "2.0", "id": identity, "method": method, "params": params or {}})
        assert self.process.stdout is not None
        answer = json.loads(self.process.stdout.readline())
        assert answer["id"] == identity
        return answer

    def list_tools(self) -> list[object]:
        """Shakes hands and asks for the tools."""
        self.ask(1, "initialize", INITIALIZE)
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        answer = self.ask(2, "tools/list")
        return answer["result"]["tools"]  # type: ignore[index]  # JSON as it comes

    def stop(self) -> tuple[str, str]:
        """What was still written to standard output and error."""
        return self.process.communicate(timeout=20)

    def _send(self, message: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
