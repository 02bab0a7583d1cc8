"""Desks for the tests of the workflow."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.clock import FixedClock
from tests.workflow.desks import Bench, MakeBench, make_bench
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.ports.analysts import Analyst


@pytest.fixture
async def bench_over(tmp_path: Path) -> AsyncIterator[MakeBench]:
    """Makes desks over one SQLite file, and closes them."""
    made: list[Bench] = []
    clock = FixedClock()

    def make(book: Book, *, policy: Policy | None = None, analyst: Analyst | None = None, votes: int = 1) -> Bench:
        path = tmp_path / "sessions.sqlite"
        made.append(make_bench(path, book, policy=policy, analyst=analyst, votes=votes, clock=clock))
        return made[-1]

    yield make
    for bench in made:
        await bench.store.close()
