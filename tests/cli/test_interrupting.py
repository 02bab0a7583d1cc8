"""Ctrl-C ends the program with 130 and without a traceback, whatever is being loaded or computed."""

import signal
import subprocess
import sys

import pytest

from trimtab.cli import interrupting

PROGRAM = """
import os, signal, sys

class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupts())
sys.argv = ["/usr/bin/trimtab", "signals", "compute"]
from trimtab.cli.main import run
run()
"""


@pytest.mark.parametrize("module", ["typer", "trimtab.cli.signals", "sqlalchemy"])
def test_while_something_is_loaded_it_ends_the_program_at_once(module: str) -> None:
    program = [sys.executable, "-c", PROGRAM.format(module=module)]
    done = subprocess.run(program, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (interrupting.INTERRUPTED, "", "")


def test_whoever_only_imports_the_program_keeps_its_own_answer() -> None:
    before = signal.getsignal(signal.SIGINT)
    interrupting.begin()
    assert signal.getsignal(signal.SIGINT) is before


def test_the_program_takes_it_only_where_nobody_else_did(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(sys, "argv", ["/usr/bin/trimtab"])
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with interrupting.at_once():
            assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with interrupting.at_once():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_thread_that_does_not_stop_is_not_waited_for() -> None:
    slow = (
        "import asyncio, time, signal, os, threading\n"
        "from trimtab.cli.asking import ask_desk\n"
        "class Opened:\n"
        "    desk = None\n"
        "    async def close(self): pass\n"
        "async def ask(desk):\n"
        "    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "    await asyncio.to_thread(time.sleep, 50)\n"
        "ask_desk(lambda settings: Opened(), ask)\n"
    )
    done = subprocess.run([sys.executable, "-c", slow], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == interrupting.INTERRUPTED
