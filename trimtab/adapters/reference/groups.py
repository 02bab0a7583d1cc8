"""The factor groups of people, in the records' database."""

import json
from collections.abc import Iterable
from functools import partial
from typing import Final

from pydantic import BaseModel, ConfigDict, Json, ValidationError
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from trimtab.adapters.clock import SystemClock
from trimtab.adapters.records.access import SqlAccess
from trimtab.adapters.records.tables import FACTOR_GROUPS
from trimtab.adapters.reference.broken_rows import WrongValue, broken_rows
from trimtab.adapters.reference.rows import lock
from trimtab.domain.errors import NotFound
from trimtab.domain.factors.reference_groups import wrong_group
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.records import moment
from trimtab.workflow.ports.reference import FactorGroup, WeightingMethod

_CLOCK: Final = SystemClock()
_OF: Final = FACTOR_GROUPS.c
_UNREADABLE: Final = "It isn't of the form that was written."
_MEND: Final = "Delete these groups by their names and create them anew, or correct the rows in the database itself."


class _Stored(BaseModel):
    """A row of groups, with nothing made of its values that they aren't."""

    model_config = ConfigDict(strict=True, frozen=True)

    name: str
    members: Json[tuple[str, ...]]
    weights: Json[dict[str, float]]
    weighting_method: WeightingMethod


class SqlFactorGroups(SqlAccess):
    """A `FactorGroups` at this database URL. Only keeping a group makes a database where there is none.

    Raises:
        SettingsError: it isn't a URL of a database that can hold records, or what talks to it isn't installed.
    """

    def __init__(self, url: str, *, clock: Clock = _CLOCK) -> None:
        super().__init__(url, create=False)
        self._clock = clock

    async def all(self, owner: str) -> tuple[FactorGroup, ...]:
        """See `FactorGroups.all`."""
        try:
            return await self._read(partial(_all, owner=owner))
        except NotFound:
            return ()

    async def get(self, owner: str, name: str) -> FactorGroup | None:
        """See `FactorGroups.get`."""
        try:
            return await self._read(partial(_get, owner=owner, name=name))
        except NotFound:
            return None

    async def create(self, owner: str, group: FactorGroup) -> bool:
        """See `FactorGroups.create`."""
        at = moment(self._clock.now())
        return await self._write(partial(_create, owner=owner, group=group, at=at), create=True)

    async def replace(self, owner: str, group: FactorGroup) -> bool:
        """See `FactorGroups.replace`."""
        try:
            return await self._write(partial(_replace, owner=owner, group=group, at=moment(self._clock.now())))
        except NotFound:
            return False

    async def delete(self, owner: str, name: str) -> bool:
        """See `FactorGroups.delete`."""
        try:
            return await self._write(partial(_delete, owner=owner, name=name))
        except NotFound:
            return False


def _all(connection: Connection, *, owner: str) -> tuple[FactorGroup, ...]:
    found = connection.execute(select(FACTOR_GROUPS).where(_OF.owner == owner)).mappings()
    return tuple(sorted(_groups(found), key=lambda group: group.name))


def _get(connection: Connection, *, owner: str, name: str) -> FactorGroup | None:
    found = connection.execute(select(FACTOR_GROUPS).where(_OF.owner == owner, _OF.name == name)).mappings()
    return next(iter(_groups(found)), None)


def _create(connection: Connection, *, owner: str, group: FactorGroup, at: str) -> bool:
    lock(connection, FACTOR_GROUPS)
    if connection.execute(select(_OF.name).where(_OF.owner == owner, _OF.name == group.name)).first() is not None:
        return False
    row = {"owner": owner, "name": group.name, "created_at": at, "updated_at": at, **_content(group)}
    connection.execute(insert(FACTOR_GROUPS).values(row))
    return True


def _replace(connection: Connection, *, owner: str, group: FactorGroup, at: str) -> bool:
    its = update(FACTOR_GROUPS).where(_OF.owner == owner, _OF.name == group.name)
    return bool(connection.execute(its.values(updated_at=at, **_content(group))).rowcount)


def _delete(connection: Connection, *, owner: str, name: str) -> bool:
    its = delete(FACTOR_GROUPS).where(_OF.owner == owner, _OF.name == name)
    return bool(connection.execute(its).rowcount)


def _content(group: FactorGroup) -> dict[str, str]:
    return {
        "members": json.dumps(group.members, ensure_ascii=False),
        "weights": json.dumps(dict(group.weights), ensure_ascii=False, allow_nan=False),
        "weighting_method": group.weighting_method,
    }


def _groups(rows: Iterable[RowMapping]) -> tuple[FactorGroup, ...]:
    """The groups of these rows; raises BrokenRecord where some hold what nobody could have written."""
    read = [_read(row) for row in rows]
    wrong = [value for found in read if not isinstance(found, FactorGroup) for value in found]
    if wrong:
        raise broken_rows(FACTOR_GROUPS.name, wrong, then=_MEND)
    return tuple(found for found in read if isinstance(found, FactorGroup))


def _read(row: RowMapping) -> FactorGroup | list[WrongValue]:
    """The group of a row, or what is wrong with it."""
    key = (row["name"],)
    try:
        stored = _Stored.model_validate({name: row[name] for name in _Stored.model_fields})
    except ValidationError as error:
        columns = dict.fromkeys(str(each["loc"][0]) for each in error.errors(include_url=False, include_input=False))
        return [WrongValue(key, column, _UNREADABLE) for column in columns]
    is_custom = stored.weighting_method == "custom"
    said = wrong_group(stored.name, stored.members, weights=stored.weights, is_custom=is_custom)
    if said:
        return [WrongValue(key, column, what) for column, what in said.items()]
    return FactorGroup(stored.name, stored.members, stored.weighting_method, stored.weights)
