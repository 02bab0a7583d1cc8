"""Desks for the tests of the workflow."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.clock import FixedClock
from tests.workflow.desks import Bench, MakeBench, make_bench
from tests.workflow.order_bench import OrderBench, make_order_bench
from tests.workflow.small_books import two_portfolios
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.ports.analysts import Analyst


@pytest.fixture
def clock() -> FixedClock:
    """A clock that the test moves."""
    return FixedClock()


@pytest.fixture
async def bench(tmp_path: Path, clock: FixedClock) -> AsyncIterator[OrderBench]:
    """A desk with its back office over two portfolios."""
    bench = make_order_bench(tmp_path, two_portfolios(), clock=clock)
    yield bench
    await bench.close()


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
