"""A database of each kind, with the tables of the records, and the records of frameworks in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.records.stores import DATABASES, Place
from tests.clock import FixedClock
from trimtab.adapters.frameworks.store import SqlFrameworkRecords


@pytest.fixture(params=DATABASES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(request.param, tmp_path)
    yield place
    await place.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def records(place: Place, clock: FixedClock) -> AsyncIterator[SqlFrameworkRecords]:
    records = SqlFrameworkRecords(place.url, clock=clock)
    yield records
    await records.close()


@pytest.fixture
async def several(place: Place, clock: FixedClock) -> AsyncIterator[list[SqlFrameworkRecords]]:
    """Records over one database, each on a connection of its own."""
    opened = [SqlFrameworkRecords(place.url, clock=clock) for _ in range(4)]
    yield opened
    for each in opened:
        await each.close()
