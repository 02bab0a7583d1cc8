"""Records of frameworks in a database of each kind."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.records.stores import Place
from tests.clock import FixedClock
from trimtab.adapters.frameworks.store import SqlFrameworkRecords


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
