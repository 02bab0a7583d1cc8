"""The records: appending evidence and rows, and checking the whole chain, against hashing the same bytes alone."""

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Final

from pydantic import JsonValue
from sqlalchemy import Connection

from bench.measure import Work, fastest, seconds
from bench.report import print_table, verdict
from tests.postgres_servers import PostgresServer, programs
from trimtab.adapters.records.checking import Chain, Found
from trimtab.adapters.records.file_check import FileFindings
from trimtab.adapters.records.store import SqlRecordStore
from trimtab.adapters.records.verifying import check_chain
from trimtab.workflow.ports.records import Effects, Evidence, EvidenceEntry, Fill, OrderRow, Row, Scope, Standing

ENTRIES: Final = 100_000
BATCH: Final = 500
WANTED_PER_SECOND: Final = 5_000
WANTED_RATIO: Final = 3.0
SESSION: Final = "ts_bench"
AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
_STATES: Final = ("Intent", "Submitted", "Filled")
_SESSION_ENTRIES: Final = {"order": 485, "fill": 10, "log": 3, "plan": 1, "state": 1}
"""Of 500 entries of a session like the demo's."""
_BYTES: Final = {"log": 500, "plan": 105_000, "state": 125_000, "note": 300}
_PARTS: Final = attrgetter("previous_hash", "seq", "at", "session_id", "kind", "actor", "source", "content")


def report() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        mixes = (("SQLite", _session_effects, True), ("SQLite, small entries only", _small_effects, False))
        rows = [
            _row(name, f"sqlite:///{Path(folder) / name}.db", runner=runner, effects=effects, held_to_ratio=held)
            for name, effects, held in mixes
        ]
        rows += _postgres_rows(runner)
    print_table(
        "Records: evidence appended and checked",
        (
            "database",
            "entries/s appended, wanted",
            "bytes hashed, ms",
            "chain checked, ms",
            "ratio, wanted",
            "all checked, ms",
            "ratio",
        ),
        rows,
        notes=f"{ENTRIES:,} entries in transactions of {BATCH}. Of 500 of a session 485 are orders, 10 fills, 3 lines "
        "of its log, one a plan of 105 kB and one a state of 125 kB; of five small ones three are states of an order, "
        "one its fill, one no row's. The bytes hashed are those of the same entries, in memory. Checking all is the "
        "chain, rows against their entries, and in SQLite the file's pages, on a second thread. The fastest of 5 runs.",
    )


def _postgres_rows(runner: asyncio.Runner) -> Iterator[tuple[str, ...]]:
    if programs() is None:
        yield ("PostgreSQL, not on this machine", *[""] * 6)
        return
    folder = Path(tempfile.mkdtemp(prefix="trimtab-bench-"))
    server = PostgresServer(folder)
    try:
        server.start()
        name = "PostgreSQL, without fsync"
        url = server.new_database()
        yield _row(name, url, runner=runner, effects=_session_effects, held_to_ratio=False)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _row(
    name: str, url: str, *, runner: asyncio.Runner, effects: Callable[[int], Effects], held_to_ratio: bool
) -> tuple[str, ...]:
    store = SqlRecordStore(url)
    runner.run(store.check())
    appending = seconds(lambda: runner.run(_append(store, effects)))
    texts = runner.run(_texts(store))
    works: dict[str, Work] = {
        "hashed": lambda: _hash(texts),
        "chain": lambda: runner.run(_chain(store)),
        "all": lambda: runner.run(_verify(store)),
    }
    taken = fastest(works, repetitions=5)
    runner.run(store.close())
    ratio, whole, pace = taken["chain"] / taken["hashed"], taken["all"] / taken["hashed"], ENTRIES / appending
    sign = ">=" if pace >= WANTED_PER_SECOND else "**<**"
    return (
        name,
        f"{pace:,.0f} {sign} {WANTED_PER_SECOND:,}" if url.startswith("sqlite") else f"{pace:,.0f}",
        f"{taken['hashed'] * 1e3:,.0f}",
        f"{taken['chain'] * 1e3:,.0f}",
        verdict(ratio, WANTED_RATIO) if held_to_ratio else f"{ratio:.2f}",
        f"{taken['all'] * 1e3:,.0f}",
        f"{whole:.2f}",
    )


