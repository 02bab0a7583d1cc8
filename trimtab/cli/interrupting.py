"""Ends the program quietly where Ctrl-C comes while nobody could see to it.

Loading this module is what does it first, because what comes after it takes a second to load. Python's own answer would
be a traceback of whatever is being loaded.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from types import FrameType
from typing import Final

INTERRUPTED: Final = 130
GRACE_SECONDS: Final = 0.5
"""As long as what runs may take to close what it holds; what isn't written whole by then isn't written at all."""
_PROGRAMS: Final = frozenset({"trimtab", "trimtab.exe", "main.py"})
"""What is called when this is the program; whoever only imports it keeps its own answer to Ctrl-C."""


def begin() -> None:
    """Ctrl-C ends the process at once from here on: nothing is open that would have to be closed."""
    if PurePath(sys.argv[0]).name in _PROGRAMS and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def leave() -> None:
    """Ctrl-C is an exception again from here on, which what is open is closed by."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def at_once() -> Iterator[None]:
    """Ctrl-C ends the process at once meanwhile."""
    begin()
    try:
        yield
    finally:
        leave()


def end_soon() -> None:
    """Whatever still runs after a moment ends with the process: a thread that reads or connects can't be stopped."""
    last = threading.Timer(GRACE_SECONDS, os._exit, (INTERRUPTED,))
    last.daemon = True
    last.start()


def _end(_number: int, _frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)


begin()
