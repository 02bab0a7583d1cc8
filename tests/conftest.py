"""What every test shares: one deterministic profile for property tests, servers that can be interrupted, measuring,
temporary files in memory."""

import atexit
import signal
from collections.abc import Generator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings

from tests.measuring import is_measured, turn, unmeasured
from tests.memory_folder import MEMORY, temporary_files_in

# Before anybody asks for a temporary file, and until the servers that keep theirs there have ended.
_whole_run = ExitStack()
_whole_run.enter_context(temporary_files_in(MEMORY))
atexit.register(_whole_run.close)

settings.register_profile(
    "default",
    derandomize=True,
    max_examples=40,
    deadline=None,
    print_blob=False,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("default")

# Tests that run in the background may be made to ignore interrupts, and the servers that they start would too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measured tests come first, so that what is computed or loaded once is measured where it is first asked for."""
    items.sort(key=lambda item: turn(item.path))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test that isn't to be measured runs unmeasured with all that is set up for it."""
    if is_measured(item.path):
        return (yield)
    with unmeasured():
        return (yield)
