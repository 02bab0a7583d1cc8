"""Reference data in the records' database, with the files that ship behind it; and factor groups beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Generic

from sqlalchemy import Connection, Table

from trimtab.adapters.reference.groups import SqlFactorGroups
from trimtab.adapters.reference.kinds import ASSETS, CASH, INDUSTRIES, Kind, shipped
from trimtab.adapters.reference.rows import lock, rows_of, store
from trimtab.domain.errors import Blocked, NotFound, TrimtabError
from trimtab.domain.factors.reference import Reference
from trimtab.domain.factors.reference_edits import Difference, P, differences
from trimtab.workflow.ports.records import moment
from trimtab.workflow.ports.reference import ReferenceSource, Sourced

_TABLES: Final[tuple[Table, ...]] = (ASSETS.table, INDUSTRIES.table, CASH.table)


@dataclass(frozen=True, slots=True)
class Changed(Generic[P]):
    """A table before and after a change. `taken_over` counts the rows that shipped and went into the database first."""

    before: tuple[P, ...]
    after: tuple[P, ...]
    taken_over: int = 0

    @property
    def differences(self) -> tuple[Difference[P], ...]:
        """The rows that the change added, changed or removed."""
        return differences(self.before, self.after)


@dataclass(frozen=True, slots=True)
class SourcedRows(Generic[P]):
    """The rows of one table with where they came from; `note` says why it isn't the database, where it isn't."""

    rows: tuple[P, ...]
    source: ReferenceSource
    note: str = ""


class SqlReference(SqlFactorGroups):
    """Reference data at this database URL: a `ReferenceData`, and what changes it; a `FactorGroups` on its connection.

    A table without rows counts as never filled: what ships stands for it, and the first change takes that over.

    Raises:
        SettingsError: it isn't a URL of a database that can hold records, or what talks to it isn't installed.
    """

    async def read(self) -> Sourced:
        """See `ReferenceData.read`."""
        found, unread = await self._held()
        return Sourced(shipped(), "yaml", unread) if unread else _sourced(found)

    async def read_table(self, kind: Kind[P], of: Callable[[Reference], tuple[P, ...]]) -> SourcedRows[P]:
        """The rows of this table as `read` has them, with where these came from; never raises for that.

        `of` takes them out of the reference data.
        """
        found, unread = await self._held()
        if of(found):
            return SourcedRows(of(found), "database")
        empty = f"The database holds no rows of {kind.table.name} yet; the file that ships stands for them."
        return SourcedRows(of(shipped()), "yaml", unread or empty)

    async def change(
        self, kind: Kind[P], edit: Callable[[tuple[P, ...]], tuple[P, ...]], *, dry_run: bool = False
    ) -> Changed[P]:
        """Brings a table to what `edit` makes of its rows, in one transaction; with `dry_run` only says what it would.

        A row that `edit` leaves out is deleted. Raises what a store's operation may raise, what `edit` does, and
        Blocked where a row may not be deleted, or none would be left: then nothing is changed.
        """
        # Decided before anything is written: what is refused doesn't make a database.
        would = _edited(kind, await self._rows(kind), edit=edit)
        if dry_run:
            return would
        return await self._write(partial(_change, kind=kind, edit=edit, at=moment(self._clock.now())), create=True)

    async def _held(self) -> tuple[Reference, str]:
        """What the database holds, and why it can't be read, where it can't."""
        try:
            return await self._read(_all), ""
        except NotFound:
            return Reference(), "The records' database isn't there yet; the files that ship stand for it."
        except TrimtabError as error:
            return Reference(), f"{error.message} The files that ship stand for it."

    async def _rows(self, kind: Kind[P]) -> tuple[P, ...]:
        try:
            return await self._read(partial(rows_of, kind=kind))
        except NotFound:
            return ()


def _all(connection: Connection) -> Reference:
    return Reference(rows_of(connection, ASSETS), rows_of(connection, INDUSTRIES), rows_of(connection, CASH))


def _sourced(found: Reference) -> Sourced:
    """What was found, with what ships for the tables that were never filled."""
    ours = shipped()
    held = (found.asset_proxies, found.industry_proxies, found.cash_proxies)
    empty = [table.name for table, rows in zip(_TABLES, held, strict=True) if not rows]
    reference = Reference(
        found.asset_proxies or ours.asset_proxies,
        found.industry_proxies or ours.industry_proxies,
        found.cash_proxies or ours.cash_proxies,
    )
    if len(empty) == len(_TABLES):
        note = "The records' database holds no reference data yet; the files that ship stand for it."
        return Sourced(reference, "yaml", note)
    missing = f"The database holds no rows of {', '.join(empty)} yet; the files that ship stand for them."
    return Sourced(reference, "database", missing if empty else "")


def _edited(kind: Kind[P], held: tuple[P, ...], *, edit: Callable[[tuple[P, ...]], tuple[P, ...]]) -> Changed[P]:
    before = held or kind.load(kind.file)
    changed = Changed(before, edit(before), taken_over=0 if held else len(before))
    _require_deletable(kind, changed)
    return changed


def _require_deletable(kind: Kind[P], changed: Changed[P]) -> None:
    name = kind.table.name
    if kind.keeps_rows and any(each.change == "remove" for each in changed.differences):
        raise Blocked(
            f"Rows of {name} are taken out of use, and never deleted.",
            next_action="Use `deactivate`; nothing was changed.",
        )
    if not changed.after:
        raise Blocked(
            f"Nothing would be left in {name}. A table without rows counts as never filled, so the file that ships "
            "would stand for it again.",
            next_action="Use `add` for what shall stay, then remove this one; `add` changes its ETF, too.",
        )


def _change(
    connection: Connection, *, kind: Kind[P], edit: Callable[[tuple[P, ...]], tuple[P, ...]], at: str
) -> Changed[P]:
    lock(connection, kind.table)
    held = rows_of(connection, kind)
    changed = _edited(kind, held, edit=edit)
    store(connection, kind, changes=differences(held, changed.after), at=at)
    return changed
