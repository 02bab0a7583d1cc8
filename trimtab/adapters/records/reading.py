"""Where things stand, read from the tables in a transaction that somebody else began and ends."""

from datetime import datetime

from sqlalchemy import Connection, select

from trimtab.adapters.records.checking import is_whole
from trimtab.adapters.records.faults import broken
from trimtab.adapters.records.orders import of_book, of_day, waiting
from trimtab.adapters.records.rows import found, found_among, read, selected
from trimtab.adapters.records.tables import EVIDENCE, HEAD, KEPT_AS
from trimtab.workflow.evidence import EMPTY
from trimtab.workflow.ports.records import (
    DESK,
    Approval,
    Approver,
    EvidenceEntry,
    EvidenceHead,
    Exposure,
    Fill,
    KeptSession,
    KillSwitch,
    OrderRow,
    Parked,
    Question,
    R,
    Scope,
    Standing,
    Undone,
)


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
    return (_of_orders if scope.client_order_ids else _of_scope)(connection, scope, head=head)


def _of_orders(connection: Connection, scope: Scope, *, head: EvidenceHead) -> Standing:
    """With orders by their ids nothing else is read: thousands are written in many small steps."""
    ids = scope.client_order_ids
    return Standing(
        head=head,
        kill=_kill_switch(connection),
        approvers=(),
        questions=(),
        approvals=(),
        orders=found_among(connection, OrderRow, column="client_order_id", values=ids),
        undone=(),
        kept=None,
        of_day=Exposure(),
        of_book=Exposure(),
        waiting=(),
        has_known=_has_known(connection, scope, head=head),
        parked=found_among(connection, Parked, column="client_order_id", values=ids),
    )


def _of_scope(connection: Connection, scope: Scope, *, head: EvidenceHead) -> Standing:
    orders = _of_session(connection, OrderRow, session_id=scope.session_id)
    kept = _of_session(connection, KeptSession, session_id=scope.session_id)
    day = scope.day
    return Standing(
        head=head,
        kill=_kill_switch(connection),
        approvers=found(connection, Approver),
        questions=_of_session(connection, Question, session_id=scope.session_id),
        approvals=_of_session(connection, Approval, session_id=scope.session_id),
        orders=orders,
        undone=_of_session(connection, Undone, session_id=scope.session_id),
        kept=next(iter(kept), None),
        of_day=Exposure() if day is None else of_day(connection, scope, day=day),
        of_book=Exposure() if day is None else of_book(connection, scope),
        waiting=waiting(connection) if scope.waiting else (),
        has_known=_has_known(connection, scope, head=head),
        # What is parked of no session is of no order either.
        parked=() if scope.session_id == DESK else _of_session(connection, Parked, session_id=scope.session_id),
    )


def _kill_switch(connection: Connection) -> KillSwitch | None:
    return next(iter(found(connection, KillSwitch)), None)


def _has_known(connection: Connection, scope: Scope, *, head: EvidenceHead) -> bool:
    """Whether the chain holds the entry that the scope knows; the start of the chain is always there."""
    if scope.known is None:
        return True
    seq, hash_ = scope.known
    if not 0 < seq <= head.seq:
        return scope.known == (EMPTY.seq, EMPTY.hash)
    return connection.scalar(select(EVIDENCE.c.hash).where(EVIDENCE.c.seq == seq)) == hash_


def parked_of(connection: Connection, session_id: str) -> tuple[Parked, ...]:
    """See `RecordStore.parked`."""
    return found(connection, Parked, KEPT_AS[Parked].table.c.session_id.in_([session_id, DESK]))


def fills_of(connection: Connection, session_id: str) -> tuple[Fill, ...]:
    """See `RecordStore.fills`."""
    return _of_session(connection, Fill, session_id=session_id)


def kept_sessions(connection: Connection, *, limit: int) -> tuple[KeptSession, ...]:
    """See `RecordStore.sessions`."""
    table = KEPT_AS[KeptSession].table
    return read(connection, KeptSession, statement=selected(KeptSession).order_by(table.c.seq.desc()).limit(limit))


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
        if not is_whole(entry):
            raise broken("evidence", f"entry {entry.seq} isn't what was written.")
    return entries


def _of_session(connection: Connection, model: type[R], *, session_id: str) -> tuple[R, ...]:
    return found(connection, model, KEPT_AS[model].table.c.session_id == session_id)
