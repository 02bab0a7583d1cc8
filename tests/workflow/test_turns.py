"""One at a time for each key, and no key is kept that nobody wants."""

import asyncio

import pytest

from trimtab.workflow.turns import Turns


async def test_of_a_key_there_is_one_at_a_time_in_the_order_of_coming() -> None:
    turns, told = Turns(), list[str]()

    async def work(name: str) -> None:
        async with turns.of("session"):
            told.append(f"{name} begins")
            await asyncio.sleep(0)
            told.append(f"{name} ends")

    await asyncio.gather(*(work(name) for name in "abc"))
    assert told == ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]


async def test_other_keys_go_on_meanwhile() -> None:
    turns, both = Turns(), asyncio.Barrier(2)

    async def work(key: str) -> None:
        async with turns.of(key):
            await both.wait()

    async with asyncio.timeout(10):
        await asyncio.gather(work("one"), work("another"))
    assert turns.keys == frozenset()


async def test_a_key_is_forgotten_when_nobody_wants_it_any_more() -> None:
    turns = Turns()
    async with turns.of("session"):
        waiting = asyncio.create_task(_wait(turns))
        await asyncio.sleep(0)
    assert turns.keys == {"session"}
    await waiting
    assert turns.keys == frozenset()


async def test_who_gives_up_waiting_leaves_the_turn_to_others() -> None:
    turns = Turns()
    async with turns.of("session"):
        first, second = asyncio.create_task(_wait(turns)), asyncio.create_task(_wait(turns))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
    async with asyncio.timeout(10):
        await second
    assert turns.keys == frozenset()


async def test_a_failure_gives_the_turn_back() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError):
        async with turns.of("session"):
            raise ZeroDivisionError
    async with asyncio.timeout(10):
        await _wait(turns)


async def _wait(turns: Turns) -> None:
    async with turns.of("session"):
        pass
