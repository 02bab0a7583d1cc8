"""Changed sessions of a SQLite file, noticed across processes."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.adapters.sessions.stores import sqlite_store
from trimtab.adapters.sessions import sqlite_changes

WRITE = """
import asyncio, sys
from pathlib import Path
from tests.adapters.sessions.stores import sqlite_store

async def main():
    async with sqlite_store(Path(sys.argv[1])) as store:
        await store.replace(sys.argv[2], "jane", expected_version=1, state="2")

asyncio.run(main())
"""


async def test_a_change_of_another_process_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    async with asyncio.timeout(30), sqlite_store(path) as store:
        made = await store.create(store.new_id(), owner="jane", state="1")
        async with store.changes() as changed:
            command = [sys.executable, "-c", WRITE, str(path), made.session_id]
            await asyncio.to_thread(subprocess.run, command, check=True)
            assert await anext(changed) == made.session_id


async def test_a_file_that_cannot_be_looked_at_for_a_while_hides_no_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sessions.db"
    troubles = 0

    class Troubled(sqlite_changes._Watch):
        def changed(self) -> list[str]:
            nonlocal troubles
            troubles += 1
            if troubles in {2, 3}:
                raise sqlite3.OperationalError("disk I/O error")
            return super().changed()

    monkeypatch.setattr(sqlite_changes, "_Watch", Troubled)
    async with asyncio.timeout(10), sqlite_store(path) as store, store.changes() as changed:
        made = await store.create(store.new_id(), owner="jane", state="1")
        assert await anext(changed) == made.session_id
        assert troubles > 3


async def test_nothing_holds_the_file_when_nobody_listens_any_more(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    async with sqlite_store(path) as store:
        for _ in range(2):
            async with store.changes():
                pass
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    assert not path.with_name("sessions.db-wal").exists()
