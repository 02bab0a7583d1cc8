"""What was computed of signals, in the records' database: kept once, and never changed."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from sqlalchemy import Connection

from trimtab.adapters.clock import SystemClock
from trimtab.adapters.records.access import SqlAccess
from trimtab.adapters.signals.keeping import keep, keep_allocation
from trimtab.adapters.signals.rows import ALLOCATION_ROWS, PERFORMANCE_ROWS, SIGNAL_ROWS, Columns, Form, R
from trimtab.adapters.signals.seeking import SIGHT_OF_PERFORMANCE, SIGHT_OF_SIGNALS, seek, seek_allocations
from trimtab.domain.errors import NotFound
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.records import moment
from trimtab.workflow.ports.signal_records import AllocationRow, PerformanceRow, SignalRow, Sought

_CLOCK: Final = SystemClock()


class SqlSignalRecords(SqlAccess):
    """A `SignalRecords` at this database URL. Only keeping makes a database where there is none.

    Keeping raises ValueError, too, for rows that no database shall hold: nothing is made or kept then.

    Raises:
        SettingsError: it isn't a URL of a database that can hold records, or what talks to it isn't installed.
    """

    def __init__(self, url: str, *, clock: Clock = _CLOCK) -> None:
        super().__init__(url, create=False)
        self._clock = clock

    async def keep_signals(self, owner: str, rows: Sequence[SignalRow]) -> int:
        """See `SignalRecords.keep_signals`."""
        return await self._keep(owner, rows, form=SIGNAL_ROWS)

    async def keep_allocation(self, owner: str, row: AllocationRow) -> bool:
        """See `SignalRecords.keep_allocation`."""
        (stored,) = await self._stored(owner, [row], form=ALLOCATION_ROWS)
        return await self._write(partial(keep_allocation, row=stored, symbols=list(row.allocations)), create=True)

    async def keep_performance(self, owner: str, rows: Sequence[PerformanceRow]) -> int:
        """See `SignalRecords.keep_performance`."""
        return await self._keep(owner, rows, form=PERFORMANCE_ROWS)

    async def signals(self, owner: str, sought: Sought) -> tuple[tuple[SignalRow, ...], int]:
        """See `SignalRecords.signals`."""
        return await self._found(partial(seek, owner=owner, sight=SIGHT_OF_SIGNALS, sought=sought))

    async def allocations(self, owner: str, sought: Sought) -> tuple[tuple[AllocationRow, ...], int]:
        """See `SignalRecords.allocations`."""
        return await self._found(partial(seek_allocations, owner=owner, sought=sought))

    async def performance(self, owner: str, sought: Sought) -> tuple[tuple[PerformanceRow, ...], int]:
        """See `SignalRecords.performance`; a range of days has no symbol, so nothing is found by one."""
        return await self._found(partial(seek, owner=owner, sight=SIGHT_OF_PERFORMANCE, sought=sought))

    async def _keep(self, owner: str, rows: Sequence[R], *, form: Form[R]) -> int:
        if not rows:
            return 0
        stored = await self._stored(owner, rows, form=form)
        return await self._write(partial(keep, table=form.table, rows=stored), create=True)

    async def _stored(self, owner: str, rows: Sequence[R], *, form: Form[R]) -> list[Columns]:
        """On another thread than the database's: many rows take a while, and others may ask meanwhile."""
        return await asyncio.to_thread(form.stored, owner, rows=rows, at=moment(self._clock.now()))

    async def _found(self, look: Callable[[Connection], tuple[tuple[R, ...], int]]) -> tuple[tuple[R, ...], int]:
        try:
            return await self._read(look)
        except NotFound:
            return (), 0
