"""Finds frameworks and their versions; the transaction is the caller's, and sees one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from trimtab.adapters.frameworks.refusals import unknown_framework, unknown_version
from trimtab.adapters.frameworks.rows import (
    BUCKETS,
    CONSTRAINTS,
    HEADS,
    VERSIONS,
    Columns,
    Form,
    M,
    findable,
    hash_of_parts,
)
from trimtab.adapters.frameworks.spelling import framework_of
from trimtab.adapters.frameworks.stored import StoredHead, StoredVersion
from trimtab.adapters.records.tables import FRAMEWORK_VERSIONS, FRAMEWORKS
from trimtab.domain.errors import BrokenRecord
from trimtab.workflow.ports.framework_records import MOST_LISTED, FrameworkHead, StoredFramework, VersionHead

_HEAD: Final = FRAMEWORKS.c
_VERSION: Final = FRAMEWORK_VERSIONS.c
_OF_VERSION: Final = "version_"
_LATEST: Final = (
    select(func.max(_VERSION.version))
    .where(_VERSION.framework_id == _HEAD.framework_id)
    .correlate(FRAMEWORKS)
    .scalar_subquery()
    .label("latest")
)
_PARTS_CHANGED: Final = "It doesn't fit the buckets and constraints, which aren't what was written."
_NOT_KEPT: Final = "The versions that are kept aren't those from 1 to this one."


@dataclass(frozen=True, slots=True)
class Header:
    """A framework and its newest version without its buckets."""

    head: StoredHead
    newest: StoredVersion


def list_heads(connection: Connection, owner: str, *, archived: bool) -> tuple[FrameworkHead, ...]:
    """See `FrameworkRecords.list`."""
    if not findable(owner):
        return ()
    those = [] if archived else [_HEAD.archived.is_(False)]
    statement = _selected(owner, *those).order_by(_VERSION.name, _HEAD.framework_id).limit(MOST_LISTED)
    return tuple(map(_shown, _read_headers(connection, owner, statement=statement)))


def head_of(connection: Connection, owner: str, *, framework_id: str) -> FrameworkHead:
    """A framework of this owner; raises NotFound."""
    return _shown(_header_of(connection, owner, framework_id=framework_id))


def read(connection: Connection, owner: str, *, framework_id: str, version: int | None) -> StoredFramework:
    """See `FrameworkRecords.read`."""
    header = _header_of(connection, owner, framework_id=framework_id)
    head = header.head
    its = header.newest if version is None else _version_of(connection, header, number=version)
    bucket_rows = _parts(connection, BUCKETS, its=its)
    constraint_rows = _parts(connection, CONSTRAINTS, its=its)
    buckets, constraints = BUCKETS.read(bucket_rows), CONSTRAINTS.read(constraint_rows)
    if hash_of_parts(bucket_rows, constraint_rows) != its.parts_hash:
        raise VERSIONS.broken([VERSIONS.wrong(its.model_dump(), "parts_hash", said=_PARTS_CHANGED)])
    return StoredFramework(
        framework_id=framework_id,
        version=its.version,
        newest=head.newest_version,
        archived=head.archived,
        framework=framework_of(its, buckets=buckets, constraints=constraints),
        saved_at=its.saved_at,
        actor=its.actor,
        note=its.note,
    )


def list_versions(connection: Connection, owner: str, *, framework_id: str) -> tuple[VersionHead, ...]:
    """See `FrameworkRecords.versions`."""
    head = _header_of(connection, owner, framework_id=framework_id).head
    found = _versions(connection, head)
    if [each.version for each in found] != list(range(head.newest_version, 0, -1)):
        raise _gap(head)
    return tuple(VersionHead(each.version, each.saved_at, each.actor, each.note) for each in found)


def _version_of(connection: Connection, header: Header, *, number: int) -> StoredVersion:
    newest = header.newest
    if not 1 <= number <= newest.version:
        raise unknown_version(number, newest=newest.version)
    found = _versions(connection, header.head, _VERSION.version == number)
    if not found:
        raise _gap(header.head)
    return found[0]


def _versions(connection: Connection, head: StoredHead, *those: ColumnElement[bool]) -> tuple[StoredVersion, ...]:
    """Versions of a framework, the newest first."""
    of_framework = select(*VERSIONS.raw()).where(_VERSION.framework_id == head.framework_id, *those)
    found = connection.execute(of_framework.order_by(_VERSION.version.desc())).mappings()
    return VERSIONS.read([VERSIONS.columns(row) for row in found], beside={"owner": head.owner})


def _gap(head: StoredHead) -> BrokenRecord:
    return HEADS.broken([HEADS.wrong(head.model_dump(), "newest_version", said=_NOT_KEPT)])


def _header_of(connection: Connection, owner: str, *, framework_id: str) -> Header:
    if not findable(owner, framework_id):
        raise unknown_framework()
    statement = _selected(owner, _HEAD.framework_id == framework_id)
    found = _read_headers(connection, owner, statement=statement)
    if not found:
        raise unknown_framework()
    return found[0]


def _selected(owner: str, *those: ColumnElement[bool]) -> Select[Any]:
    """Frameworks of an owner with their newest versions."""
    beside = and_(_VERSION.framework_id == _HEAD.framework_id, _VERSION.version == _HEAD.newest_version)
    joined = FRAMEWORKS.outerjoin(FRAMEWORK_VERSIONS, beside)
    columns = (*HEADS.raw(), *VERSIONS.raw(_OF_VERSION), _LATEST)
    return select(*columns).select_from(joined).where(_HEAD.owner == owner, *those)


def _read_headers(connection: Connection, owner: str, *, statement: Select[Any]) -> list[Header]:
    found = connection.execute(statement).mappings().all()
    rows = [HEADS.columns(row) for row in found]
    heads = HEADS.read(rows)
    wrong = [
        HEADS.wrong(row, "newest_version")
        for row, beside in zip(rows, found, strict=True)
        if row["newest_version"] != beside["latest"]
    ]
    if wrong:
        raise HEADS.broken(wrong)
    newest = VERSIONS.read([VERSIONS.columns(row, _OF_VERSION) for row in found], beside={"owner": owner})
    return [Header(*pair) for pair in zip(heads, newest, strict=True)]


def _parts(connection: Connection, form: Form[M], *, its: StoredVersion) -> Sequence[Columns]:
    table = form.table.c
    of_version = select(*form.raw()).where(table.framework_id == its.framework_id, table.version == its.version)
    return [form.columns(row) for row in connection.execute(of_version.order_by(table.position)).mappings()]


def _shown(header: Header) -> FrameworkHead:
    head, its = header.head, header.newest
    return FrameworkHead(
        framework_id=head.framework_id,
        version=its.version,
        name=its.name,
        method=its.method,
        base_ccy=its.base_ccy,
        risk_band=its.risk_band,
        archived=head.archived,
        n_buckets=its.n_buckets,
        saved_at=its.saved_at,
    )
