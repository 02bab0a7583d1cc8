"""Checks all records: the pages of the file, the chain entry by entry, then every row against the entry that wrote it.

It takes columns as the driver gives them, and makes no models of them: a nightly check of everything must be quick.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from trimtab.adapters.records.chain_glance import sound_chain
from trimtab.adapters.records.checking import Chain, Found, TableCheck, Written
from trimtab.adapters.records.faults import UNREADABLE
from trimtab.adapters.records.file_check import FileFindings, file_checked_beside
from trimtab.adapters.records.reading import read_head
from trimtab.adapters.records.tables import EVIDENCE, KEPT, Kept
from trimtab.adapters.records.triggers import check_triggers
from trimtab.domain.errors import BrokenRecord
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.records import EvidenceHead, Verification, moment

_AT_ONCE: Final = 256
"""Rows fetched at once: few enough for the garbage collector to leave them alone."""
_DAMAGE_LIMIT: Final = 200


def verify(connection: Connection) -> Verification:
    """See `RecordStore.verify`; the transaction is the caller's, and sees one moment."""
    found = Found()
    check_triggers(connection, found)
    with file_checked_beside(connection) as pages:
        chain = check_chain(connection, found, pages=pages)
    head = _check_head(connection, chain, found=found)
    written = _read_written(connection)
    rows = sum(_check_table(connection, kept, written=written[kept.model.KIND], found=found) for kept in KEPT)
    return Verification(entries=chain.entries, rows=rows, head=head, breaks=tuple(found.breaks))


def check_chain(connection: Connection, found: Found, *, pages: Future[FileFindings]) -> Chain:
    """Every entry's hash, its link and its number, and what was found in the file's pages meanwhile.

    A file that was changed from outside may hide rows behind an index that doesn't know them. Where all is well, which
    is nearly always, this has to be quick; else the chain is walked again to say where it isn't.
    """
    chain = sound_chain(connection) if connection.dialect.name == "sqlite" else None
    file = pages.result()
    for fault in file.faults:
        found.add("database", "", message=clean(fault, _DAMAGE_LIMIT))
    if chain is None or not file.all_text:
        chain = Chain()
        _walk_chain(connection, chain, found=found)
    return chain


def _read_written(connection: Connection) -> dict[str, Written]:
    """Which entries wrote the rows, by kind. What can't be read is missing, and its row says so."""
    written = {kept.model.KIND: Written(kept) for kept in KEPT}
    of_rows = select(EVIDENCE.c.seq, EVIDENCE.c.kind, EVIDENCE.c.content).where(EVIDENCE.c.kind.in_(written))
    in_order = of_rows.order_by(EVIDENCE.c.seq)
    with suppress(*UNREADABLE):
        for entries in _fetched(connection, lambda: in_order):
            for seq, kind, content in entries:
                written[kind].note(str(content), seq)
    return written


def _walk_chain(connection: Connection, chain: Chain, *, found: Found) -> None:
    in_order = select(EVIDENCE).order_by(EVIDENCE.c.seq)
    try:
        for entries in _fetched(connection, lambda: in_order.where(EVIDENCE.c.seq > chain.seq)):
            chain.walk(entries, found)
            if found.full:
                return
    except UNREADABLE:
        found.add("evidence", chain.seq + 1, message=f"what follows entry {chain.seq} can't be read")


def _check_head(connection: Connection, chain: Chain, *, found: Found) -> EvidenceHead:
    """The head as it is kept, or where the chain ends if there is none to read."""
    try:
        with connection.begin_nested():
            head = read_head(connection)
    except (BrokenRecord, *UNREADABLE):
        found.add("evidence_head", chain.seq, message="the head of the chain can't be read")
        return EvidenceHead(chain.seq, chain.hash, None)
    if head.seq != chain.seq:
        found.add(
            "evidence_head", head.seq, message=f"the head names entry {head.seq}, but the chain ends with {chain.seq}"
        )
    elif head.hash != chain.hash:
        found.add("evidence_head", head.seq, message="the head has another hash than the last entry")
    elif ("" if head.at is None else moment(head.at)) != chain.latest:
        found.add("evidence_head", head.seq, message="the head has another latest time than the entries")
    return head


def _check_table(connection: Connection, kept: Kept, *, written: Written, found: Found) -> int:
    """How many rows the table has."""
    check = TableCheck(kept, written)
    try:
        for rows in _fetched(connection, check.start):
            check.go_on(rows)
    except UNREADABLE:
        check.break_off()
    else:
        check.end()
    for key, message in check.faults:
        found.add(kept.table.name, key, message=message)
    return check.rows


def _fetched(connection: Connection, statement: Callable[[], Select[Any]]) -> Iterator[Sequence[Any]]:
    """What the driver gives, some tuples at a time.

    Where text isn't text the statement is asked for again, and then gives its bytes as they are: they compare as
    unequal, and their neighbours can still be checked.
    """
    try:
        yield from _tuples(connection, statement())
    except UNREADABLE as error:
        if connection.dialect.name != "sqlite" or "decode" not in str(error):
            raise
    else:
        return
    with _any_bytes(connection):
        yield from _tuples(connection, statement())


def _tuples(connection: Connection, statement: Select[Any]) -> Iterator[Sequence[Any]]:
    """A statement that fails leaves the transaction usable."""
    with connection.begin_nested():
        options = {"stream_results": True, "max_row_buffer": _AT_ONCE}
        with connection.execute(statement, execution_options=options) as result:
            while rows := result.fetchmany(_AT_ONCE):
                yield rows


@contextmanager
def _any_bytes(connection: Connection) -> Iterator[None]:
    driver: Any = connection.connection.driver_connection
    driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str
