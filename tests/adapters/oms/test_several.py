"""Many questions are asked a few at a time, and one without an answer spoils no other."""

import anyio
import anyio.lowlevel
import pytest

from trimtab.adapters.oms.several import AT_ONCE, answered
from trimtab.workflow.ports.order_system import NoAnswer, NotSent


async def double(number: int) -> int:
    if number < 0:
        raise NoAnswer(f"{number} has no answer.")
    await anyio.lowlevel.checkpoint()
    return 2 * number


async def test_answers_come_in_the_order_of_the_questions():
    assert await answered([3, 1, 2], double, patience_seconds=1) == [(3, 6), (1, 2), (2, 4)]
    assert await answered([], double, patience_seconds=1) == []


async def test_what_was_answered_is_told_though_the_rest_failed():
    assert await answered([-1, 5, -2], double, patience_seconds=1) == [(5, 10)]


async def test_where_nothing_is_answered_the_first_failure_is_told():
    with pytest.raises(NoAnswer, match="-1 has"):
        await answered([-1, -2], double, patience_seconds=1)


async def test_no_more_than_a_few_are_asked_at_once():
    now = most = 0

    async def ask(number: int) -> int:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await anyio.lowlevel.checkpoint()
        now -= 1
        return number

    assert len(await answered(range(20), ask, patience_seconds=1)) == 20
    assert most == AT_ONCE


async def test_an_order_system_that_hangs_is_not_asked_over_and_over():
    asked = 0

    async def ask(number: int) -> int:
        nonlocal asked
        asked += 1
        await anyio.sleep(0.02)
        raise NotSent("It hangs.")

    with pytest.raises(NotSent):
        await answered(range(1_000), ask, patience_seconds=0.01)
    assert asked == AT_ONCE


async def test_a_failure_of_another_kind_ends_all_questions():
    async def ask(number: int) -> int:
        if number:
            await anyio.sleep(60)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await answered([0, 1, 2], ask, patience_seconds=1)
