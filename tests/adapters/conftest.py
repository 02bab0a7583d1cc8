"""A database of each kind, with the tables of the records."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.records.stores import DATABASES, Place
from tests.clock import FixedClock


@pytest.fixture(params=DATABASES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(request.param, tmp_path)
    yield place
    await place.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()
