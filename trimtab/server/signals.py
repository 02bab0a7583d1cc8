"""Hears that the process is told to end, beside whoever ends it."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_LEFT_ALONE: Final = (None, signal.SIG_DFL, signal.SIG_IGN, signal.default_int_handler)


@contextmanager
def when_told_to_end(call: Callable[[], object]) -> Iterator[None]:
    """Calls back in the running event loop when the process is told to end, if somebody sees to its end at all."""
    handlers = {each: signal.getsignal(each) for each in SIGNALS}
    heard = [each for each, handler in handlers.items() if handler not in _LEFT_ALONE]
    if not heard or threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()

    def hear(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(call)
        before = handlers[signal.Signals(number)]
        if callable(before):
            before(number, frame)

    for each in heard:
        signal.signal(each, hear)
    try:
        yield
    finally:
        for each in heard:
            signal.signal(each, handlers[each])
