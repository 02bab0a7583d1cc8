"""Processes that execute one plan over the same files, and what stands at the end on both sides."""

import asyncio
import json
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from starlette.applications import Starlette

from tests.clock import FixedClock
from tests.e2e.approved_plans import come_to_plan
from tests.e2e.both_sides import differences, kept_by, replayed
from tests.oracle.book_rows import NewPortfolio, make_book
from tests.paper_systems import NAME, paper_app
from tests.workflow.order_bench import OrderBench, make_order_bench
from tests.workflow.small_books import CORE, instruments, portfolio_lots
from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.domain.errors import TrimtabError
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.order_states import ENDED
from trimtab.server.order_systems import InProcess
from trimtab.workflow import sending
from trimtab.workflow.kill_switch import Kill

ENDS_WITHIN_SECONDS: Final = 60.0
PARTS: Final = 6
"""An order is filled in so many parts at most, so that there is something to cancel for a while."""
_CALLS_EVERY_SECONDS: Final = 0.05
_LOOKS_EVERY_SECONDS: Final = 0.002


@dataclass(frozen=True, slots=True)
class Run:
    """Of so many `portfolios`, each with four orders; `executing` processes send up to `at_once` orders in a request.

    The order system has these faults, as the command line spells them. With `kill_after` one more process turns the
    kill switch once so many requests with orders have reached the order system. That takes `delay_seconds` before it
    looks at a request, or with `held_back` does so only once the switch is on.
    """

    seed: int
    portfolios: int
    executing: int
    at_once: int
    faults: tuple[str, ...] = ()
    timeout_seconds: float = 10.0
    kill_after: int | None = None
    delay_seconds: float = 0.0
    held_back: bool = False


@dataclass
class Outcome:
    """How it ended: states in the records, how often faults struck orders, and what should not be.

    `sent` orders had reached the order system by the end, or when the kill switch was on; `late` came to be kept there
    only after that.
    """

    states: dict[str, int] = field(default_factory=dict)
    sent: int = 0
    late: int = 0
    struck: int = 0
    wrong: list[str] = field(default_factory=list)


class RunningClock(FixedClock):
    """Goes on from noon; forks of the process where it was made have the same time."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = time.monotonic()

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=time.monotonic() - self._begun)


@cache
def alike(portfolios: int) -> Book:
    """Portfolios like P1 of `two_portfolios`: each sells BHP and CBA, buys NAB and WBC, and has the cash for it."""
    accounts = [f"A{number:03d}" for number in range(1, portfolios + 1)]
    units = {"BHP": 15_000, "CBA": 14_000, "NAB": 20_000, "REST": 25_000, "WBC": 20_000}
    return make_book(
        instruments=instruments(*units),
        models=[CORE],
        portfolios=[NewPortfolio(account, cash=6_000) for account in accounts],
        lots=[lot for account in accounts for lot in portfolio_lots(account, **units)],
    )


def app_of(folder: Path, run: Run) -> Starlette:
    """The run's order system: a look is a tick of its market."""
    book = alike(run.portfolios)
    return paper_app(folder / "oms.db", book, faults=run.faults, seed=run.seed, most_parts=PARTS)


class Scenario:
    """A process's part in a run, over the run's folder."""

    def __init__(self, folder: Path, run: Run, *, clock: FixedClock, url: str = "") -> None:
        self._folder = folder
        self._run = run
        self._order_system = InProcess(lambda: app_of(folder, run))
        system = (
            HttpOrderSystem(url, name=NAME, timeout_seconds=run.timeout_seconds)
            if url
            else HttpOrderSystem(name=NAME, transport=self._order_system)
        )
        self.bench: OrderBench = make_order_bench(folder, alike(run.portfolios), clock=clock, system=system)
        self._plan_hash = come_to_plan(self.bench, folder)

    async def execute(self) -> None:
        """Makes the same call again and again until all orders have ended, or no order will ever be."""
        vars(sending)["AT_ONCE"] = self._run.at_once  # nobody else lives in this process
        async with asyncio.timeout(ENDS_WITHIN_SECONDS):
            while not await self._is_over():
                with suppress(TrimtabError):  # it lost a race, or is refused: whoever called sees and calls again
                    await self.bench.execute(self._plan_hash)
                await asyncio.sleep(_CALLS_EVERY_SECONDS)

    async def kill(self) -> None:
        """Turns the switch when it is time, and writes down what the order system has when that is done."""
        kill, after = Kill(self.bench.records, clock=self.bench.clock), self._run.kill_after
        assert after is not None, "somebody has to know when"
        async with asyncio.timeout(ENDS_WITHIN_SECONDS):
            while len(requests_in(self._folder)) < after:
                await asyncio.sleep(_LOOKS_EVERY_SECONDS)
        await asyncio.sleep(Random(self._run.seed).random() * 2 * self._run.delay_seconds)
        await kill.turn(on=True, reason="prices look wrong", actor="anybody")
        noted = {"requests": len(requests_in(self._folder)), "kept": sorted(await kept_by(self._order_system))}
        noted["leaving"] = [state for state in await self.bench.order_states() if state in ("Intent", "Submitted")]
        noted_of(self._folder).write_text(json.dumps(noted))

    async def outcome(self) -> Outcome:
        """What stands at the end; every order has to be there once, and as the records say."""
        bench = self.bench
        wrong = await replayed(bench, plan_hash=self._plan_hash, order_system=self._order_system)
        kept = await kept_by(self._order_system)
        wrong += await differences(bench, kept)
        requests = requests_in(self._folder)
        times = Counter(each for request in requests for each in request)
        wrong += [f"{each} was sent {count} times" for each, count in times.items() if count > 1]
        if not await bench.is_sound():
            wrong.append("the records aren't sound")
        struck = sum(sum(trade["faults"].values()) for trades in kept.values() for trade in trades)
        states = Counter(await bench.order_states())
        outcome = Outcome(states=dict(states), sent=len(times), struck=struck, wrong=wrong)
        if self._run.kill_after is not None:
            self._since_the_kill(outcome, kept=set(kept), requests=requests)
        return outcome

    def _since_the_kill(self, outcome: Outcome, *, kept: set[str], requests: list[list[str]]) -> None:
        """Compares the end with what stood when the kill switch was on: nothing may have left since."""
        noted = json.loads(noted_of(self._folder).read_text())
        before = {each for request in requests[: noted["requests"]] for each in request}
        outcome.sent = len(before)
        outcome.late = len(kept - set(noted["kept"]))
        if len(requests) > noted["requests"]:
            outcome.wrong.append(f"{len(requests) - noted['requests']} requests left after the kill switch was on")
        outcome.wrong += [f"{each} left after the kill switch was on" for each in kept - before]
        if noted["leaving"]:
            outcome.wrong.append(f"orders could still leave: {noted['leaving']}")

    async def _is_over(self) -> bool:
        lines = await self.bench.records.order_lines(self.bench.session_id)
        if lines:
            return all(line.state in ENDED for line in lines)
        state = await self.bench.kill.state()
        return state is not None and state.on


def noted_of(folder: Path) -> Path:
    """Where it is noted how things stood when the kill switch was on."""
    return folder / "at_the_kill.json"


def requests_of(folder: Path) -> Path:
    """Where the order system notes each request that has reached it."""
    return folder / "requests.jsonl"


def requests_in(folder: Path) -> list[list[str]]:
    """The orders of each request that has reached the order system, in that order."""
    log = requests_of(folder)
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
