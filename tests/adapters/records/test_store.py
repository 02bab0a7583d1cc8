"""What a store says where its database is missing, busy, foreign or full; and what it never says."""

import logging
import sqlite3
import stat
import sys
import tempfile
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import InvalidRequestError

from tests.adapters.records.stores import DAY, Place, answering, note, order
from tests.postgres_servers import PASSWORD, PostgresServer, shared_server
from tests.redis_servers import free_port
from trimtab.adapters.records import engines
from trimtab.adapters.records.store import SqlRecordStore
from trimtab.domain.errors import BrokenRecord, NotFound, SettingsError, TrimtabError, Unavailable
from trimtab.workflow.ports.records import Scope

SECRET = "sw0rdfish"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    place = Place("sqlite", tmp_path)
    yield place
    await place.close()


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://desk:{SECRET}@host/records",
        f"postgresql+asyncpg://desk:{SECRET}@host/records",
        f"postgresql://desk:{SECRET}@host:{SECRET}/records",
        f"{SECRET}",
        "sqlite://",
        "sqlite:///:memory:",
        f"sqlite:///file:{SECRET}?uri=true",
        f"sqlite:///records.db?key={SECRET}",
    ],
)
def test_a_url_that_names_no_such_database_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(
        SettingsError, match=r"allowed are sqlite:///PATH or postgresql://USER@HOST/DATABASE"
    ) as refused:
        SqlRecordStore(url)
    assert SECRET not in "".join(traceback.format_exception(refused.value))


def test_postgresql_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SettingsError, match="isn't installed") as refused:
        SqlRecordStore("postgresql://host/records")
    assert "pip install 'trimtab[postgres]'" in refused.value.next_action


@pytest.mark.parametrize("query", ["", f"?password={SECRET}", f"?sslpassword={SECRET}&connect_timeout=2"])
async def test_a_password_never_shows(query: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store = SqlRecordStore(f"postgresql://desk:{SECRET}@127.0.0.1:{free_port()}/records{query}")
    with pytest.raises(Unavailable, match="can't be reached") as refused:
        await store.standing(Scope())
    await store.close()
    shown = [repr(each) for each in (store, vars(store), store._database.engine.url)]
    assert SECRET not in "".join([*traceback.format_exception(refused.value), caplog.text, *shown])


async def test_an_option_that_there_is_not_is_a_wrong_setting() -> None:
    store = SqlRecordStore(f"postgresql://desk:{SECRET}@127.0.0.1/records?colour={SECRET}")
    with pytest.raises(SettingsError, match="has an option that there isn't") as refused:
        await store.check()
    assert SECRET not in "".join(traceback.format_exception(refused.value))
    await store.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another user may enter, as PostgreSQL doesn't run as root; where it runs at all."""
    if shared_server() is None:
        pytest.skip("no PostgreSQL server starts on this machine")
    with tempfile.TemporaryDirectory(prefix="trimtab-postgres-") as name:
        yield Path(name)


async def test_a_server_that_went_away_is_unavailable_and_one_that_came_back_is_used(folder: Path) -> None:
    server = PostgresServer(folder).start()
    store = SqlRecordStore(server.new_database())
    await store.write(Scope(), answering(order()))
    server.stop()
    try:
        for call in (store.check(), store.unsettled(DAY, execution_mode="simulated")):
            with pytest.raises(Unavailable, match="can't be reached"):
                await call
        server.start()
        assert await store.unsettled(DAY, execution_mode="simulated") == (order(),)
        wrong = SqlRecordStore(server.admin_url.replace(PASSWORD, SECRET))
        with pytest.raises(Unavailable, match="can't be reached") as refused:
            await wrong.check()
        assert SECRET not in "".join(traceback.format_exception(refused.value))
        await wrong.close()
    finally:
        await store.close()
        server.stop()


async def test_nothing_is_made_before_the_first_call_and_then_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "records.db"
    store = SqlRecordStore(f"sqlite:///{path}")
    assert not path.parent.exists()
    await store.check()
    await store.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("there", ["no folder", "no file", "empty file"])
async def test_a_store_that_may_not_make_records_says_that_there_are_none(tmp_path: Path, there: str) -> None:
    path = tmp_path / "new" / "records.db"
    if there != "no folder":
        path.parent.mkdir()
    if there == "empty file":
        path.touch()
    before = sorted(tmp_path.rglob("*"))
    store = SqlRecordStore(f"sqlite:///{path}", create=False)
    for call in (store.check, store.verify):
        with pytest.raises(NotFound) as refused:
            await call()
        assert refused.value.message == f"There are no records at {path} yet."
        assert (refused.value.field, "the first approval makes it" in refused.value.next_action) == (
            "TRIMTAB_RECORDS",
            True,
        )
    await store.close()
    assert sorted(tmp_path.rglob("*")) == before
    assert there != "empty file" or path.read_bytes() == b""


async def test_records_that_are_there_are_used_by_a_store_that_may_not_make_them(place: Place) -> None:
    head = await place.open().write(Scope(), answering(order()))
    store = SqlRecordStore(place.url, create=False)
    assert (await store.standing(Scope())).head == head
    await store.close()


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (f"postgresql://desk:{SECRET}@db.example:5433/records?password={SECRET}", "db.example:5433/records"),
        (f"postgresql://desk:{SECRET}@db.example/records", "db.example/records"),
        (f"postgresql://desk:{SECRET}@/records?host=/run/postgres", "/run/postgres/records"),
        ("sqlite:////var/lib/desk/records.db", "/var/lib/desk/records.db"),
    ],
)
def test_where_records_are_is_told_without_user_and_password(url: str, place: str) -> None:
    assert SqlRecordStore(url).place == place


