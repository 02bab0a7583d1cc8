"""What every test shares: one deterministic profile for property tests, servers that can be interrupted, measuring."""

import signal
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

from tests.measuring import of_the_whole, unmeasured

settings.register_profile(
    "default",
    derandomize=True,
    max_examples=60,
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
    items.sort(key=lambda item: of_the_whole(item.path))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Tests of the whole run unmeasured, with what is set up for them."""
    if not of_the_whole(item.path):
        return (yield)
    with unmeasured():
        return (yield)
