"""The session store's file: who may read it, what it refuses, and how its troubles are named."""

import asyncio
import contextlib
import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.adapters.sessions.stores import TTL, sqlite_store
from tests.clock import FixedClock
from trimtab.adapters.sessions.sqlite import SqliteSessionStore
from trimtab.adapters.sessions.sqlite_file import FILE_VERSION, named_errors, open_file
from trimtab.domain.errors import NewerVersion, SettingsError, Unavailable
from trimtab.workflow.ports.stores import SessionStore, StoredSession

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file modes")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "trimtab" / "sessions.db"


async def opened(store: SessionStore) -> StoredSession:
    return await store.create(store.new_id(), owner="jane", state="{}")


async def made_in(path: Path, *, key: str | None = None) -> str:
    async with sqlite_store(path) as store:
        return (await store.create(store.new_id(), owner="jane", state="{}", key=key)).session_id


@contextmanager
def other_program(path: Path, *statements: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
        yield connection


def refused(path: Path) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        open_file(path, busy_seconds=0.05)
    assert caught.value.field == "TRIMTAB_SESSIONS"
    assert "TRIMTAB_SESSIONS" in caught.value.next_action
    assert str(path.parent) not in f"{caught.value} {caught.value.next_action}"
    return caught.value


@posix
async def test_only_its_owner_can_read_the_file(path: Path) -> None:
    async with sqlite_store(path) as store:
        await opened(store)
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
        assert modes == dict.fromkeys(["sessions.db", "sessions.db-shm", "sessions.db-wal"], 0o600)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_the_file_is_written_ahead_and_marked_as_ours(path: Path) -> None:
    async with sqlite_store(path):
        pass
    with other_program(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA application_id").fetchone() == (0x54726D54,)
        assert connection.execute("PRAGMA user_version").fetchone() == (FILE_VERSION,)


def test_many_may_make_the_file_at_the_same_time(path: Path) -> None:
    def make(_: int) -> None:
        open_file(path, busy_seconds=5).close()

    for _ in range(10):
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(make, range(8)))
        path.unlink()


def test_who_makes_the_file_waits_for_whoever_is_making_it(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    with other_program(path, "BEGIN IMMEDIATE") as other, ThreadPoolExecutor(1) as thread:
        with pytest.raises(Unavailable, match="is locked by another process"):
            open_file(path, busy_seconds=0.05)
        waiting = thread.submit(lambda: open_file(path, busy_seconds=5).close())
        time.sleep(0.05)
        other.execute("ROLLBACK")
        waiting.result()


def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    path.write_text("account_number,code\n" * 500)
    before = path.read_bytes()
    assert str(refused(path)) == "The session file sessions.db is not a SQLite database."
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    with other_program(path, "CREATE TABLE orders (id)"):
        pass
    before = path.read_bytes()
    assert str(refused(path)) == "The session file sessions.db is another program's database."
    assert path.read_bytes() == before


def test_a_file_of_a_newer_release_is_refused_by_name(path: Path) -> None:
    open_file(path, busy_seconds=1).close()
    with other_program(path, f"PRAGMA user_version = {FILE_VERSION + 1}"):
        pass
    with pytest.raises(NewerVersion, match=r"sessions\.db was made by a newer release") as caught:
        open_file(path, busy_seconds=1)
    assert caught.value.retryable is False


def test_a_file_of_an_older_release_is_brought_up_to_date_with_its_sessions(path: Path) -> None:
    session = asyncio.run(made_in(path))
    with other_program(path, "DROP TABLE opened", "PRAGMA user_version = 1"):
        pass
    for _ in range(2):
        open_file(path, busy_seconds=1).close()
    again = asyncio.run(made_in(path, key="key-1"))
    assert asyncio.run(made_in(path, key="key-1")) == again
    with other_program(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (FILE_VERSION,)
        assert connection.execute("SELECT session_id FROM sessions WHERE session_id = ?", (session,)).fetchone()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    assert "can't be made or opened for writing (" in str(refused(tmp_path / "data" / "sessions.db"))


def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    assert "can't be made or opened for writing (" in str(refused(tmp_path))


def test_a_file_that_is_gone_or_read_only_is_named(path: Path) -> None:
    open_file(path, busy_seconds=1).close()
    with (
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection,
        pytest.raises(SettingsError, match="can't be written to"),
        named_errors(path),
    ):
        connection.execute("DELETE FROM sessions")
    with pytest.raises(SettingsError, match="can't be opened"), named_errors(path):
        sqlite3.connect(f"{path.with_name('gone').as_uri()}?mode=ro", uri=True)


def test_an_error_nobody_foresaw_is_unavailable(path: Path) -> None:
    connection = open_file(path, busy_seconds=1)
    connection.close()
    with pytest.raises(Unavailable, match=r"sessions\.db can't be used"), named_errors(path):
        connection.execute("SELECT 1")


async def test_a_damaged_file_is_named(path: Path) -> None:
    async with sqlite_store(path) as store:
        made = await opened(store)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    async with sqlite_store(path) as store:
        with pytest.raises(SettingsError, match="is damaged"):
            await store.read(made.session_id, "jane")


async def test_a_full_disk_is_named_and_the_session_stays_what_it_was(path: Path) -> None:
    async with sqlite_store(path) as store:
        made = await opened(store)
        store._tables.connection.execute("PRAGMA max_page_count = 20")
        with pytest.raises(Unavailable, match="has no room left on its disk") as caught:
            await store.replace(made.session_id, "jane", expected_version=1, state="x" * 200_000)
        assert caught.value.next_action == "Free some disk space, then try again."
        assert await store.read(made.session_id, "jane") == made
        assert (await store.replace(made.session_id, "jane", expected_version=1, state="1")).version == 2


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can make a small disk")
async def test_on_a_disk_that_is_really_full_reading_goes_on_and_writing_works_again_later(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        async with sqlite_store(disk / "sessions.db") as store:
            made = await opened(store)
            filler = disk / "filler"
            with contextlib.suppress(OSError), filler.open("wb") as file:
                while True:
                    file.write(b"x" * 4096)
                    file.flush()
            for call in (
                store.check(),
                store.replace(made.session_id, "jane", expected_version=1, state="x" * 50_000),
                opened(store),
            ):
                with pytest.raises(Unavailable, match=r"has no room left on its disk|the disk reports an error"):
                    await call
            assert await store.read(made.session_id, "jane") == made
            filler.unlink()
            await store.check()
            changed = await store.replace(made.session_id, "jane", expected_version=1, state="x" * 50_000)
            assert await store.read(made.session_id, "jane") == changed


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of half a megabyte."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine doesn't let us mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


async def test_a_locked_file_is_named_and_can_be_tried_again(path: Path) -> None:
    async with sqlite_store(path, busy_seconds=0.05) as store:
        made = await opened(store)
        with other_program(path, "BEGIN IMMEDIATE"):
            with pytest.raises(Unavailable, match="is locked by another process") as caught:
                await store.replace(made.session_id, "jane", expected_version=1, state="1")
            assert caught.value.retryable
        assert (await store.replace(made.session_id, "jane", expected_version=1, state="1")).version == 2


async def test_a_locked_file_can_be_read_and_keeps_the_expiry(path: Path) -> None:
    clock = FixedClock()
    store = SqliteSessionStore(path, clock=clock, ttl=TTL, schema_version=1, busy_seconds=0.05)
    made = await opened(store)
    clock.advance(timedelta(hours=1))
    with other_program(path, "BEGIN IMMEDIATE"):
        assert await store.read(made.session_id, "jane") == made
    assert (await store.read(made.session_id, "jane")).expires_at == made.expires_at + timedelta(hours=1)
    await store.close()


async def test_waiting_for_the_file_does_not_hold_up_the_loop(path: Path) -> None:
    async with sqlite_store(path) as store:
        made = await opened(store)
        with other_program(path, "BEGIN IMMEDIATE") as other:
            change = asyncio.create_task(store.replace(made.session_id, "jane", expected_version=1, state="1"))
            longest = 0.0
            for _ in range(20):
                before = time.perf_counter()
                await asyncio.sleep(0.005)
                longest = max(longest, time.perf_counter() - before)
            assert not change.done()
            other.execute("ROLLBACK")
        assert (await change).version == 2
        assert longest < 1
