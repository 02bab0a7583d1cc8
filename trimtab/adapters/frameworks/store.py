"""Frameworks in the records' database: every version for ever, profiles, and portfolios that follow a version."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import Connection

from trimtab.adapters.clock import SystemClock
from trimtab.adapters.frameworks import keeping, portfolios, seeking
from trimtab.adapters.frameworks.refusals import unknown_framework, unknown_portfolio, without_records
from trimtab.adapters.frameworks.rows import findable
from trimtab.adapters.frameworks.spelling import version_rows
from trimtab.adapters.records.access import SqlAccess
from trimtab.domain.errors import NotFound
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.framework_records import (
    FrameworkHead,
    NewVersion,
    PortfolioRow,
    ProfileRow,
    StoredFramework,
    VersionHead,
)
from trimtab.workflow.ports.records import moment

_CLOCK: Final = SystemClock()
_ID_BYTES: Final = 16
_T = TypeVar("_T")


class SqlFrameworkRecords(SqlAccess):
    """A `FrameworkRecords` at this database URL. Only a new framework or profile makes a database where there is none.

    Keeping raises ValueError, too, for what no database shall hold: nothing is made or kept then.

    Raises:
        SettingsError: it isn't a URL of a database that can hold records, or what talks to it isn't installed.
    """

    def __init__(self, url: str, *, clock: Clock = _CLOCK) -> None:
        super().__init__(url, create=False)
        self._clock = clock

    def new_id(self) -> str:
        """See `FrameworkRecords.new_id`."""
        return secrets.token_hex(_ID_BYTES)

    async def create(self, owner: str, new: NewVersion, *, key: str | None = None) -> StoredFramework:
        """See `FrameworkRecords.create`."""
        framework_id, at = self.new_id(), self._now()
        head = keeping.new_head(owner, framework_id, key=key, at=at)
        # On another thread than the database's: many buckets take a while, and others may ask meanwhile.
        rows = await asyncio.to_thread(version_rows, owner, framework_id, version=1, new=new, at=at)
        return await self._write(partial(keeping.create, head=head, rows=rows), create=True)

    async def add_version(
        self, owner: str, framework_id: str, *, new: NewVersion, expected_version: int
    ) -> StoredFramework:
        """See `FrameworkRecords.add_version`."""
        if not findable(owner, framework_id):
            raise unknown_framework()
        number = expected_version + 1
        rows = await asyncio.to_thread(version_rows, owner, framework_id, version=number, new=new, at=self._now())
        with without_records(unknown_framework()):
            add = partial(keeping.add_version, owner=owner, expected_version=expected_version, rows=rows)
            return await self._write(add)

    async def set_archived(self, owner: str, framework_id: str, *, archived: bool) -> FrameworkHead:
        """See `FrameworkRecords.set_archived`."""
        with without_records(unknown_framework()):
            change = partial(keeping.set_archived, owner=owner, framework_id=framework_id, archived=archived)
            return await self._write(change)

    async def read(self, owner: str, framework_id: str, *, version: int | None = None) -> StoredFramework:
        """See `FrameworkRecords.read`."""
        with without_records(unknown_framework()):
            return await self._read(partial(seeking.read, owner=owner, framework_id=framework_id, version=version))

    async def list(self, owner: str, *, archived: bool = False) -> tuple[FrameworkHead, ...]:
        """See `FrameworkRecords.list`."""
        return await self._listed(partial(seeking.list_heads, owner=owner, archived=archived))

    async def versions(self, owner: str, framework_id: str) -> tuple[VersionHead, ...]:
        """See `FrameworkRecords.versions`."""
        with without_records(unknown_framework()):
            return await self._read(partial(seeking.list_versions, owner=owner, framework_id=framework_id))

    async def keep_profile(self, owner: str, profile: ProfileRow) -> ProfileRow:
        """See `FrameworkRecords.keep_profile`."""
        at = self._now()
        row = portfolios.profile_columns(owner, profile, at=at)
        await self._write(partial(portfolios.keep_profile, row=row), create=True)
        return replace(profile, saved_at=at)

    async def profiles(self, owner: str) -> tuple[ProfileRow, ...]:
        """See `FrameworkRecords.profiles`."""
        return await self._listed(partial(portfolios.list_profiles, owner=owner))

    async def keep_portfolio(self, owner: str, portfolio: PortfolioRow) -> PortfolioRow:
        """See `FrameworkRecords.keep_portfolio`."""
        row = portfolios.portfolio_columns(owner, portfolio, at=self._now())
        with without_records(unknown_framework()):
            return await self._write(partial(portfolios.keep_portfolio, row=row))

    async def portfolio(self, owner: str, portfolio_id: str) -> PortfolioRow:
        """See `FrameworkRecords.portfolio`."""
        with without_records(unknown_portfolio()):
            return await self._read(partial(portfolios.portfolio_of, owner=owner, portfolio_id=portfolio_id))

    async def portfolios(self, owner: str) -> tuple[PortfolioRow, ...]:
        """See `FrameworkRecords.portfolios`."""
        return await self._listed(partial(portfolios.list_portfolios, owner=owner))

    async def link_session(self, owner: str, portfolio_id: str, *, session_id: str) -> None:
        """See `FrameworkRecords.link_session`."""
        link = partial(portfolios.link_session, owner=owner, portfolio_id=portfolio_id)
        with without_records(unknown_portfolio()):
            await self._write(partial(link, session_id=session_id, at=self._now()))

    async def sessions_of(self, owner: str, portfolio_id: str) -> tuple[str, ...]:
        """See `FrameworkRecords.sessions_of`; of a portfolio that isn't there none."""
        return await self._listed(partial(portfolios.sessions_of, owner=owner, portfolio_id=portfolio_id))

    def _now(self) -> str:
        return moment(self._clock.now())

    async def _listed(self, look: Callable[[Connection], tuple[_T, ...]]) -> tuple[_T, ...]:
        try:
            return await self._read(look)
        except NotFound:
            return ()
