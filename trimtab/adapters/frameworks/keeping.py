"""Keeps frameworks and their versions; the transaction is the caller's."""

from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from trimtab.adapters.frameworks.refusals import changed_framework, unknown_framework
from trimtab.adapters.frameworks.rows import HEADS, Columns, findable
from trimtab.adapters.frameworks.seeking import head_of, read
from trimtab.adapters.frameworks.spelling import VersionRows
from trimtab.adapters.records.tables import FRAMEWORK_BUCKETS, FRAMEWORK_CONSTRAINTS, FRAMEWORK_VERSIONS, FRAMEWORKS
from trimtab.workflow.ports.framework_records import FrameworkHead, StoredFramework

_HEAD: Final = FRAMEWORKS.c
_KEY: Final = ("owner", "created_key")
_COUNTED: Final = {"preserve_rowcount": True}


def new_head(owner: str, framework_id: str, *, key: str | None, at: str) -> Columns:
    """The row of a framework that is made now; raises ValueError where no database shall hold it."""
    head = {
        "framework_id": framework_id,
        "owner": owner,
        "newest_version": 1,
        "archived": False,
        "created_key": key,
        "created_at": at,
    }
    HEADS.require([head])
    return head


def create(connection: Connection, *, head: Columns, rows: VersionRows) -> StoredFramework:
    """See `FrameworkRecords.create`."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    absent = dialect.insert(FRAMEWORKS).on_conflict_do_nothing(index_elements=_KEY)
    if not connection.execute(absent, head, execution_options=_COUNTED).rowcount:
        made = select(_HEAD.framework_id).where(*(_HEAD[name] == head[name] for name in _KEY))
        return read(connection, head["owner"], framework_id=connection.scalars(made).one(), version=1)
    _keep(connection, rows)
    return rows.stored


def add_version(connection: Connection, owner: str, *, expected_version: int, rows: VersionRows) -> StoredFramework:
    """See `FrameworkRecords.add_version`; of several at once the others wait here, and then see what it kept."""
    framework_id = rows.stored.framework_id
    its = (_HEAD.owner == owner, _HEAD.framework_id == framework_id)
    statement = select(_HEAD.newest_version, _HEAD.archived).where(*its).with_for_update()
    found = connection.execute(statement).one_or_none()
    if found is None:
        raise unknown_framework()
    newest = int(found.newest_version)
    if newest != expected_version:
        raise changed_framework(expected_version, version=newest)
    _keep(connection, rows)
    connection.execute(update(FRAMEWORKS).where(*its).values(newest_version=rows.stored.version))
    return replace(rows.stored, archived=bool(found.archived))


def set_archived(connection: Connection, owner: str, *, framework_id: str, archived: bool) -> FrameworkHead:
    """See `FrameworkRecords.set_archived`."""
    if findable(owner, framework_id):
        its = (_HEAD.owner == owner, _HEAD.framework_id == framework_id)
        connection.execute(update(FRAMEWORKS).where(*its).values(archived=archived))
    return head_of(connection, owner, framework_id=framework_id)


def _keep(connection: Connection, rows: VersionRows) -> None:
    connection.execute(insert(FRAMEWORK_VERSIONS), [rows.version])
    for table, parts in ((FRAMEWORK_BUCKETS, rows.buckets), (FRAMEWORK_CONSTRAINTS, rows.constraints)):
        if parts:
            connection.execute(insert(table), list(parts))
