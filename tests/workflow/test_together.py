"""Work at the same time, whose first failure ends the rest."""

import asyncio

import pytest

from trimtab.workflow.together import together


class Stopped:
    """Work that only ends when it is told to."""

    def __init__(self) -> None:
        self.began, self.ended = asyncio.Event(), False

    async def work(self) -> None:
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            self.ended = True


async def test_results_come_in_the_order_given_whatever_ends_first() -> None:
    async def after(turns: int) -> int:
        for _ in range(turns):
            await asyncio.sleep(0)
        return turns

    assert await together(after(turns) for turns in (3, 0, 2)) == [3, 0, 2]
    assert await together(after(turns) for turns in range(0)) == []


async def test_it_really_runs_at_the_same_time() -> None:
    everybody = asyncio.Barrier(3)
    async with asyncio.timeout(10):
        await together(everybody.wait() for _ in range(3))


async def test_the_first_failure_is_raised_as_it_is_after_the_others_have_ended() -> None:
    other = Stopped()

    async def fail() -> None:
        await other.began.wait()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with asyncio.timeout(10):
            await together((other.work(), fail()))
    assert other.ended


async def test_a_cancellation_ends_all_of_it() -> None:
    both = (Stopped(), Stopped())
    task = asyncio.create_task(_all(both))
    for each in both:
        await each.began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [each.ended for each in both] == [True, True]


async def _all(works: tuple[Stopped, ...]) -> None:
    await together(each.work() for each in works)
