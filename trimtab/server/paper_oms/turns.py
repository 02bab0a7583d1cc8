"""One request at a time: a turn has the file's lock, sees the market brought up to now, and keeps all it does or none.

SQLite blocks, so a thread of its own does the work: the event loop never waits. Other processes may use the same file.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, Literal, TypeVar

from trimtab.adapters.sessions.sqlite_file import writing
from trimtab.server.paper_oms.market import move_market
from trimtab.server.paper_oms.market_time import MarketTime, moved_on
from trimtab.server.paper_oms.paper_file import named_errors, open_paper_file
from trimtab.server.paper_oms.settings import PaperOmsSettings
from trimtab.server.paper_oms.strikes import Strikes

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

Move = Literal["nothing", "time", "look"]
"""What a turn does to the market: nothing, what the time asks for, or also the tick that a look may be."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Turn:
    """What a request may use while it has the lock; `tick` is the market's."""

    connection: sqlite3.Connection
    settings: PaperOmsSettings
    seed: int
    tick: int
    strikes: Strikes


class Turns:
    """Gives turns over the file of these settings.

    Raises:
        SettingsError: the file is no paper order system's, or of another release.
        Unavailable: it is locked, or the disk is full.
    """

    def __init__(self, settings: PaperOmsSettings) -> None:
        self._settings = settings
        self._connection = open_paper_file(
            settings.db, seed=settings.seed, now_us=self._now_us(), busy_seconds=settings.busy_seconds
        )
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="paper-oms")

    async def take(self, work: Callable[[Turn], T], *, move: Move = "time", ticks: int = 0) -> T:
        """What the work comes to, done in one transaction; the market moves before, by so many `ticks` more.

        Raises:
            Unavailable: the file is locked, or the disk is full.
        """
        done = partial(self._done, work, move=move, ticks=ticks)
        return await asyncio.get_running_loop().run_in_executor(self._thread, done)

    def close(self) -> None:
        """Lets go of the file."""
        self._thread.shutdown()
        self._connection.close()

    def _done(self, work: Callable[[Turn], T], *, move: Move, ticks: int) -> T:
        with named_errors(self._settings.db), writing(self._connection):
            return work(self._turn(move, ticks=ticks))

    def _turn(self, move: Move, *, ticks: int) -> Turn:
        settings, connection = self._settings, self._connection
        kept_seed, *kept_time = connection.execute("SELECT seed, tick, as_of_us FROM market").fetchone()
        seed, market = int(kept_seed), MarketTime(*kept_time)
        for after in self._times(market, move, ticks=ticks):
            move_market(connection, market, after=after, listed=settings.listed, seed=seed)
            market = after
        strikes = Strikes(connection, started_with=settings.faults, seed=seed)
        return Turn(connection, settings, seed, market.tick, strikes)

    def _times(self, market: MarketTime, move: Move, *, ticks: int) -> Iterator[MarketTime]:
        """The times that the market goes to. The clock is asked under the lock, so that no turn comes late."""
        if move != "nothing":
            now_us, tick_us = self._now_us(), round(self._settings.tick_seconds * 1_000_000)
            if tick_us:
                market = moved_on(market, now_us=now_us, tick_us=tick_us)
            else:
                market = MarketTime(market.tick + (move == "look"), now_us)
            yield market
        if ticks:
            yield MarketTime(market.tick + ticks, market.as_of_us)

    def _now_us(self) -> int:
        return (self._settings.clock.now() - _EPOCH) // _MICROSECOND
