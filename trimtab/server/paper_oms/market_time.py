"""The market's time: ticks, and on which days they were."""

from collections.abc import Iterator
from typing import Final, NamedTuple

DAY_US: Final = 86_400_000_000


class MarketTime(NamedTuple):
    """How many ticks there were, and when the last one was, in microseconds since 1970 (UTC)."""

    tick: int
    as_of_us: int


class Stretch(NamedTuple):
    """The ticks from `first` to `last`, all on one UTC day, counted from 1970."""

    day: int
    first: int
    last: int


def moved_on(before: MarketTime, *, now_us: int, tick_us: int) -> MarketTime:
    """The market's time now. What is left of a tick counts later, so that it doesn't matter how often somebody looks.

    A clock that was set back is followed: the market would stand still until it is back.
    """
    if now_us < before.as_of_us:
        return MarketTime(before.tick, now_us)
    ticks = (now_us - before.as_of_us) // tick_us
    return MarketTime(before.tick + ticks, before.as_of_us + ticks * tick_us)


def stretches(before: MarketTime, after: MarketTime) -> Iterator[Stretch]:
    """The ticks between two times, evenly spread, in order and day by day."""
    ticks, span_us = after.tick - before.tick, after.as_of_us - before.as_of_us
    done = 0
    while done < ticks:
        day = (before.as_of_us + span_us * (done + 1) // ticks) // DAY_US
        left_us = (day + 1) * DAY_US - before.as_of_us
        # The last tick that is still before midnight.
        last = ticks if span_us < left_us else (left_us * ticks - 1) // span_us
        yield Stretch(day, before.tick + done + 1, before.tick + last)
        done = last
