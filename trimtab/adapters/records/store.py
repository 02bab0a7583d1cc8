"""The record store on a SQL database: a SQLite file, or a PostgreSQL server for several processes or machines."""

from datetime import date
from functools import partial

from sqlalchemy import Connection

from trimtab.adapters.records import orders, reading, writing
from trimtab.adapters.records.access import SqlAccess
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


class SqlRecordStore(SqlAccess):
    """A `RecordStore` at this database URL. Nothing is opened or made before the first call.

    Without `create` nothing is made then either: where there are no records every operation is NotFound.

    Raises:
        SettingsError: it isn't a URL of a database that can hold records, or what talks to it isn't installed.
    """

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


def _standing(connection: Connection, *, scope: Scope) -> Standing:
    return reading.standing_of(connection, scope, head=reading.read_head(connection))
