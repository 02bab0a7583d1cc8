"""Reference data in the records' database, with the files that ship behind it; and factor groups beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Generic

from sqlalchemy import Connection, Table

from trimtab.adapters.reference.groups import SqlFactorGroups
from trimtab.adapters.reference.kinds import ASSETS, CASH, INDUSTRIES, Kind, shipped
from trimtab.adapters.reference.rows import lock, rows_of, store
from trimtab.domain.errors import NotFound, TrimtabError
from trimtab.domain.factors.reference import Reference
from trimtab.domain.factors.reference_edits import Difference, P, differences
from trimtab.workflow.ports.records import moment
from trimtab.workflow.ports.reference import Sourced

_TABLES: Final[tuple[Table, ...]] = (ASSETS.table, INDUSTRIES.table, CASH.table)


@dataclass(frozen=True, slots=True)
class Changed(Generic[P]):
    """A table before and after a change. `taken_over` counts the rows that shipped and went into the database first."""

    before: tuple[P, ...]
    after: tuple[P, ...]
    taken_over: int = 0

    @property
    def differences(self) -> tuple[Difference[P], ...]:
        """The rows that the change added or changed."""
        return differences(self.before, self.after)


class SqlReference(SqlFactorGroups):
    """Reference data at this database URL: a `ReferenceData`, and what changes it; a `FactorGroups` on its connection.

    A table without rows counts as never filled: what ships stands for it, and the first change takes that over.

    Raises:
        SettingsError: it isn't a URL of a database that can hold records, or what talks to it isn't installed.
    """

    async def read(self) -> Sourced:
        """See `ReferenceData.read`."""
        try:
            return _sourced(await self._read(_all))
        except NotFound:
            return Sourced(
                shipped(), "yaml", "The records' database isn't there yet; the files that ship stand for it."
            )
        except TrimtabError as error:
            return Sourced(shipped(), "yaml", f"{error.message} The files that ship stand for it.")

    async def change(
        self, kind: Kind[P], edit: Callable[[tuple[P, ...]], tuple[P, ...]], *, dry_run: bool = False
    ) -> Changed[P]:
        """Brings a table to what `edit` makes of its rows, in one transaction; with `dry_run` only says what it would.

        Raises what a store's operation may raise, and what `edit` does: then nothing is changed.
        """
        # Decided before anything is written: what is refused doesn't make a database.
        would = _edited(kind, await self._rows(kind), edit=edit)
        if dry_run:
            return would
        return await self._write(partial(_change, kind=kind, edit=edit, at=moment(self._clock.now())), create=True)

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
    return Changed(before, edit(before), taken_over=0 if held else len(before))


def _change(
    connection: Connection, *, kind: Kind[P], edit: Callable[[tuple[P, ...]], tuple[P, ...]], at: str
) -> Changed[P]:
    lock(connection, kind.table)
    held = rows_of(connection, kind)
    changed = _edited(kind, held, edit=edit)
    store(connection, kind, rows=[row.after for row in differences(held, changed.after)], at=at)
    return changed
