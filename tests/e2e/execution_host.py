"""A process that has everything loaded, and carries out runs of an execution in processes that it forks.

It reads lists of runs on standard input, a line of JSON each, and answers with a line of their outcomes.
"""

import asyncio
import json
import logging
import os
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from signal import SIGKILL
from typing import Any, Final

from tests.e2e.approved_plans import copied, prepare
from tests.e2e.execution_scenario import Outcome, Run, RunningClock, Scenario, alike, app_of, noted_of, requests_of
from tests.e2e.forks import a_few_at_once, forked, let_threads_end, serve
from tests.e2e.noting_app import NotingApp
from trimtab.server.paper_oms.sending import not_broken_off

SIZES: Final = (3, 40)
"""Portfolios of the books that there are."""
_LOOKS_EVERY_SECONDS: Final = 0.01
_OUTCOME: Final = "outcome.json"


def main() -> None:
    """Serves until its input ends."""
    logging.getLogger("uvicorn.error").addFilter(not_broken_off)
    with tempfile.TemporaryDirectory(prefix="trimtab-executions-") as name:
        host = Host(Path(name))
        for line in sys.stdin:
            found = host.carried_out([Run(**each) for each in json.loads(line)])
            sys.stdout.write(json.dumps([asdict(each) for each in found]) + "\n")
            sys.stdout.flush()


class Host:
    """Runs over copies of approved plans, in a folder."""

    def __init__(self, root: Path) -> None:
        """Goes through a run here once, so that no fork has anything left to load."""
        self._root = root
        self._clock = RunningClock()
        self._runs = 0
        asyncio.run(self._warm_up())
        let_threads_end()

    async def _warm_up(self) -> None:
        for size in SIZES:
            await prepare(self._root / f"of {size}", alike(size), clock=self._clock)
        run = Run(0, portfolios=SIZES[0], executing=1, at_once=4)
        scenario = Scenario(copied(self._root / f"of {SIZES[0]}", self._root / "warm"), run, clock=self._clock)
        await scenario.execute()
        await scenario.outcome()
        await scenario.bench.close()

    def carried_out(self, runs: Sequence[Run]) -> list[Outcome]:
        """The outcomes of runs, a few at a time, in order."""
        folders = []
        for run in runs:
            self._runs += 1
            folders.append(copied(self._root / f"of {run.portfolios}", self._root / str(self._runs)))
        a_few_at_once([partial(self._carry_out, folder, run) for folder, run in zip(folders, runs, strict=True)])
        return [_outcome_in(folder) for folder in folders]

    def _carry_out(self, folder: Path, run: Run) -> None:
        """All of a run, in a process of its own: others execute, and this one looks what came of it."""
        with _order_system(folder, run) as url:
            deeds = [Scenario.execute] * run.executing + [Scenario.kill] * (run.kill_after is not None)
            failed = _begun_together([partial(self._part, folder, run, url=url, deed=deed) for deed in deeds])
        outcome = asyncio.run(self._outcome(folder, run))
        outcome.wrong += [f"{failed} processes failed; see standard error"] if failed else []
        (folder / _OUTCOME).write_text(json.dumps(asdict(outcome)))

    async def _part(self, folder: Path, run: Run, *, url: str, deed: Callable[[Scenario], Awaitable[None]]) -> None:
        scenario = Scenario(folder, run, clock=self._clock, url=url)
        await deed(scenario)
        await scenario.bench.close()

    async def _outcome(self, folder: Path, run: Run) -> Outcome:
        scenario = Scenario(folder, run, clock=self._clock)
        outcome = await scenario.outcome()
        await scenario.bench.close()
        return outcome


def _outcome_in(folder: Path) -> Outcome:
    found = folder / _OUTCOME
    if not found.exists():
        return Outcome(wrong=["the run failed; see standard error"])
    return Outcome(**json.loads(found.read_text()))


def _begun_together(parts: Sequence[Callable[[], Coroutine[Any, Any, None]]]) -> int:
    """Plays all parts, each in a process of its own, from one moment on; how many failed."""
    ready, go = os.pipe()

    def play(part: Callable[[], Coroutine[Any, Any, None]]) -> None:
        os.close(go)
        os.read(ready, 1)  # which ends when nobody holds the other end any more
        asyncio.run(part())

    children = [forked(partial(play, part)) for part in parts]
    os.close(go)
    os.close(ready)
    return sum(os.waitpid(child, 0)[1] != 0 for child in children)


@contextmanager
def _order_system(folder: Path, run: Run) -> Iterator[str]:
    """The order system as a process of its own, meanwhile; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        child = forked(lambda: asyncio.run(_serve(folder, run, listening=listening)))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            os.kill(child, SIGKILL)
            os.waitpid(child, 0)


async def _serve(folder: Path, run: Run, *, listening: socket.socket) -> None:
    async def delay() -> None:
        await asyncio.sleep(run.delay_seconds)
        while run.held_back and not noted_of(folder).exists():
            await asyncio.sleep(_LOOKS_EVERY_SECONDS)

    await serve(NotingApp(app_of(folder, run), requests_of(folder), delay=delay), listening)


if __name__ == "__main__":
    main()
