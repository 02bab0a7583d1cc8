"""The factor groups of people, in the records' database."""

import json
from functools import partial
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from trimtab.adapters.clock import SystemClock
from trimtab.adapters.records.access import SqlAccess
from trimtab.adapters.records.faults import broken
from trimtab.adapters.records.tables import FACTOR_GROUPS
from trimtab.adapters.reference.rows import lock
from trimtab.domain.errors import NotFound
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.records import moment
from trimtab.workflow.ports.reference import FactorGroup

_CLOCK: Final = SystemClock()
_GROUP: Final = TypeAdapter(FactorGroup)
_OF: Final = FACTOR_GROUPS.c


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
    return tuple(sorted(map(_group, found), key=lambda group: group.name))


def _get(connection: Connection, *, owner: str, name: str) -> FactorGroup | None:
    found = connection.execute(select(FACTOR_GROUPS).where(_OF.owner == owner, _OF.name == name)).mappings().first()
    return None if found is None else _group(found)


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


def _group(row: RowMapping) -> FactorGroup:
    try:
        content: dict[str, Any] = {"members": json.loads(row["members"]), "weights": json.loads(row["weights"])}
        return _GROUP.validate_python({"name": row["name"], "weighting_method": row["weighting_method"], **content})
    except (ValueError, ValidationError):
        raise broken(FACTOR_GROUPS.name, "a group isn't what was written.") from None
