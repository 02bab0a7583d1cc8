"""A quick look at a session: right where it sees something, and no answer where it can't be sure."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.adapters.sessions.stores import TTL
from tests.clock import FixedClock
from trimtab.adapters.sessions.sqlite import SqliteSessionStore
from trimtab.adapters.sessions.sqlite_glance import Glance
from trimtab.domain.errors import Unavailable
from trimtab.workflow.ports.stores import StoredSession


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteSessionStore]:
    store = SqliteSessionStore(
        tmp_path / "sessions.db", clock=FixedClock(), ttl=TTL, schema_version=1, busy_seconds=0.05
    )
    yield store
    await store.close()


@pytest.fixture
async def made(store: SqliteSessionStore) -> StoredSession:
    return await store.create(store.new_id(), owner="jane", state="{}")


def glance_of(store: SqliteSessionStore, path: Path) -> Glance:
    return Glance(path, store._tables)


async def test_it_sees_the_last_change(store: SqliteSessionStore, made: StoredSession, tmp_path: Path) -> None:
    with closing(glance_of(store, tmp_path / "sessions.db")) as glance:
        for version in range(1, 4):
            seen = glance.look(made.session_id, "jane")
            assert seen is not None
            assert seen.version == version
            await store.replace(made.session_id, "jane", expected_version=version, state="{}")


async def test_it_sees_nothing_of_other_owners_or_without_a_file(
    store: SqliteSessionStore, made: StoredSession, tmp_path: Path
) -> None:
    with closing(glance_of(store, tmp_path / "sessions.db")) as glance:
        assert glance.look(made.session_id, "mallory") is None
        assert glance.look("ts_unknown", "jane") is None
    with closing(glance_of(store, tmp_path / "gone.db")) as glance:
        assert glance.look(made.session_id, "jane") is None


async def test_what_has_to_be_written_or_refused_is_left_to_others(
    store: SqliteSessionStore, made: StoredSession, tmp_path: Path
) -> None:
    clock = store._tables.clock
    assert isinstance(clock, FixedClock)
    with closing(glance_of(store, tmp_path / "sessions.db")) as glance:
        clock.advance(TTL / 2)
        assert glance.look(made.session_id, "jane") is None
        clock.advance(TTL)
        assert glance.look(made.session_id, "jane") is None


async def test_a_locked_file_is_looked_at_without_waiting(
    store: SqliteSessionStore, made: StoredSession, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "sessions.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE sessions SET version = 7")
        assert (await store.look(made.session_id, "jane")).version == 1
        other.execute("ROLLBACK")


async def test_a_closed_store_has_no_quick_look_either(store: SqliteSessionStore, made: StoredSession) -> None:
    await store.look(made.session_id, "jane")
    await store.close()
    with pytest.raises(Unavailable, match="closed"):
        await store.look(made.session_id, "jane")