@pytest.mark.parametrize("then", ["replaced", "removed"])
async def test_a_file_that_is_replaced_while_it_is_in_use_is_used_no_more(place: Place, then: str) -> None:
    place.spoilt = True
    store = place.open()
    await store.write(Scope(), answering(order()))
    copy = place.file.with_name("copy.db")
    copy.write_bytes(place.file.read_bytes())
    if then == "replaced":
        copy.replace(place.file)
    else:
        place.file.unlink()
    for call in (store.standing(Scope()), store.write(Scope(), answering(order(2))), store.check(), store.verify()):
        with pytest.raises(BrokenRecord, match=r"records\.db was replaced while it was in use") as refused:
            await call
    assert "start again" in refused.value.next_action


async def test_a_file_is_written_ahead_and_to_the_disk(place: Place) -> None:
    store = place.open()
    await store.check()
    assert place.sql("PRAGMA journal_mode") == [("wal",)]
    with store._database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


@pytest.mark.parametrize(
    ("bytes_there", "what"),
    [
        (None, "can't be made or opened for writing"),
        (b"no database, whatever its name " * 99, "is not a SQLite database"),
    ],
)
async def test_a_path_that_cannot_hold_records_says_so(tmp_path: Path, bytes_there: bytes | None, what: str) -> None:
    path = tmp_path / "records.db"
    path.mkdir() if bytes_there is None else path.write_bytes(bytes_there)
    store = SqlRecordStore(f"sqlite:///{path}")
    with pytest.raises(SettingsError, match=f"The records file records.db {what}") as refused:
        await store.check()
    assert str(tmp_path) not in refused.value.message
    assert bytes_there is None or path.read_bytes() == bytes_there
    await store.close()


async def test_a_file_that_somebody_else_keeps_locked_is_unavailable(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.05)
    place.spoilt = True
    store = SqlRecordStore(place.url)
    with closing(sqlite3.connect(place.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert (await store.standing(Scope())).head.seq == 0
        with pytest.raises(Unavailable, match="locked by another process"):
            await store.write(Scope(), answering(evidence=[note()]))
    await store.write(Scope(), answering(evidence=[note()]))
    await store.close()


async def test_a_full_disk_stores_nothing_and_says_so(place: Place) -> None:
    store = place.open()
    await store.write(Scope(), answering(evidence=[note()]))
    with store._database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        connection.rollback()
    with pytest.raises(Unavailable, match="no room left"):
        await store.write(Scope(), answering(*(order(number) for number in range(900))))
    found = await store.verify()
    assert (found.entries, found.rows, found.breaks) == (1, 0, ())


async def test_a_changed_form_is_damage(place: Place) -> None:
    store = place.open()
    await store.check()
    place.sql("ALTER TABLE fills RENAME TO spills")
    with pytest.raises(BrokenRecord, match=r"The records file records.db is damaged") as refused:
        await store.fills("")
    assert isinstance(refused.value, TrimtabError)
    assert "trimtab records verify" in refused.value.next_action


@pytest.fixture
async def server_place(tmp_path: Path) -> AsyncIterator[Place]:
    place = Place("postgresql", tmp_path)
    yield place
    await place.close()


async def test_an_empty_server_database_has_no_records_for_a_store_that_may_not_make_them(tmp_path: Path) -> None:
    bare = Place("postgresql", tmp_path, bare=True)
    store = SqlRecordStore(bare.url, create=False)
    with pytest.raises(NotFound) as refused:
        await store.check()
    assert (PASSWORD in refused.value.message, store.place in refused.value.message) == (False, True)
    assert bare.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []
    await store.close()
    await bare.close()


@pytest.mark.parametrize("code", ["40001", "40P01"])
async def test_a_transaction_that_postgresql_wants_repeated_is_repeated(server_place: Place, code: str) -> None:
    store, shown = server_place.open(), []

    def fails_twice(connection: Connection) -> int:
        shown.append(code)
        if len(shown) < 3:
            connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '{code}'; END $$")
        return len(shown)

    assert await store._write(fails_twice) == 3


@pytest.mark.parametrize(
    ("code", "error", "said"),
    [
        ("40001", Unavailable, "can't be reached"),
        ("55P03", Unavailable, "locked by another process"),
        ("42501", SettingsError, "doesn't let its user read and write"),
        ("XX001", BrokenRecord, "is damaged"),
        ("23505", BrokenRecord, "is damaged"),
    ],
)
async def test_what_postgresql_says_has_a_name(
    server_place: Place, code: str, error: type[TrimtabError], said: str
) -> None:
    def fails(connection: Connection) -> None:
        connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$")

    with pytest.raises(error, match=said):
        await server_place.open()._write(fails)


async def test_a_server_that_is_locked_for_long_is_unavailable(
    server_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.05)
    store = server_place.open()
    with psycopg.connect(server_place.url) as other:
        other.execute("SELECT * FROM evidence_head FOR UPDATE")
        assert (await store.standing(Scope())).head.seq == 0
        with pytest.raises(Unavailable, match="locked by another process"):
            await store.write(Scope(), answering(evidence=[note()]))
    await store.write(Scope(), answering(evidence=[note()]))


async def test_what_is_no_fault_of_a_driver_is_unavailable_too(place: Place) -> None:
    def fails(connection: Connection) -> None:
        raise InvalidRequestError("no")

    with pytest.raises(Unavailable, match=r"The records file records\.db can't be used"):
        await place.open()._read(fails)
