"""Long work leaves the event loop free, tells how far it is, and stops when nobody waits any more."""

import threading

import anyio
import pytest

from trimtab.domain.signals.watching import Watch
from trimtab.workflow.ports.desk import Step, no_progress
from trimtab.workflow.signals.running import on_a_thread


async def test_progress_is_told_in_steps_that_only_rise() -> None:
    told: list[Step] = []

    async def hear(step: Step) -> None:
        told.append(step)

    def compute(watch: Watch) -> str:
        for done in (0.001, 0.1, 0.1, 0.5, 1.0):
            watch(done)
        return threading.current_thread().name

    ran_on = await on_a_thread(
        compute, progress=hear, message="Portfolios backtested", limiter=anyio.CapacityLimiter(1)
    )
    assert ran_on != threading.current_thread().name
    assert told == [Step(done, 100, "Portfolios backtested", "computing") for done in (10, 50, 100)]


async def test_who_is_cancelled_ends_the_computation_at_its_next_step() -> None:
    steps: list[int] = []
    begun, ended = anyio.Event(), threading.Event()

    def compute(watch: Watch) -> None:
        try:
            anyio.from_thread.run_sync(begun.set)
            while len(steps) < 10_000:
                steps.append(1)
                watch(0.5)
                threading.Event().wait(0.001)
        finally:
            ended.set()

    async with anyio.create_task_group() as group:
        group.start_soon(
            lambda: on_a_thread(compute, progress=no_progress, message="", limiter=anyio.CapacityLimiter(1))
        )
        await begun.wait()
        group.cancel_scope.cancel()
    assert ended.is_set()
    assert len(steps) < 10_000


async def test_what_it_raises_comes_back() -> None:
    def compute(_: Watch) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await on_a_thread(compute, progress=no_progress, message="", limiter=anyio.CapacityLimiter(1))
