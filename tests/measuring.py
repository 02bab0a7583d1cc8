"""Which tests count lines: those that mirror the source. Tests of the product as a whole run untraced.

Tracing makes Python two to three times as slow, and a line that only a test of the whole reaches lacks one of its own.
The same holds for tests of several processes, `test_..._processes.py`: each stands beside one of a single process.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from coverage import Coverage

from tests.house.guards import UNMIRRORED

WHOLE = tuple(Path(__file__).parent / name for name in UNMIRRORED)
PROCESSES = "*_processes.py"
# By these a process that is started learns that it is to be measured.
TOLD_TO_PROCESSES = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")


@cache
def is_measured(path: Path) -> bool:
    """Whether the tests of a file count lines."""
    return not path.match(PROCESSES) and not any(path.is_relative_to(folder) for folder in WHOLE)


@cache
def turn(path: Path) -> int:
    """When a file comes: those that count first, then folder by folder, so that the longest tests aren't the last."""
    folders = [number for number, folder in enumerate(WHOLE, start=2) if path.is_relative_to(folder)]
    return folders[0] if folders else int(not is_measured(path))


@contextmanager
def unmeasured() -> Iterator[None]:
    """Runs what is inside untraced, and the processes that it starts; nothing where nothing is measured."""
    told = {name: os.environ.pop(name) for name in TOLD_TO_PROCESSES if name in os.environ}
    stopped = []
    # One may stand on another, as a worker is also a process that was started, and goes on when that one stops.
    while (measuring := Coverage.current()) is not None:
        measuring.stop()
        stopped.append(measuring)
    try:
        yield
    finally:
        for measuring in reversed(stopped):
            measuring.start()
        os.environ.update(told)
