"""The records: appending evidence and rows, and checking the whole chain, against hashing the same bytes alone."""

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Final

from bench.measure import Work, fastest, seconds
from bench.report import print_table, verdict
from tests.postgres_servers import PostgresServer, programs
from trimtab.adapters.records.store import SqlRecordStore
from trimtab.workflow.ports.records import Effects, Evidence, EvidenceEntry, Fill, OrderRow, Row, Scope, Standing

ENTRIES: Final = 100_000
BATCH: Final = 500
WANTED_PER_SECOND: Final = 5_000
WANTED_RATIO: Final = 3.0
SESSION: Final = "ts_bench"
AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
_STATES: Final = ("Intent", "Submitted", "Filled")
_PARTS: Final = attrgetter("previous_hash", "seq", "at", "session_id", "kind", "actor", "source", "content")


def report() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        rows = [_row("SQLite", f"sqlite:///{Path(folder) / 'records.db'}", runner=runner, held_to_targets=True)]
        rows += _postgres_rows(runner)
    print_table(
        "Records: evidence appended and checked",
        ("database", "entries/s appended, wanted", "all checked, ms", "bytes hashed, ms", "ratio, wanted"),
        rows,
        notes=f"{ENTRIES:,} entries in transactions of {BATCH}: of five, three are states of an order, one its fill, "
        "one no row's. Checking looks at pages, and compares the rows with their entries too; the bytes hashed are "
        "those of the same entries, in memory. The fastest of 3 runs.",
    )


def _postgres_rows(runner: asyncio.Runner) -> Iterator[tuple[str, ...]]:
    if programs() is None:
        yield ("PostgreSQL, not on this machine", "", "", "", "")
        return
    folder = Path(tempfile.mkdtemp(prefix="trimtab-bench-"))
    server = PostgresServer(folder)
    try:
        server.start()
        yield _row("PostgreSQL, without fsync", server.new_database(), runner=runner, held_to_targets=False)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _row(name: str, url: str, *, runner: asyncio.Runner, held_to_targets: bool) -> tuple[str, ...]:
    store = SqlRecordStore(url)
    runner.run(store.check())
    appending = seconds(lambda: runner.run(_append(store)))
    texts = runner.run(_texts(store))
    works: dict[str, Work] = {"checked": lambda: runner.run(_verify(store)), "hashed": lambda: _hash(texts)}
    taken = fastest(works, repetitions=3)
    runner.run(store.close())
    ratio, pace = taken["checked"] / taken["hashed"], ENTRIES / appending
    sign = ">=" if pace >= WANTED_PER_SECOND else "**<**"
    return (
        name,
        f"{pace:,.0f} {sign} {WANTED_PER_SECOND:,}" if held_to_targets else f"{pace:,.0f}",
        f"{taken['checked'] * 1e3:,.0f}",
        f"{taken['hashed'] * 1e3:,.0f}",
        verdict(ratio, WANTED_RATIO) if held_to_targets else f"{ratio:.2f}",
    )


async def _append(store: SqlRecordStore) -> None:
    for first in range(0, ENTRIES // 5, BATCH // 5):
        await store.write(Scope(), partial(_decided, effects=_effects(range(first, first + BATCH // 5))))


def _decided(_: Standing, *, effects: Effects) -> Effects:
    return effects


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


def _effects(numbers: range) -> Effects:
    rows: list[Row] = [_order(number, state) for state in _STATES for number in numbers]
    rows += (_fill(number) for number in numbers)
    notes = [
        Evidence(
            kind="plan", actor="bench", source="rule", session_id=SESSION, content={"number": n, "text": "x" * 300}
        )
        for n in numbers
    ]
    return Effects(at=AT, actor="bench", source="rule", evidence=notes, rows=rows)


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
