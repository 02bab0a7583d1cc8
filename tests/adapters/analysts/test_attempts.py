"""How often something is sent: no more than it may, no longer than it may, and with pauses that grow."""

import asyncio

import pytest

from trimtab.adapters.analysts.attempts import CallLimits, send_within
from trimtab.adapters.analysts.transport_failures import SendingFailed


@pytest.fixture
def waits(monkeypatch) -> list[float]:
    """The pauses that were taken, without taking them."""
    taken: list[float] = []

    async def wait(seconds: float) -> None:
        taken.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", wait)
    return taken


def failing(*failures: SendingFailed):
    """Fails in these ways, then answers."""
    left = list(failures)

    async def send() -> str:
        if left:
            raise left.pop(0)
        return "answer"

    return send


def busy(wait_seconds: float | None = None) -> SendingFailed:
    return SendingFailed("overloaded", "Busy.", again=True, wait_seconds=wait_seconds)


async def test_an_answer_tells_how_often_it_was_sent(waits):
    assert await send_within(CallLimits(), failing()) == ("answer", 1)
    assert await send_within(CallLimits(), failing(busy(), busy())) == ("answer", 3)


async def test_pauses_grow_and_chance_only_shortens_them(waits):
    with pytest.raises(SendingFailed):
        await send_within(CallLimits(attempts=8), failing(*[busy()] * 8))
    longest = (0.5, 1, 2, 4, 8, 8, 8)
    assert len(waits) == len(longest)
    assert all(0.75 * most <= wait <= most for wait, most in zip(waits, longest, strict=True))


async def test_a_provider_says_how_long_to_pause(waits):
    await send_within(CallLimits(), failing(busy(0.25), busy(3)))
    assert waits == [0.25, 3]


async def test_the_last_failure_is_told_with_the_number_of_sendings(waits):
    with pytest.raises(SendingFailed) as caught:
        await send_within(CallLimits(attempts=2), failing(busy(), SendingFailed("timeout", "Slow.", again=True)))
    assert (caught.value.kind, caught.value.attempts) == ("timeout", 2)


async def test_a_failure_that_another_sending_would_not_mend_ends_it(waits):
    with pytest.raises(SendingFailed) as caught:
        await send_within(CallLimits(), failing(SendingFailed("rejected", "No.")))
    assert (caught.value.attempts, waits) == (1, [])


async def test_the_deadline_ends_a_sending_that_has_time_left_of_its_own():
    async with asyncio.timeout(5):
        with pytest.raises(SendingFailed) as caught:
            await send_within(CallLimits(timeout_seconds=60, deadline_seconds=0.05), lambda: asyncio.sleep(60))
    assert (caught.value.kind, caught.value.attempts) == ("timeout", 1)


async def test_a_caller_who_gives_up_is_not_held():
    sending = asyncio.create_task(send_within(CallLimits(), lambda: asyncio.sleep(60)))
    await asyncio.sleep(0)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
