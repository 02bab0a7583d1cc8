"""Every session store under several processes, and under processes that are killed."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from tests.adapters.sessions.stores import STORES, place_of, store_at
from tests.clock import FixedClock
from trimtab.workflow.log import verify
from trimtab.workflow.ports.stores import SessionStore, StoredSession

KILLS = 70
"""Of a writing process, on each kind of store."""

Process = subprocess.Popen[str]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the writers are forked")


@contextmanager
def writing_process() -> Iterator[Process]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.workflow.ports.writer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    with process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def give(process: Process, *job: object) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(job) + "\n")


def hear(process: Process) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def hear_all(process: Process) -> list[str]:
    return list(iter(lambda: hear(process), "over"))


@pytest.fixture(params=STORES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return place_of(request.param, tmp_path)


@asynccontextmanager
async def store_of(place: str) -> AsyncIterator[SessionStore]:
    store = store_at(place, clock=FixedClock())
    try:
        yield store
    finally:
        await store.close()


async def make_session(place: str) -> StoredSession:
    async with store_of(place) as store:
        state = json.dumps({"names": [], "ballast": "x" * 30_000})
        return await store.create(store.new_id(), owner="jane", state=state)


async def names_in(place: str, session_id: str) -> list[str]:
    """The session's list, after everything about it was found sound."""
    async with store_of(place) as store:
        session = await store.read(session_id, "jane")
        log = await store.log(session_id, "jane", limit=100_000)
    names: list[str] = json.loads(session.state)["names"]
    assert verify(session_id, log, head=session.log_head) is None
    assert [each.action for each in log] == names
    assert session.version == len(names) + 1
    if not place.startswith("redis://"):
        with closing(sqlite3.connect(place)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return names


async def test_two_processes_lose_no_accepted_change(place: str) -> None:
    made = await make_session(place)
    with writing_process() as one, writing_process() as two:
        give(one, place, made.session_id, "one", 150)
        give(two, place, made.session_id, "two", 150)
        said = {"one": hear_all(one), "two": hear_all(two)}
    names = await names_in(place, made.session_id)
    for name, lines in said.items():
        accepted = [line for line in lines if line.startswith("version")]
        assert accepted
        assert len(accepted) + lines.count("conflict") == 150
        assert names.count(name) == len(accepted)
    assert len(names) == sum(line.startswith("version") for lines in said.values() for line in lines)


async def test_a_killed_process_loses_no_acknowledged_change(place: str) -> None:
    made = await make_session(place)
    chance = random.Random(20)
    with writing_process() as process:
        for run in range(KILLS):
            before = await names_in(place, made.session_id)
            give(process, place, made.session_id, f"run {run}", 1_000_000)
            child = int(hear(process).removeprefix("started "))
            heard = [hear(process) for _ in range(chance.randrange(1, 6))]
            time.sleep(chance.random() * 0.01)
            os.kill(child, signal.SIGKILL)
            heard += hear_all(process)
            names = await names_in(place, made.session_id)
            assert heard[-1] == f"version {len(before) + len(heard) + 1}"
            assert names[: len(before)] == before
            # One more may be there than was heard of: stored, and killed before it could say so.
            assert len(names) - len(before) - len(heard) in {0, 1}
