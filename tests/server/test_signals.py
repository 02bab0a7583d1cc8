"""Who serves hears that the process is told to end, and whoever ends it still does."""

import signal
from collections.abc import Iterator

import anyio
import anyio.to_thread
import pytest

from trimtab.server.signals import SIGNALS, when_told_to_end


@pytest.fixture
def seen() -> Iterator[list[int]]:
    """Signals that reached whoever ends the process."""
    found: list[int] = []
    before = {each: signal.getsignal(each) for each in SIGNALS}
    for each in SIGNALS:
        signal.signal(each, lambda number, _frame: found.append(number))
    yield found
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.parametrize("number", SIGNALS)
async def test_both_hear_of_it(seen: list[int], number: signal.Signals) -> None:
    heard = anyio.Event()
    with when_told_to_end(heard.set), anyio.fail_after(5):
        signal.raise_signal(number)
        await heard.wait()
    assert seen == [number]


async def test_afterwards_it_hears_nothing_more(seen: list[int]) -> None:
    heard = anyio.Event()
    with when_told_to_end(heard.set):
        pass
    signal.raise_signal(signal.SIGTERM)
    await anyio.sleep(0.01)
    assert (seen, heard.is_set()) == ([signal.SIGTERM], False)


async def test_where_nobody_ends_the_process_in_order_it_leaves_signals_alone(seen: list[int]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    before = [signal.getsignal(each) for each in SIGNALS]
    with when_told_to_end(lambda: None):
        assert [signal.getsignal(each) for each in SIGNALS] == before


async def test_on_another_thread_it_leaves_signals_alone(seen: list[int]) -> None:
    def elsewhere() -> object:
        with when_told_to_end(lambda: None):
            return signal.getsignal(signal.SIGTERM)

    assert await anyio.to_thread.run_sync(elsewhere) is signal.getsignal(signal.SIGTERM)
