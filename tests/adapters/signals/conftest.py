"""Records of signals in a database of each kind."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.records.stores import Place
from tests.clock import FixedClock
from trimtab.adapters.signals.store import SqlSignalRecords


@pytest.fixture
async def records(place: Place, clock: FixedClock) -> AsyncIterator[SqlSignalRecords]:
    records = SqlSignalRecords(place.url, clock=clock)
    yield records
    await records.close()
