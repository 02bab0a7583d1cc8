"""One execution over a paper order system with faults, which dies somewhere, and what another process makes of it."""

import os
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette

from tests.clock import FixedClock
from tests.e2e.approved_plans import come_to_plan
from tests.e2e.both_sides import differences, kept_by, replayed
from tests.paper_systems import NAME, paper_app
from tests.workflow.order_bench import OrderBench, make_order_bench
from tests.workflow.small_books import two_portfolios
from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.domain.errors import TrimtabError
from trimtab.server.order_systems import InProcess
from trimtab.workflow.delivery_pace import DeliveryPace
from trimtab.workflow.order_ledger import OrderLedger
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.records import Scope

KILLED: Final = 9
TIMEOUT_SECONDS: Final = 0.25
PATIENCE: Final = 3
PACE: Final = DeliveryPace(leaves_within=600, ended_asked_every=0)
"""On a machine that is busy an order may leave late; who ended is asked about each time."""
POINTS: Final = (
    "before the session is closed",
    "before the orders are recorded",
    "after the orders are recorded",
    "after orders are claimed",
    "after orders are sent",
    "after an answer is taken",
    "after the order system is asked",
    "before the end is noted",
)
AGAIN: Final = POINTS[3:7]
"""Points that a process comes to several times."""
CANCEL_POINTS: Final = (
    "after the wish to cancel is recorded",
    "after an order is cancelled",
)
CANCELLING: Final = frozenset({"late_fill", "cancel_lost", "cancel_refused"})
"""Faults that only show when somebody cancels."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the matrix: what strikes whom, and where our process dies, the how manieth time it comes there.

    With `oms_dies_at` the order system is a process of its own, and dies at its so manieth request.
    What `spoils` renames an order there at the end, so that whoever compares has something to find.
    """

    fault: str
    seed: int
    point: str
    time: int = 1
    oms_dies_at: int = 0
    spoils: bool = False

    @property
    def cancels(self) -> bool:
        return self.fault in CANCELLING

    @property
    def spelled(self) -> tuple[str, ...]:
        """The fault as the command line has it: it strikes some of the orders, by the seed."""
        return () if self.fault == "none" else (f"{self.fault}:{0.7 if self.seed else 1}",)


@dataclass
class Outcome:
    """How it ended: states in the records, rules that something was parked by, and what should not be."""

    states: dict[str, int] = field(default_factory=dict)
    parked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    killed: bool = False


def app_of(folder: Path, run: Run, *, clock: Clock | None = None) -> Starlette:
    """The run's order system; what is to be cancelled has to be open for a while."""
    parts = 40 if run.cancels else 2
    book = two_portfolios()
    return paper_app(folder / "oms.db", book, clock=clock, faults=run.spelled, seed=run.seed, most_parts=parts)


class Scenario:
    """A process's part in a run, over the run's folder; the clock says how much later it is."""

    def __init__(self, folder: Path, run: Run, *, later_seconds: float, url: str = "") -> None:
        self.run = run
        self._folder = folder
        clock = FixedClock()
        clock.advance(timedelta(seconds=later_seconds))
        self._transport = InProcess(lambda: app_of(folder, run, clock=clock))
        where: dict[str, Any] = {"url": url} if url else {"transport": self._transport}
        system = HttpOrderSystem(name=NAME, timeout_seconds=TIMEOUT_SECONDS, **where)
        self.bench: OrderBench = make_order_bench(folder, two_portfolios(), clock=clock, system=system, pace=PACE)
        self.plan_hash = come_to_plan(self.bench, folder)

    async def go(self, *, rounds: int) -> None:
        """What a desk does: executes, cancels where the run is about that, and looks until all orders have ended."""
        bench = self.bench
        await _heard(bench.execute(self.plan_hash))
        if self.run.cancels:
            await _heard(bench.cancel())
        for number in range(rounds):
            # Then the approval has ended, and what still waits lapses.
            bench.clock.advance(timedelta(hours=2) if number == PATIENCE else timedelta(seconds=61))
            if (await bench.status()).done:
                break

    async def outcome(self) -> Outcome:
        """What stands at the end, on both sides."""
        bench = self.bench
        if self.run.spoils:
            with closing(sqlite3.connect(self._folder / "oms.db")) as file, file:
                file.execute("UPDATE trades SET client_order_id = 'another' WHERE number = 1")
        wrong = await replayed(bench, plan_hash=self.plan_hash, order_system=self._transport)
        wrong += await differences(bench, await kept_by(self._transport))
        if not await bench.is_sound():
            wrong.append("the records aren't sound")
        parked = await bench.records.parked(bench.session_id)
        states = Counter(await bench.order_states())
        return Outcome(dict(sorted(states.items())), sorted({each.rule for each in parked}), wrong)


async def _heard(call: Awaitable[object]) -> None:
    """What goes wrong is said to the caller, who goes on."""
    try:
        await call
    except TrimtabError:
        return


def die_at(scenario: Scenario) -> None:
    """Has this process die at the run's point, as if it were killed there: nothing is tidied up."""
    run, bench = scenario.run, scenario.bench
    times = Counter[str]()

    def come_to(point: str) -> None:
        times[point] += 1
        if point == run.point and times[point] == run.time:
            os._exit(KILLED)

    def around(
        work: Callable[..., Awaitable[Any]], *, before: str = "", after: str = ""
    ) -> Callable[..., Awaitable[Any]]:
        async def watched(*args: Any, **named: Any) -> Any:
            come_to(before)
            try:
                return await work(*args, **named)
            finally:
                come_to(after)

        return watched

    _watch(bench, around)


def _watch(bench: OrderBench, around: Callable[..., Callable[..., Awaitable[Any]]]) -> None:
    """Everything that changes something passes one of these."""
    system, records, store = bench.delivery.system, bench.records, bench.store
    closing = around(store.replace, before="before the session is closed")
    ending = around(store.replace, before="before the end is noted")
    recording = around(records.write, before="before the orders are recorded", after="after the orders are recorded")
    wishing = around(records.write, after="after the wish to cancel is recorded")
    plain_write = records.write

    async def replace(*args: Any, **named: Any) -> Any:
        return await (ending if '"phase":"Done"' in named["state"] else closing)(*args, **named)

    async def write(scope: Scope, decide: Any) -> Any:
        if scope.day is not None:
            return await recording(scope, decide)
        wish = scope.session_id and not scope.client_order_ids and await records.order_lines(scope.session_id)
        return await (wishing if wish else plain_write)(scope, decide)

    for owner, name, watched in (
        (store, "replace", replace),
        (records, "write", write),
        (system, "place", around(system.place, after="after orders are sent")),
        (system, "look", around(system.look, after="after the order system is asked")),
        (system, "cancel", around(system.cancel, after="after an order is cancelled")),
    ):
        setattr(owner, name, watched)
    # The ledger is frozen, so its class is watched: nobody else lives in this process.
    OrderLedger.claim = around(OrderLedger.claim, after="after orders are claimed")  # type: ignore[assignment, method-assign]  # see above
    OrderLedger.take = around(OrderLedger.take, after="after an answer is taken")  # type: ignore[assignment, method-assign]  # see above
