"""Checks all records: the pages of the file, the chain entry by entry, then every row against the entry that wrote it.

It takes columns as the driver gives them, and makes no models of them: a nightly check of everything must be quick.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Select, select
from sqlalchemy.exc import SQLAlchemyError

from trimtab.adapters.records.checking import MOST_BREAKS, Chain, Found, TableCheck, Written
from trimtab.adapters.records.reading import read_head
from trimtab.adapters.records.tables import EVIDENCE, KEPT, Kept
from trimtab.domain.errors import BrokenRecord
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.records import EvidenceHead, Verification, moment

_AT_ONCE: Final = 256
"""Rows fetched at once: few enough for the garbage collector to leave them alone."""
_DAMAGE_LIMIT: Final = 200
_UNREADABLE: Final = (SQLAlchemyError, sqlite3.Error, UnicodeDecodeError)


def verify(connection: Connection) -> Verification:
    """See `RecordStore.verify`; the transaction is the caller's, and sees one moment."""
    found = Found()
    _check_pages(connection, found)
    chain = Chain({kept.model.KIND: Written(kept) for kept in KEPT})
    _walk_chain(connection, chain, found=found)
    head = _check_head(connection, chain, found=found)
    rows = sum(_check_table(connection, kept, written=chain.written[kept.model.KIND], found=found) for kept in KEPT)
    return Verification(entries=chain.entries, rows=rows, head=head, breaks=tuple(found.breaks))


def _check_pages(connection: Connection, found: Found) -> None:
    """A SQLite file that was changed from outside may hide rows behind an index that doesn't know them."""
    if connection.dialect.name != "sqlite":
        return
    try:
        said = [str(line) for (line,) in connection.exec_driver_sql(f"PRAGMA integrity_check({MOST_BREAKS})")]
    except _UNREADABLE:
        said = ["the file can't be gone through"]
    for line in said:
        if line != "ok":
            found.add("database", "", message=clean(line, _DAMAGE_LIMIT))


def _walk_chain(connection: Connection, chain: Chain, *, found: Found) -> None:
    in_order = select(EVIDENCE).order_by(EVIDENCE.c.seq)
    try:
        for entries in _fetched(connection, lambda: in_order.where(EVIDENCE.c.seq > chain.seq)):
            chain.walk(entries, found)
            if found.full:
                return
    except _UNREADABLE:
        found.add("evidence", chain.seq + 1, message=f"what follows entry {chain.seq} can't be read")


def _check_head(connection: Connection, chain: Chain, *, found: Found) -> EvidenceHead:
    """The head as it is kept, or where the chain ends if there is none to read."""
    try:
        with connection.begin_nested():
            head = read_head(connection)
    except (BrokenRecord, *_UNREADABLE):
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
    except _UNREADABLE:
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
    except _UNREADABLE as error:
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