async def _append(store: SqlRecordStore, effects: Callable[[int], Effects]) -> None:
    for number in range(ENTRIES // BATCH):
        await store.write(Scope(), partial(_decided, effects=effects(number)))


def _decided(_: Standing, *, effects: Effects) -> Effects:
    return effects


async def _chain(store: SqlRecordStore) -> None:
    chain = await store._read(_checked_chain)
    if chain.entries != ENTRIES:
        raise RuntimeError("the chain isn't whole")


def _checked_chain(connection: Connection) -> Chain:
    nothing: Future[FileFindings] = Future()
    nothing.set_result(FileFindings())
    return check_chain(connection, Found(), pages=nothing)


async def _verify(store: SqlRecordStore) -> None:
    found = await store.verify()
    if found.breaks or found.entries != ENTRIES:
        raise RuntimeError("the records aren't sound")


async def _texts(store: SqlRecordStore) -> list[bytes]:
    """What each entry's hash is of."""
    assert [field.name for field in fields(EvidenceEntry)][-1] == "hash"
    texts: list[bytes] = []
    while len(texts) < ENTRIES:
        page = await store.entries(SESSION, after_seq=len(texts), limit=10_000)
        texts += ("\n".join(map(str, _PARTS(entry))).encode() for entry in page)
    return texts


def _hash(texts: list[bytes]) -> None:
    for text in texts:
        hashlib.sha256(text).hexdigest()


def _session_effects(batch: int) -> Effects:
    """A part of a session like the demo's: nearly all of it are orders, nearly all bytes are not."""
    orders, fills = (
        range(batch * _SESSION_ENTRIES[kind], (batch + 1) * _SESSION_ENTRIES[kind]) for kind in ("order", "fill")
    )
    rows: list[Row] = [*(_order(number, "Intent") for number in orders), *(_fill(number) for number in fills)]
    kept = [_note(kind, n) for kind in ("log", "plan", "state") for n in range(_SESSION_ENTRIES[kind])]
    return Effects(at=AT, actor="bench", source="rule", evidence=kept, rows=rows)


def _small_effects(batch: int) -> Effects:
    numbers = range(batch * BATCH // 5, (batch + 1) * BATCH // 5)
    rows: list[Row] = [_order(number, state) for state in _STATES for number in numbers]
    rows += (_fill(number) for number in numbers)
    return Effects(at=AT, actor="bench", source="rule", evidence=[_note("note", n) for n in numbers], rows=rows)


def _note(kind: str, number: int) -> Evidence:
    content: dict[str, JsonValue] = {"number": number, "text": "x" * _BYTES[kind]}
    return Evidence(kind=kind, actor="bench", source="rule", session_id=SESSION, content=content)


def _order(number: int, state: str) -> OrderRow:
    return OrderRow.model_validate(
        {
            "session_id": SESSION,
            "client_order_id": f"tt-{number:026}",
            "plan_hash": "c" * 64,
            "execution_mode": "simulated",
            "book_digest": "b" * 64,
            "day": date(2026, 1, 1),
            "state": state,
            "account_number": f"DE-{number}",
            "code": "SAP",
            "exchange": "XETR",
            "side": "buy",
            "quantity": Decimal("2.50"),
            "filled_quantity": Decimal("2.50") if state == "Filled" else Decimal(0),
            "price": Decimal("40.04"),
            "limit_price": Decimal("40.20"),
            "currency": "EUR",
            "value": Decimal("100.10"),
            "base_currency": "EUR",
            "reported_value": Decimal("100.10"),
            "reporting_currency": "EUR",
            "valid_until": AT + timedelta(hours=8),
        }
    )


def _fill(number: int) -> Fill:
    return Fill(
        session_id=SESSION,
        fill_id=f"fl-{number:026}",
        client_order_id=f"tt-{number:026}",
        quantity=Decimal("2.50"),
        price=Decimal("40.04"),
        filled_at=AT,
    )
