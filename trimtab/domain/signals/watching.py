"""How long computations tell how far they are, and are stopped."""

from collections.abc import Callable
from itertools import accumulate
from typing import TypeAlias

Watch: TypeAlias = Callable[[float], None]
"""Called now and then with the share that is done, 0 to 1, never less than before; what it raises ends the work."""


def unwatched(_done: float) -> None:
    """For who doesn't want to know."""


def part_of(watch: Watch, *, place: int, count: int) -> Watch:
    """Watches one of `count` pieces of work of the same size, the one at this place from 0."""
    return lambda done: watch((place + done) / count)


def parts_of(watch: Watch, *sizes: int) -> tuple[Watch, ...]:
    """Watches pieces of work of these sizes, one after another; one of size 0 isn't told."""
    total = sum(sizes)

    def part(before: int, size: int) -> Watch:
        return lambda done: watch((before + size * done) / total) if size else None

    return tuple(part(end - size, size) for end, size in zip(accumulate(sizes), sizes, strict=True))
