"""A session's orders as far as their progress goes, read as fast as a database gives their columns."""

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any, Final, get_args

from sqlalchemy import Connection, select

from trimtab.adapters.records.rows import unreadable
from trimtab.adapters.records.tables import KEPT_AS
from trimtab.domain.errors import BrokenRecord
from trimtab.workflow.ports.records import ORDER_DECIMALS, OrderColumns, OrderLine, OrderRow

_KEPT: Final = KEPT_AS[OrderRow]
_ORDERS: Final = _KEPT.table.c
_FIELDS: Final = OrderLine._fields
_COLUMNS: Final = [_ORDERS[name] for name in _FIELDS]
_KINDS: Final = {name: OrderRow.model_fields[name].annotation for name in _FIELDS}
_WORDS: Final = {name: frozenset(get_args(kind)) for name, kind in _KINDS.items() if get_args(kind)}
"""The words that there are, by column."""
_AT_ONCE: Final = 256
"""Rows fetched at once: few enough for the garbage collector to leave them alone."""


def order_columns(connection: Connection, session_id: str, *, plan_hash: str = "") -> OrderColumns:
    """See `RecordStore.order_columns`; where `plan_hash` is empty, of whatever plan.

    Raises:
        BrokenRecord: what stands there can't have been written.
    """
    statement = select(*_COLUMNS).where(_ORDERS.session_id == session_id).order_by(_ORDERS.first_seq)
    if plan_hash:
        statement = statement.where(_ORDERS.plan_hash == plan_hash)
    texts: dict[str, list[str]] = {name: [] for name in _FIELDS}
    with connection.execute(statement) as result:
        while rows := result.fetchmany(_AT_ONCE):
            for column, more in zip(texts.values(), zip(*rows, strict=True), strict=True):
                column.extend(more)
    try:
        numbers = {name: _numbers(texts[name]) for name in ORDER_DECIMALS}
    except (TypeError, ValueError):
        numbers = {}
    if not numbers or not all(words.issuperset(texts[name]) for name, words in _WORDS.items()):
        raise next(_unread(zip(*texts.values(), strict=True)))
    return OrderColumns(texts, numbers)


def _numbers(column: Sequence[str]) -> list[float]:
    found = list(map(float, column))
    if not all(map(isfinite, found)):
        raise ValueError("not all are finite numbers")
    return found


def _unread(rows: Iterator[tuple[Any, ...]]) -> Iterator[BrokenRecord]:
    """The rows that can't be read, in turn."""
    for row in rows:
        fields = [name for name, text in zip(_FIELDS, row, strict=True) if not _can_read(name, text)]
        if fields:
            yield unreadable(_KEPT, row[_FIELDS.index(_KEPT.key)], fields=fields)


def _can_read(name: str, text: str) -> bool:
    if name not in ORDER_DECIMALS:
        return text in _WORDS.get(name, (text,))
    try:
        return bool(_numbers([text]))
    except (TypeError, ValueError):
        return False
