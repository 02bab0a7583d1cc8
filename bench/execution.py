"""Execution: ten thousand orders through a paper order system in another process, and how fast a status is read."""

import asyncio
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import select

from bench.paper_oms import PaperOms, Watched, paper_oms
from bench.report import milliseconds, print_table, verdict
from bench.synthetic import make_book
from tests.clock import FixedClock
from tests.workflow.order_bench import OrderBench, make_order_bench
from trimtab.adapters.records.tables import KEPT_AS
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Limits, Policy
from trimtab.workflow.delivery_pace import DeliveryPace
from trimtab.workflow.ports.records import OrderLine, OrderRow, Scope

PORTFOLIOS: Final = 1_000
TOLERANCE_PCT: Final = 0.8
"""Of 20 lines in each portfolio about ten then get an order."""
TICKS_SECONDS: Final = (0.0, 0.2, 10.0)
"""The pace of the market: with 0 each look at orders is a tick, and all are filled by the next one."""
LONGEST_SECONDS: Final = 300.0
ROUNDS: Final = 25
PAGE: Final = 50
WANTED_SHARE: Final = 0.3
WANTED_STATUS: Final = 2.0
PACE: Final = DeliveryPace()
_MUCH: Final = 1e15


class Taken(NamedTuple):
    """What something took: time on the clock, and time of this process's processors."""

    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """What came of executing a plan, from the call until all orders had ended."""

    orders: int
    taken: Taken
    oms_cpu_seconds: float
    recording_seconds: float
    sending_seconds: float
    requests: int
    entries: int


def report() -> None:
    """Prints both tables."""
    book = make_book(PORTFOLIOS, tolerance_pct=TOLERANCE_PCT)
    rows = []
    for tick_seconds in TICKS_SECONDS:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            with paper_oms(book, home=home, tick_seconds=tick_seconds) as oms:
                done, statuses, queries = asyncio.run(_measured(home, book, oms))
            rows.append(_row(tick_seconds, done))
    _print(rows, orders=done.orders)
    _print_status(statuses, queries)


def _print(rows: Sequence[tuple[str, ...]], *, orders: int) -> None:
    print_table(
        f"Execution: {PORTFOLIOS:,} portfolios, {orders:,} orders, until all have ended",
        (
            "a tick of the market",
            "recording, sending, following, s",
            "own CPU, s",
            "share of the time, wanted",
            "order system's CPU, s",
            "requests",
            "entries of evidence",
        ),
        rows,
        notes="`trimtab paper-oms` is another process over HTTP; it fills an order in one to three parts, a tick after "
        "the other. Recording lasts until the first request, sending until the last orders have left, and following "
        "until all have ended, with the pauses that a server makes.",
    )


def _row(tick_seconds: float, done: Execution) -> tuple[str, ...]:
    following = done.taken.seconds - done.recording_seconds - done.sending_seconds
    return (
        f"{tick_seconds:g} s" if tick_seconds else "each look",
        ", ".join(f"{each:.1f}" for each in (done.recording_seconds, done.sending_seconds, following)),
        f"{done.taken.cpu_seconds:.1f}",
        verdict(done.taken.cpu_seconds / done.taken.seconds, WANTED_SHARE),
        f"{done.oms_cpu_seconds:.1f}",
        f"{done.requests:,}",
        f"{done.entries:,}",
    )


def _print_status(statuses: Sequence[Taken], queries: Sequence[Taken]) -> None:
    ours, theirs = _medians(statuses), _medians(queries)
    kinds = (("time", ours.seconds, theirs.seconds), ("CPU time", ours.cpu_seconds, theirs.cpu_seconds))
    print_table(
        "Execution: `get_execution_status` of these orders, none of which is on its way",
        ("", "status, ms", "query alone, ms", "ratio of medians, wanted"),
        [
            (kind, milliseconds(mine), milliseconds(alone), verdict(mine / alone, WANTED_STATUS))
            for kind, mine, alone in kinds
        ],
        notes=f"Medians of {ROUNDS} calls each, in turns. The query fetches the same columns of all orders through the "
        f"same engine; the status counts and adds them up, and shows {PAGE}.",
    )


async def _measured(home: Path, book: Book, oms: PaperOms) -> tuple[Execution, list[Taken], list[Taken]]:
    """The execution, and how long statuses and queries take afterwards, in turns."""
    system = Watched(oms.address)
    bench = make_order_bench(home, book, clock=FixedClock(), policy=_policy(), system=system, pace=PACE)
    try:
        done = await _executed(bench, system, oms)
        statuses, queries = list[Taken](), list[Taken]()
        for _ in range(ROUNDS):
            statuses.append(await _taken(lambda: bench.status(limit=PAGE)))
            queries.append(await _taken(lambda: _queried(bench)))
    finally:
        await bench.close()
    return done, statuses, queries


async def _executed(bench: OrderBench, system: Watched, oms: PaperOms) -> Execution:
    plan_hash = await bench.approved()
    entries, oms_cpu_seconds, begun_at = await _entries(bench), oms.cpu_seconds(), time.perf_counter()
    taken = await _taken(lambda: _until_ended(bench, plan_hash))
    orders = await bench.order_rows()
    if any(order.state != "Filled" for order in orders):
        raise RuntimeError(f"not all orders were filled: {sorted({order.state for order in orders})}")
    return Execution(
        orders=len(orders),
        taken=taken,
        oms_cpu_seconds=oms.cpu_seconds() - oms_cpu_seconds,
        recording_seconds=system.first_asked_at - begun_at,
        sending_seconds=system.last_sent_at - system.first_asked_at,
        requests=system.requests,
        entries=await _entries(bench) - entries,
    )


async def _until_ended(bench: OrderBench, plan_hash: str) -> None:
    """Executes, then makes rounds as a server does."""
    begun_at = time.perf_counter()
    await bench.execute(plan_hash)
    while (pause_seconds := await bench.delivery.deliver()) != PACE.idle:
        if time.perf_counter() - begun_at > LONGEST_SECONDS:
            raise RuntimeError(f"orders are still on their way: {Counter(await bench.order_states())}")
        await asyncio.sleep(pause_seconds)


async def _queried(bench: OrderBench) -> None:
    """Fetches what a status needs of the orders, and does nothing with it."""
    columns = KEPT_AS[OrderRow].table.c
    wanted = select(*(columns[name] for name in OrderLine._fields))
    statement = wanted.where(columns.session_id == bench.session_id).order_by(columns.first_seq)
    await bench.records._read(lambda connection: connection.execute(statement).fetchall())


async def _entries(bench: OrderBench) -> int:
    return (await bench.records.standing(Scope())).head.seq


async def _taken(work: Callable[[], Awaitable[object]]) -> Taken:
    begun_at, cpu_begun_at = time.perf_counter(), time.process_time()
    await work()
    return Taken(time.perf_counter() - begun_at, time.process_time() - cpu_begun_at)


def _medians(several: Sequence[Taken]) -> Taken:
    return Taken._make(map(statistics.median, zip(*several, strict=True)))


def _policy() -> Policy:
    """One that lets such a plan through, with the approval of one person."""
    return Policy(
        limits=Limits(
            max_order_value=_MUCH,
            max_daily_value=_MUCH,
            four_eyes_value=_MUCH,
            max_session_turnover_pct=100,
            max_book_turnover_pct=100,
        )
    )
