"""How often and how long a provider is asked. The SDKs' own retrying is off: it waits as long as a provider says, even
past the deadline, and a failure doesn't tell how often it was sent, or what would have come of waiting."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from trimtab.adapters.analysts.transport_failures import SendingFailed, timed_out

FIRST_WAIT_SECONDS: Final = 0.5
LONGEST_WAIT_SECONDS: Final = 8.0
JITTER: Final = 0.25
"""The part of a wait that chance may take off, so that callers turned away together don't come back together."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class CallLimits:
    """At most `attempts` sendings of `timeout_seconds` each, and all of it, waits too, within `deadline_seconds`."""

    timeout_seconds: float = 120.0
    attempts: int = 3
    deadline_seconds: float = 300.0


async def send_within(limits: CallLimits, send: Callable[[], Awaitable[Answer]]) -> tuple[Answer, int]:
    """What was answered, and how often it was sent until it was.

    A wait that would pass the deadline isn't begun: the failure is told at once, and as what it was.

    Raises:
        SendingFailed: The last sending failed, or one that isn't worth another; it knows how many there were.
    """
    now = asyncio.get_running_loop().time
    end = now() + limits.deadline_seconds
    attempts = 0
    while True:
        attempts += 1
        try:
            async with asyncio.timeout(min(limits.timeout_seconds, end - now())):
                return await send(), attempts
        except SendingFailed as error:
            failed = error
        except TimeoutError:
            failed = timed_out()
        wait_seconds = failed.wait_seconds or _backoff(attempts)
        if not failed.again or attempts >= limits.attempts or now() + wait_seconds >= end:
            failed.attempts = attempts
            raise failed from None
        await asyncio.sleep(wait_seconds)


def _backoff(attempts: int) -> float:
    """Twice as long after every sending, less some chance."""
    seconds = min(FIRST_WAIT_SECONDS * 2.0 ** (attempts - 1), LONGEST_WAIT_SECONDS)
    return seconds * (1 - JITTER * random.random())
