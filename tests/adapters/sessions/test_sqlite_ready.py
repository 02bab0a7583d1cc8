"""A session file is ready only while a change would be stored in it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.adapters.sessions.stores import sqlite_store
from trimtab.domain.errors import SettingsError, Unavailable


async def test_a_file_that_another_process_holds_is_not_ready_until_it_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    async with sqlite_store(path, busy_seconds=0.05) as store:
        await store.check()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable, match="is locked by another process"):
                await store.check()
            other.execute("ROLLBACK")
        await store.check()


async def test_a_file_that_may_not_be_written_to_is_not_ready(tmp_path: Path) -> None:
    async with sqlite_store(tmp_path / "sessions.db") as store:
        made = await store.create(store.new_id(), owner="jane", state="{}")
        store._tables.connection.execute("PRAGMA query_only = on")
        with pytest.raises(SettingsError, match="can't be written to"):
            await store.check()
        assert await store.read(made.session_id, "jane") == made
