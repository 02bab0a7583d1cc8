"""Rows of tables: what any of them may hold, the hash of their content, and what is said of those that were changed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Generic, TypeAlias, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Boolean, ColumnElement, Table, type_coerce
from sqlalchemy.types import NULLTYPE

from trimtab.adapters.frameworks.stored import (
    Id,
    Stored,
    StoredBucket,
    StoredConstraint,
    StoredHead,
    StoredPortfolio,
    StoredProfile,
    StoredSession,
    StoredVersion,
)
from trimtab.adapters.records.tables import (
    FRAMEWORK_BUCKETS,
    FRAMEWORK_CONSTRAINTS,
    FRAMEWORK_PORTFOLIOS,
    FRAMEWORK_VERSIONS,
    FRAMEWORKS,
    PORTFOLIO_SESSIONS,
    PROFILES,
)
from trimtab.adapters.reference.broken_rows import WrongValue, broken_rows
from trimtab.adapters.signals.stored import Owner
from trimtab.domain.errors import BrokenRecord
from trimtab.workflow.evidence import canonical

M = TypeVar("M", bound=Stored)
Columns: TypeAlias = dict[str, Any]
"""A row as its table holds it."""
HASH: Final = "content_hash"
CHANGED: Final = "It doesn't fit the row, which isn't what was written."

_MEND: Final = "Bring these rows back from a copy of the database; `trimtab records verify` says what else was changed."
_UNREADABLE: Final = "It isn't of the form that was written."
_MOST_TOLD: Final = 10
_OWNER: Final = TypeAdapter(Owner)
_ID: Final = TypeAdapter(Id)


class Form(Generic[M]):
    """How rows stand in their table: `model` says what columns may hold, `told_by` what messages name a row by."""

    def __init__(self, table: Table, model: type[M], *, told_by: Sequence[str]) -> None:
        self.table = table
        self.model = model
        self._told_by = told_by
        self._truths = [column.name for column in table.c if isinstance(column.type, Boolean)]

    def raw(self, prefix: str = "") -> list[ColumnElement[Any]]:
        """All columns as they stand: SQLite keeps anything in any column, and its type would make more of it."""
        return [type_coerce(column, NULLTYPE).label(prefix + column.name) for column in self.table.c]

    def require(self, rows: Sequence[Columns]) -> None:
        """Comes back where the table can hold these rows.

        Raises:
            ValueError: some hold what isn't kept; the first ten are told, by their places and columns.
        """
        wrong = [(place, names) for place, row in enumerate(rows) if (names := self._validated(row)[0])]
        if wrong:
            told = "; ".join(f"row {place}: {', '.join(names)}" for place, names in wrong[:_MOST_TOLD])
            raise ValueError(f"{self.table.name} can't keep {len(wrong):,} of these rows. {told}.")

    def columns(self, found: Mapping[Any, Any], prefix: str = "") -> Columns:
        """The columns of a row that was found with `raw`; SQLite keeps true and false as 1 and 0."""
        row = {column.name: found[prefix + column.name] for column in self.table.c}
        return row | {name: {0: False, 1: True}.get(row[name], row[name]) for name in self._truths}

    def read(self, rows: Sequence[Columns], *, beside: Mapping[str, str] | None = None) -> tuple[M, ...]:
        """The rows, held against their hashes where they have some; `beside` is covered by them as well.

        Raises:
            BrokenRecord: some aren't what was written; it names them, up to a limit.
        """
        looked_at = [self._looked_at(row, beside or {}) for row in rows]
        wrong = [fault for faults, _ in looked_at for fault in faults]
        if wrong:
            raise self.broken(wrong)
        return tuple(row for _, row in looked_at if row is not None)

    def wrong(self, row: Mapping[str, Any], column: str, *, said: str = CHANGED) -> WrongValue:
        """What is said of one value of a row."""
        key = (row[name] for name in self._told_by)
        return WrongValue(tuple(str(part) if isinstance(part, int) else part for part in key), column, said)

    def broken(self, wrong: Sequence[WrongValue]) -> BrokenRecord:
        """For rows that aren't what was written."""
        return broken_rows(self.table.name, wrong, then=_MEND)

    def _looked_at(self, row: Columns, beside: Mapping[str, str]) -> tuple[list[WrongValue], M | None]:
        """What is wrong with a row, and the row where nothing is."""
        columns, read = self._validated(row)
        faults = [self.wrong(row, name, said=_UNREADABLE) for name in columns]
        if not faults and HASH in row and hash_of({**row, **beside}) != row[HASH]:
            faults = [self.wrong(row, HASH)]
        return faults, read

    def _validated(self, row: Columns) -> tuple[list[str], M | None]:
        """Which columns hold what they can't, and the row where none does."""
        try:
            return [], self.model.model_validate(row)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False, include_context=False)
            return list(dict.fromkeys(str(each["loc"][0]) for each in found)), None


def hash_of(row: Mapping[str, Any]) -> str:
    """SHA-256 of a row's content: all of it but the hash itself."""
    return _sha256({name: value for name, value in row.items() if name != HASH})


def hash_of_parts(*parts: Iterable[Columns]) -> str:
    """SHA-256 of rows of several tables, in order."""
    return _sha256([list(rows) for rows in parts])


def hashed(row: Columns) -> Columns:
    """The row with the hash of its content."""
    return row | {HASH: hash_of(row)}


def findable(owner: str, *ids: str) -> bool:
    """Whether a database may hold something of this owner and these ids: what none takes, none can be asked for."""
    try:
        _OWNER.validate_python(owner)
        for each in ids:
            _ID.validate_python(each)
    except ValidationError:
        return False
    return True


def _sha256(content: object) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()


HEADS: Final = Form(FRAMEWORKS, StoredHead, told_by=("framework_id",))
VERSIONS: Final = Form(FRAMEWORK_VERSIONS, StoredVersion, told_by=("framework_id", "version"))
BUCKETS: Final = Form(FRAMEWORK_BUCKETS, StoredBucket, told_by=("framework_id", "version", "position"))
CONSTRAINTS: Final = Form(FRAMEWORK_CONSTRAINTS, StoredConstraint, told_by=("framework_id", "version", "position"))
PROFILE_ROWS: Final = Form(PROFILES, StoredProfile, told_by=("name",))
PORTFOLIO_ROWS: Final = Form(FRAMEWORK_PORTFOLIOS, StoredPortfolio, told_by=("portfolio_id",))
SESSION_ROWS: Final = Form(PORTFOLIO_SESSIONS, StoredSession, told_by=("portfolio_id", "session_id"))
