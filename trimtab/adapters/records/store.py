"""The record store on a SQL database: a SQLite file, or a PostgreSQL server for several processes or machines.

Drivers block, so one thread of the store's own does all the work on one connection: the event loop never waits. Other
processes may use the same database.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from trimtab.adapters.records import orders, reading, writing
from trimtab.adapters.records.engines import database_at
from trimtab.adapters.records.faults import REPEATED, closed_store, named_errors, sqlstate
from trimtab.adapters.records.migrate import make_ready
from trimtab.adapters.records.order_columns import order_columns
from trimtab.adapters.records.verifying import verify
from trimtab.workflow.ports.records import (
    Decide,
    EvidenceEntry,
    EvidenceHead,
    Fill,
    KeptSession,
    OrderColumns,
    OrderLine,
    OrderRow,
    Parked,
    Scope,
    Standing,
    Verification,
)
from trimtab.workflow.ports.results import ExecutionMode

ATTEMPTS: Final = 5
"""How often a transaction is run that PostgreSQL asks to repeat."""

_T = TypeVar("_T")


class SqlRecordStore:
    """A `RecordStore` at this database URL. Nothing is opened or made before the first call.

    Without `create` nothing is made then either: where there are no records every operation is NotFound.

    Raises:
        SettingsError: it isn't a URL of a database that can hold records, or what talks to it isn't installed.
    """

    def __init__(self, url: str, create: bool = True) -> None:
        self._database = database_at(url)
        self._create = create
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="records")
        self._ready = False
        self._closed = False

    @property
    def place(self) -> str:
        """Where the records are, for messages: the file's path, or host and database without user and password."""
        return self._database.location

    async def standing(self, scope: Scope) -> Standing:
        """See `RecordStore.standing`."""
        return await self._read(partial(_standing, scope=scope))

    async def write(self, scope: Scope, decide: Decide) -> EvidenceHead:
        """See `RecordStore.write`."""
        return await self._write(partial(writing.write, scope=scope, decide=decide))

    async def unsettled(self, since: date, *, execution_mode: ExecutionMode) -> tuple[OrderRow, ...]:
        """See `RecordStore.unsettled`."""
        return await self._read(partial(orders.unsettled, since=since, execution_mode=execution_mode))

    async def order_columns(self, session_id: str) -> OrderColumns:
        """See `RecordStore.order_columns`."""
        return await self._read(partial(order_columns, session_id=session_id))

    async def order_lines(self, session_id: str, *, plan_hash: str = "") -> tuple[OrderLine, ...]:
        """See `RecordStore.order_lines`."""
        columns = await self._read(partial(order_columns, session_id=session_id, plan_hash=plan_hash))
        return tuple(map(columns.line, range(len(columns))))

    async def parked(self, session_id: str) -> tuple[Parked, ...]:
        """See `RecordStore.parked`."""
        return await self._read(partial(reading.parked_of, session_id=session_id))

    async def fills(self, session_id: str) -> tuple[Fill, ...]:
        """See `RecordStore.fills`."""
        return await self._read(partial(reading.fills_of, session_id=session_id))

    async def entries(self, session_id: str, *, after_seq: int = 0, limit: int = 500) -> tuple[EvidenceEntry, ...]:
        """See `RecordStore.entries`."""
        return await self._read(partial(reading.entries_of, session_id=session_id, after_seq=after_seq, limit=limit))

    async def sessions(self, *, limit: int = 1000) -> tuple[KeptSession, ...]:
        """See `RecordStore.sessions`."""
        return await self._read(partial(reading.kept_sessions, limit=limit))

    async def verify(self) -> Verification:
        """See `RecordStore.verify`."""
        return await self._read(verify)

    async def check(self) -> None:
        """See `RecordStore.check`."""
        await self._write(writing.touch)

    async def close(self) -> None:
        """See `RecordStore.close`."""
        if not self._closed:
            self._closed = True
            await asyncio.get_running_loop().run_in_executor(self._thread, self._database.engine.dispose)
            self._thread.shutdown(wait=False)

    async def _read(self, work: Callable[[Connection], _T]) -> _T:
        return await self._run(partial(self._reading, work))

    async def _write(self, work: Callable[[Connection], _T]) -> _T:
        return await self._run(partial(self._writing, work))

    async def _run(self, work: Callable[[], _T]) -> _T:
        if self._closed:
            raise closed_store()
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._named, work)

    def _named(self, work: Callable[[], _T]) -> _T:
        with named_errors(self._database.place):
            if not self._ready:
                make_ready(self._database, create=self._create)
                self._ready = True
            return work()

    def _reading(self, work: Callable[[Connection], _T]) -> _T:
        with self._database.reading() as connection:
            return work(connection)

    def _writing(self, work: Callable[[Connection], _T]) -> _T:
        for _ in range(ATTEMPTS - 1):
            try:
                return self._written(work)
            except DBAPIError as error:
                if sqlstate(error) not in REPEATED:
                    raise
        return self._written(work)

    def _written(self, work: Callable[[Connection], _T]) -> _T:
        with self._database.writing() as connection:
            return work(connection)


def _standing(connection: Connection, *, scope: Scope) -> Standing:
    return reading.standing_of(connection, scope, head=reading.read_head(connection))
