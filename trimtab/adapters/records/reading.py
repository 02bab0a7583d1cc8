"""Where things stand, read from the tables in a transaction that somebody else began and ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, Select, select

from trimtab.adapters.records.checking import as_it_is, unlike
from trimtab.adapters.records.faults import broken
from trimtab.adapters.records.tables import EVIDENCE, HEAD, KEPT_AS
from trimtab.domain.outside_text import clean
from trimtab.workflow.evidence import EMPTY, hash_of
from trimtab.workflow.ports.records import (
    ENDED,
    Approval,
    Approver,
    EvidenceEntry,
    EvidenceHead,
    Exposure,
    Fill,
    KeptSession,
    KillSwitch,
    OrderRow,
    Question,
    R,
    Row,
    Scope,
    Standing,
    Undone,
)

_KEY_LIMIT: Final = 80
_MANY: Final[frozenset[type[Row]]] = frozenset({OrderRow, Fill})
"""Rows that are too many to be compared with their entries at every call; `verify` does."""
_ORDERS: Final = KEPT_AS[OrderRow].table.c
_MAY_TRADE: Final = _ORDERS.state.not_in(sorted(ENDED))


def read_head(connection: Connection, *, lock: bool = False) -> EvidenceHead:
    """The end of the chain; with `lock` no other writer gets past this until the transaction ends.

    Raises:
        BrokenRecord: there is none, or it can't be one.
    """
    statement = select(HEAD.c.seq, HEAD.c.hash, HEAD.c.at)
    row = connection.execute(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise broken("evidence_head", "there is no head of the chain.")
    try:
        return EvidenceHead(int(row.seq), str(row.hash), None if row.at is None else datetime.fromisoformat(row.at))
    except (TypeError, ValueError) as error:
        raise broken("evidence_head", "it can't be read.") from error


def standing_of(connection: Connection, scope: Scope, *, head: EvidenceHead) -> Standing:
    """What `Standing` says, for this scope; `head` was read in the same transaction."""
    orders = _of_session(connection, OrderRow, scope=scope)
    kept = found(connection, KeptSession, KEPT_AS[KeptSession].table.c.session_id == scope.session_id)
    of_day, of_book = Exposure(), Exposure()
    if scope.day is not None:
        of_day = _exposure(connection, scope, summed=_ORDERS.day == scope.day.isoformat())
        # A newer book doesn't know of orders that still wait, so their accounts are taken whatever it is.
        of_book = _exposure(connection, scope, summed=_ORDERS.book_digest == scope.book_digest, or_named=_MAY_TRADE)
    return Standing(
        head=head,
        kill=next(iter(found(connection, KillSwitch)), None),
        approvers=found(connection, Approver),
        questions=_of_session(connection, Question, scope=scope),
        approvals=_of_session(connection, Approval, scope=scope),
        orders=orders,
        undone=_of_session(connection, Undone, scope=scope),
        kept=next(iter(kept), None),
        of_day=of_day,
        of_book=of_book,
        waiting=open_orders(connection) if scope.waiting else (),
        has_known=scope.known is None or _has(connection, scope.known, head=head),
    )


def _has(connection: Connection, known: tuple[int, str], *, head: EvidenceHead) -> bool:
    """Whether the chain holds this entry; the start of the chain is always there."""
    seq, hash_ = known
    if not 0 < seq <= head.seq:
        return known == (EMPTY.seq, EMPTY.hash)
    return connection.scalar(select(EVIDENCE.c.hash).where(EVIDENCE.c.seq == seq)) == hash_


def open_orders(connection: Connection) -> tuple[OrderRow, ...]:
    """See `RecordStore.open_orders`."""
    return found(connection, OrderRow, _MAY_TRADE)


def fills_of(connection: Connection, session_id: str) -> tuple[Fill, ...]:
    """See `RecordStore.fills`."""
    return found(connection, Fill, KEPT_AS[Fill].table.c.session_id == session_id)


def kept_sessions(connection: Connection, *, limit: int) -> tuple[KeptSession, ...]:
    """See `RecordStore.sessions`."""
    table = KEPT_AS[KeptSession].table
    return _read(connection, KeptSession, statement=_rows(KeptSession).order_by(table.c.seq.desc()).limit(limit))


def entries_of(connection: Connection, session_id: str, *, after_seq: int, limit: int) -> tuple[EvidenceEntry, ...]:
    """See `RecordStore.entries`. Each is checked against its hash.

    Raises:
        BrokenRecord: one isn't what was written.
    """
    statement = (
        select(EVIDENCE)
        .where(EVIDENCE.c.session_id == session_id, EVIDENCE.c.seq > after_seq)
        .order_by(EVIDENCE.c.seq)
        .limit(limit)
    )
    entries = tuple(EvidenceEntry(**row) for row in connection.execute(statement).mappings())
    for entry in entries:
        if not _is_whole(entry):
            raise broken("evidence", f"entry {entry.seq} isn't what was written.")
    return entries


def _is_whole(entry: EvidenceEntry) -> bool:
    try:
        return hash_of(entry) == entry.hash
    except TypeError:  # a part isn't text
        return False


def found(connection: Connection, model: type[R], *conditions: ColumnElement[bool]) -> tuple[R, ...]:
    """The rows of a model for which all of this is true, in the order in which they were first recorded."""
    statement = _rows(model).where(*conditions).order_by(KEPT_AS[model].table.c.first_seq)
    return _read(connection, model, statement=statement)


def _read(connection: Connection, model: type[R], *, statement: Select[Any]) -> tuple[R, ...]:
    """The rows; of few but the many orders and fills each is compared with the entry that it names."""
    rows = connection.execute(statement)
    if model in _MANY:
        return tuple(_row(model, dict(row)) for row in rows.mappings())
    return tuple(_proven(model, row) for row in rows)


def _entry(values: Sequence[Any]) -> EvidenceEntry:
    return EvidenceEntry(**dict(zip(EVIDENCE.columns.keys(), values, strict=True)))


def _proven(model: type[R], row: Sequence[Any]) -> R:
    """A row that is what its entry says, and that entry what was written."""
    kept = KEPT_AS[model]
    values, entry = row[: len(kept.fields)], _entry(row[len(kept.fields) :])
    read = _row(model, dict(zip(kept.fields, values, strict=True)))
    fault = unlike(kept, values, kind=entry.kind, content=entry.content)
    if not fault and not _is_whole(entry):
        fault = "the entry that it names isn't what was written"
    if fault:
        key = clean(str(values[kept.fields.index(kept.key)]), _KEY_LIMIT)
        raise broken(kept.table.name, f"row {key}: {fault}.")
    return read


def _of_session(connection: Connection, model: type[R], *, scope: Scope) -> tuple[R, ...]:
    return found(connection, model, KEPT_AS[model].table.c.session_id == scope.session_id)


def _rows(model: type[Row]) -> Select[Any]:
    kept = KEPT_AS[model]
    columns = [as_it_is(kept.table.c[name]) for name in kept.fields]
    if model in _MANY:
        return select(*columns)
    return select(*columns, EVIDENCE).outerjoin_from(kept.table, EVIDENCE, EVIDENCE.c.seq == kept.table.c.seq)


def _row(model: type[R], values: Mapping[str, object]) -> R:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        kept = KEPT_AS[model]
        fields = ", ".join(sorted({str(each["loc"][0]) for each in error.errors() if each["loc"]}))
        key = clean(str(values[kept.key]), _KEY_LIMIT)
        # Without its cause: that quotes what stands there.
        raise broken(kept.table.name, f"row {key} can't be read ({fields}).") from None


def _exposure(
    connection: Connection,
    scope: Scope,
    *,
    summed: ColumnElement[bool],
    or_named: ColumnElement[bool] | None = None,
) -> Exposure:
    """What the orders that count come to. Decimals are added here: in a database they would be text, or floats.

    Orders for which only `or_named` is true add their account, and no value.
    """
    statement = (
        select(
            _ORDERS.client_order_id,
            _ORDERS.session_id,
            _ORDERS.account_number,
            _ORDERS.reporting_currency,
            _ORDERS.reported_value,
            _ORDERS.filled_quantity,
            _ORDERS.state,
            summed,
        )
        .where(_ORDERS.execution_mode == scope.execution_mode)
        .where(summed if or_named is None else summed | or_named)
        .where(_MAY_TRADE | (_ORDERS.filled_quantity != "0"))
        .order_by(_ORDERS.first_seq)
    )
    value: dict[str, Decimal] = {}
    accounts: dict[str, str] = {}
    for order_id, session_id, account, currency, amount, filled, state, is_summed in connection.execute(statement):
        try:
            if state in ENDED and Decimal(filled) <= 0:
                continue
            if is_summed:
                value[currency] = value.get(currency, Decimal(0)) + Decimal(amount)
        except InvalidOperation as error:
            key = clean(str(order_id), _KEY_LIMIT)
            raise broken("orders", f"row {key} can't be read (reported_value, filled_quantity).") from error
        if accounts.setdefault(account, session_id) == scope.session_id:
            accounts[account] = session_id
    return Exposure(value, accounts)
