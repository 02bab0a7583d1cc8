"""Long computations on a thread: the event loop stays free, progress is told, and who is cancelled stops."""

from collections.abc import Callable
from typing import Final, TypeVar

import anyio
import anyio.from_thread
import anyio.to_thread

from trimtab.domain.signals.watching import Watch
from trimtab.workflow.ports.desk import Progress, Step

STEPS: Final = 100
R = TypeVar("R")


async def on_a_thread(
    compute: Callable[[Watch], R], *, progress: Progress, message: str, limiter: anyio.CapacityLimiter
) -> R:
    """What `compute` gives, run on a thread; where it tells how far it is, it ends if nobody waits any more."""

    async def tell(step: int) -> None:
        await progress(Step(step, STEPS, message, "computing"))

    def run() -> R:
        told = 0

        def watch(done: float) -> None:
            nonlocal told
            anyio.from_thread.check_cancelled()
            step = int(done * STEPS)
            if step > told:
                told = step
                anyio.from_thread.run(tell, step)

        return compute(watch)

    return await anyio.to_thread.run_sync(run, limiter=limiter)
