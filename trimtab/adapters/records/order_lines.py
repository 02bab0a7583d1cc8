"""A session's orders as far as their progress goes, read as fast as a database gives their columns."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, get_args

from sqlalchemy import Connection, select

from trimtab.adapters.records.rows import unreadable
from trimtab.adapters.records.tables import KEPT_AS
from trimtab.domain.errors import BrokenRecord
from trimtab.workflow.ports.records import OrderLine, OrderRow

_KEPT: Final = KEPT_AS[OrderRow]
_ORDERS: Final = _KEPT.table.c
_FIELDS: Final = OrderLine._fields
_COLUMNS: Final = [_ORDERS[name] for name in _FIELDS]
_KINDS: Final = {name: OrderRow.model_fields[name].annotation for name in _FIELDS}
_DECIMALS: Final = tuple(name for name, kind in _KINDS.items() if kind is Decimal)
_WORDS: Final = {name: {word: word for word in get_args(kind)} for name, kind in _KINDS.items() if get_args(kind)}
"""The words that there are, by column."""
_AT_ONCE: Final = 256
"""Rows fetched at once: few enough for the garbage collector to leave them alone."""
_Readers = Mapping[str, Mapping[str, Any]]
"""What the text of a column stands for, by column; without one it is just text."""
_UNREAD: Final = (KeyError, InvalidOperation, TypeError)


class _Exact(dict[str, Decimal]):
    """Decimals by how they are spelled: most orders share most of theirs, and each takes long to read."""

    def __missing__(self, text: str) -> Decimal:
        number = Decimal(text)
        if not number.is_finite():
            raise InvalidOperation
        self[text] = number
        return number


def order_lines(connection: Connection, session_id: str, *, plan_hash: str) -> tuple[OrderLine, ...]:
    """See `RecordStore.order_lines`; where `plan_hash` is empty, of whatever plan."""
    statement = select(*_COLUMNS).where(_ORDERS.session_id == session_id).order_by(_ORDERS.first_seq)
    if plan_hash:
        statement = statement.where(_ORDERS.plan_hash == plan_hash)
    readers = {**_WORDS, **dict.fromkeys(_DECIMALS, _Exact())}
    lines: list[OrderLine] = []
    with connection.execute(statement) as result:
        while rows := result.fetchmany(_AT_ONCE):
            lines += _lines(rows, readers)
    return tuple(lines)


def _lines(rows: Sequence[Sequence[Any]], readers: _Readers) -> Iterator[OrderLine]:
    """Reads column by column: a loop over the rows takes several times as long."""
    columns = [
        map(readers[name].__getitem__, column) if name in readers else column
        for name, column in zip(_FIELDS, zip(*rows, strict=True), strict=True)
    ]
    try:
        yield from map(OrderLine._make, zip(*columns, strict=True))
    except _UNREAD:
        raise next(_unread(rows, readers)) from None


def _unread(rows: Sequence[Sequence[Any]], readers: _Readers) -> Iterator[BrokenRecord]:
    """The rows that can't be read, in turn."""
    for row in rows:
        fields = [name for name, text in zip(_FIELDS, row, strict=True) if not _can_read(readers.get(name), text)]
        if fields:
            yield unreadable(_KEPT, row[_FIELDS.index(_KEPT.key)], fields=fields)


def _can_read(reader: Mapping[str, Any] | None, text: str) -> bool:
    try:
        return reader is None or reader[text] is not None
    except _UNREAD:
        return False
