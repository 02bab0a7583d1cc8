"""Several questions to the order system, a few at the same time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

from trimtab.workflow.ports.order_system import NoAnswer, NotSent
from trimtab.workflow.together import together

AT_ONCE: Final = 4

T = TypeVar("T")
R = TypeVar("R")


async def answered(
    asked: Sequence[T], ask: Callable[[T], Awaitable[R]], *, patience_seconds: float
) -> list[tuple[T, R]]:
    """Asks about each; gives, in order, those that were answered with their answers.

    Args:
        asked: What is asked about.
        ask: Asks about one; it fails by NotSent or NoAnswer.
        patience_seconds: Once a question has failed, no other begins later than so long after the first: an order
            system that hangs would hold up its caller for each of them.

    Raises:
        NotSent, NoAnswer: The first failure, where there is no answer at all.
    """
    seats = asyncio.Semaphore(AT_ONCE)
    failures: list[NotSent | NoAnswer] = []
    begun = time.monotonic()

    async def one(item: T) -> tuple[T, R] | None:
        async with seats:
            if failures and time.monotonic() - begun >= patience_seconds:
                return None
            try:
                return item, await ask(item)
            except (NotSent, NoAnswer) as error:
                failures.append(error)
                return None

    found = [pair for pair in await together(one(item) for item in asked) if pair is not None]
    if failures and not found:
        raise failures[0]
    return found
