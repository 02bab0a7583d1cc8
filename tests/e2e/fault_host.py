"""A process that has everything loaded, and carries out runs of the fault matrix in children that it forks.

It reads lists of runs on standard input, a line of JSON each, and answers with a line of their outcomes.
"""

import asyncio
import json
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from itertools import count
from pathlib import Path
from signal import SIGKILL
from time import sleep
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from tests.clock import FixedClock
from tests.e2e.approved_plans import copied, prepare
from tests.e2e.fault_scenario import KILLED, Outcome, Run, Scenario, app_of, die_at
from tests.e2e.forks import a_few_at_once, forked, let_threads_end, serve
from tests.workflow.small_books import two_portfolios

ROUNDS_BEFORE = 5
ROUNDS_AFTER = 10
LATER_SECONDS = 90.0
_OUTCOME, _KILLED = "outcome.json", "killed.json"


def main() -> None:
    """Serves until its input ends."""
    with tempfile.TemporaryDirectory(prefix="trimtab-faults-") as name:
        root = Path(name)
        template = root / "template"
        asyncio.run(_warm_up(template, root / "warm"))
        let_threads_end()
        numbers = count()
        for line in sys.stdin:
            runs = [(root / str(next(numbers)), Run(**each)) for each in json.loads(line)]
            a_few_at_once([partial(_carry_out, copied(template, folder), run) for folder, run in runs])
            sys.stdout.write(json.dumps([asdict(_outcome_in(folder)) for folder, _ in runs]) + "\n")
            sys.stdout.flush()


async def _warm_up(template: Path, folder: Path) -> None:
    """Makes the template, and goes through a run here once, so that no child has anything left to load."""
    await prepare(template, two_portfolios(), clock=FixedClock())
    scenario = Scenario(copied(template, folder), Run("none", seed=0, point=""), later_seconds=0)
    await scenario.go(rounds=1)
    await scenario.outcome()
    await scenario.bench.close()


def _carry_out(folder: Path, run: Run) -> None:
    """The run: a process that dies at its point, and another that finds what is left."""
    with _order_system(folder, run) as there:
        killed = there.awaited(forked(lambda: asyncio.run(_until_it_dies(folder, run, url=there.url)))) == KILLED
        there.awaited(forked(lambda: asyncio.run(_afterwards(folder, run, url=there.url))))
    (folder / _KILLED).write_text(json.dumps(killed))


def _outcome_in(folder: Path) -> Outcome:
    killed = (folder / _KILLED).exists() and json.loads((folder / _KILLED).read_text())
    found = folder / _OUTCOME
    if not found.exists():
        return Outcome(wrong=["whoever came afterwards failed; see standard error"], killed=killed)
    return Outcome(**{**json.loads(found.read_text()), "killed": killed})


class Served:
    """The order system as a process of its own, started again whenever it dies; without a port there is none."""

    def __init__(self, folder: Path, run: Run, listening: socket.socket | None) -> None:
        self._folder, self._run, self._listening = folder, run, listening
        self.url = "" if listening is None else f"http://127.0.0.1:{listening.getsockname()[1]}"
        self._process = 0 if listening is None else self._started(run.oms_dies_at)

    def _started(self, dies_at: int) -> int:
        return forked(lambda: asyncio.run(self._serve(dies_at)))

    async def _serve(self, dies_at: int) -> None:
        assert self._listening is not None, "only what listens is served"
        await serve(_Mortal(app_of(self._folder, self._run), dies_at), self._listening)

    def awaited(self, child: int) -> int:
        """The child's exit code; meanwhile an order system that died comes back."""
        while True:
            ended, status = os.waitpid(child, os.WNOHANG if self._process else 0)
            if ended:
                return os.waitstatus_to_exitcode(status)
            if os.waitpid(self._process, os.WNOHANG)[0]:
                self._process = self._started(0)
            sleep(0.005)

    def end(self) -> None:
        """Kills it, as a machine would that loses its power."""
        if self._process:
            os.kill(self._process, SIGKILL)
            os.waitpid(self._process, 0)


@contextmanager
def _order_system(folder: Path, run: Run) -> Iterator[Served]:
    if not run.oms_dies_at:
        yield Served(folder, run, None)
        return
    with socket.create_server(("127.0.0.1", 0)) as listening:
        served = Served(folder, run, listening)
        try:
            yield served
        finally:
            served.end()


class _Mortal:
    """An application that dies with its process at a request: at an odd one before it is done, else after."""

    def __init__(self, app: ASGIApp, dies_at: int) -> None:
        self._app, self._dies_at, self._requests = app, dies_at, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._requests += 1
        if self._requests != self._dies_at:
            await self._app(scope, receive, send)
            return
        if self._dies_at % 2 == 0:
            await self._app(scope, receive, _nothing)
        os._exit(KILLED)


async def _nothing(_message: Any) -> None:
    """Nobody hears the answer."""


async def _until_it_dies(folder: Path, run: Run, *, url: str) -> None:
    scenario = Scenario(folder, run, later_seconds=0, url=url)
    die_at(scenario)
    await scenario.go(rounds=ROUNDS_BEFORE)


async def _afterwards(folder: Path, run: Run, *, url: str) -> None:
    scenario = Scenario(folder, run, later_seconds=LATER_SECONDS, url=url)
    await scenario.go(rounds=ROUNDS_AFTER)
    (folder / _OUTCOME).write_text(json.dumps(asdict(await scenario.outcome())))


if __name__ == "__main__":
    main()
