"""How whatever is kept in the records' database gets to it.

Drivers block, so one thread of its own does all the work on one connection: the event loop never waits. Other
processes may use the same database.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from trimtab.adapters.records.engines import database_at
from trimtab.adapters.records.faults import REPEATED, closed_store, named_errors, sqlstate
from trimtab.adapters.records.migrate import make_ready

ATTEMPTS: Final = 5
"""How often a transaction is run that PostgreSQL asks to repeat."""

_T = TypeVar("_T")


class SqlAccess:
    """The database of the records at this URL. Nothing is opened or made before the first call.

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

    async def close(self) -> None:
        """Lets go of the connection; what is asked for afterwards is Unavailable."""
        if not self._closed:
            self._closed = True
            await asyncio.get_running_loop().run_in_executor(self._thread, self._database.engine.dispose)
            self._thread.shutdown(wait=False)

    async def _read(self, work: Callable[[Connection], _T], *, create: bool | None = None) -> _T:
        return await self._run(partial(self._reading, work), create=create)

    async def _write(self, work: Callable[[Connection], _T], *, create: bool | None = None) -> _T:
        return await self._run(partial(self._writing, work), create=create)

    async def _run(self, work: Callable[[], _T], *, create: bool | None) -> _T:
        if self._closed:
            raise closed_store()
        named = partial(self._named, work, create=self._create if create is None else create)
        return await asyncio.get_running_loop().run_in_executor(self._thread, named)

    def _named(self, work: Callable[[], _T], *, create: bool) -> _T:
        with named_errors(self._database.place):
            if not self._ready:
                make_ready(self._database, create=create)
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
