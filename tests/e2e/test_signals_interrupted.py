"""A backtest on a terminal says how far it is, and Ctrl-C ends it at once, without a traceback."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

LONG = ("signals", "backtest", "--compare", "--cadence", "daily", "--size", "risk_parity")
"""Minutes of work."""
PATIENCE_SECONDS = 60


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_backtest_is_watched_on_a_terminal_and_stopped_by_ctrl_c(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    environ = {**os.environ, "TRIMTAB_HOME": str(tmp_path), "TERM": "xterm"}
    command = [sys.executable, "-m", "trimtab.cli.main", *LONG]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=theirs) as running:
        os.close(theirs)
        said = b""
        while b"backtested" not in said:
            said += os.read(ours, 4096)
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=PATIENCE_SECONDS)
        said += rest_of(ours)
    assert (running.returncode, out) == (130, b"")
    assert b"Traceback" not in said


def rest_of(terminal: int) -> bytes:
    """What is left to read; a terminal without a writer is an error on some systems, and the end on others."""
    found = b""
    try:
        while part := os.read(terminal, 4096):
            found += part
    except OSError:
        pass
    os.close(terminal)
    return found
