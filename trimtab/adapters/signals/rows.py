"""Rows of signals, allocations and performance: to the columns of their tables, and back.

Each has the SHA-256 of its content beside it, so that a value which somebody changed in the database is told.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, Final, Generic, TypeAlias, TypeVar

from pydantic import ValidationError
from sqlalchemy import Boolean, ColumnElement, Double, RowMapping, Table, type_coerce
from sqlalchemy.types import NULLTYPE

from trimtab.adapters.records.tables import ALLOCATIONS, PERFORMANCE, SIGNALS
from trimtab.adapters.reference.broken_rows import WrongValue, broken_rows
from trimtab.adapters.signals.stored import Stored, StoredAllocation, StoredPerformance, StoredSignal
from trimtab.workflow.evidence import canonical
from trimtab.workflow.ports.signal_records import AllocationRow, PerformanceRow, SignalRow

R = TypeVar("R", SignalRow, AllocationRow, PerformanceRow)
Columns: TypeAlias = dict[str, Any]
"""A row as its table holds it."""

MEND: Final = "Delete these rows in the database itself; the same question keeps what it computes anew."
_MOST_TOLD: Final = 10
_UNREADABLE: Final = "It isn't of the form that was written."
_CHANGED: Final = "It doesn't fit the row, which isn't what was written."
_SPELLED: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
"""As canonical JSON, but NaN is spelled, too: where it may not stand, the column's check says so."""


def _float(value: float | None) -> float | None:
    """Without the sign of zero, which SQLite doesn't keep."""
    return None if value is None else float(value) + 0.0


def _figures(figures: Mapping[str, float | None]) -> str:
    """As JSON; a whole number is spelled as the same float is."""
    return _SPELLED({name: _float(value) for name, value in figures.items()})


def _inputs(inputs: Mapping[str, Any]) -> str:
    """As canonical JSON; nothing, which no column takes, where it can't be."""
    try:
        return canonical(inputs)
    except (TypeError, ValueError):
        return ""


def _as_it_is(value: Any) -> Any:
    return value


_JSON: Final[dict[str, Callable[[Any], Any]]] = {
    "metadata": _figures,
    "allocations": _figures,
    "metrics": _figures,
    "inputs": _inputs,
}
_DAYS: Final[dict[str, Callable[[Any], Any]]] = {"day": date.isoformat, "evaluation_day": date.isoformat}


class Form(Generic[R]):
    """How rows of one kind stand in their table, whose columns have the names of the row's fields.

    `model` says what columns may hold, `told_by` what messages name a row by.
    """

    def __init__(self, row: type[R], table: Table, *, model: type[Stored], told_by: tuple[str, ...]) -> None:
        self.table = table
        self._row: Callable[..., R] = row
        self._model = model
        self._told_by = told_by
        spelled = _JSON | _DAYS | {column.name: _float for column in table.c if isinstance(column.type, Double)}
        self._fields = [field.name for field in fields(row)]
        self._content = {name: spelled.get(name, _as_it_is) for name in self._fields if name != "recorded_at"}
        self._truths = [column.name for column in table.c if isinstance(column.type, Boolean)]

    @property
    def raw(self) -> list[ColumnElement[Any]]:
        """All columns as they stand: SQLite keeps anything in any column, and its type would make more of it."""
        return [type_coerce(column, NULLTYPE).label(column.name) for column in self.table.c]

    def stored(self, owner: str, *, rows: Sequence[R], at: str) -> list[Columns]:
        """The columns of these rows, by key: two writers of the same rows then never wait for each other in a ring.

        Raises:
            ValueError: some hold what isn't kept; the first ten are told, by their places and columns.
        """
        found = [self._columns(row) | {"owner": owner, "recorded_at": at} for row in rows]
        wrong = [(place, names) for place, columns in enumerate(found) if (names := self._wrong_columns(columns))]
        if wrong:
            told = "; ".join(f"row {place}: {', '.join(names)}" for place, names in wrong[:_MOST_TOLD])
            raise ValueError(f"{self.table.name} can't keep {len(wrong):,} of these rows. {told}.")
        key = [column.name for column in self.table.primary_key]
        return sorted(found, key=lambda columns: [columns[name] for name in key])

    def read(self, found: Iterable[RowMapping]) -> tuple[R, ...]:
        """The rows; raises BrokenRecord, with all of them, where some aren't what was written."""
        told = [self._as_written(dict(row)) for row in found]
        wrong = [value for faults, _ in told for value in faults]
        if wrong:
            raise broken_rows(self.table.name, wrong, then=MEND)
        return tuple(self._made(columns) for _, columns in told)

    def _columns(self, row: R) -> Columns:
        columns = {name: spelled(getattr(row, name)) for name, spelled in self._content.items()}
        return columns | {"content_hash": self._hash(columns)}

    def _hash(self, columns: Columns) -> str:
        content = {name: columns[name] for name in self._content}
        return hashlib.sha256(_SPELLED(content).encode()).hexdigest()

    def _wrong_columns(self, columns: Columns) -> list[str]:
        try:
            self._model.model_validate(columns)
        except ValidationError as error:
            return list(dict.fromkeys(str(each["loc"][0]) for each in error.errors(include_url=False)))
        return []

    def _as_written(self, columns: Columns) -> tuple[list[WrongValue], Columns]:
        """What is wrong with a row, and its columns; SQLite keeps true and false as 1 and 0."""
        for name in self._truths:
            columns[name] = {0: False, 1: True}.get(columns[name], columns[name])
        key = tuple(columns[name] for name in self._told_by)
        faults = [WrongValue(key, name, _UNREADABLE) for name in self._wrong_columns(columns)]
        if not faults and self._hash(columns) != columns["content_hash"]:
            faults = [WrongValue(key, "content_hash", _CHANGED)]
        return faults, columns

    def _made(self, columns: Columns) -> R:
        values = {name: json.loads(columns[name]) if name in _JSON else columns[name] for name in self._fields}
        days = {name: date.fromisoformat(values[name]) for name in _DAYS.keys() & values.keys()}
        return self._row(**values | days)


SIGNAL_ROWS: Final = Form(SignalRow, SIGNALS, model=StoredSignal, told_by=("strategy", "symbol", "day"))
ALLOCATION_ROWS: Final = Form(AllocationRow, ALLOCATIONS, model=StoredAllocation, told_by=("allocation_id",))
PERFORMANCE_ROWS: Final = Form(PerformanceRow, PERFORMANCE, model=StoredPerformance, told_by=("run_id",))
