"""Processes that are forked from one that has everything loaded: a start takes seconds, a fork next to nothing."""

import gc
import os
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from typing import Final

import uvicorn
from starlette.types import ASGIApp

AT_ONCE: Final = 3
"""Pieces of work, each in a process of its own: much of such a piece is waiting."""


def forked(work: Callable[[], object]) -> int:
    """Does it in a process of its own, whose id this is; that ends with 0, or with 1 where the work fails."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        if code:
            traceback.print_exc()
        sys.stderr.flush()
        os._exit(code)


def a_few_at_once(pieces: Sequence[Callable[[], object]]) -> None:
    """Does them all, a few at a time, each in a process of its own."""
    waiting, working = list(pieces), set[int]()
    while waiting or working:
        if waiting and len(working) < AT_ONCE:
            working.add(forked(waiting.pop(0)))
        else:
            working.discard(os.wait()[0])


def let_threads_end() -> None:
    """Waits for all others: a fork takes no other thread along, nor gives back what one holds."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join()
    # Forks share what is there until they write to it, as a collection would to all of it.
    gc.collect()
    gc.freeze()


async def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Serves an application until the process is ended."""
    config = uvicorn.Config(app, log_config=None, lifespan="off", access_log=False)
    await uvicorn.Server(config).serve(sockets=[listening])
