"""The tables are made once, taken from form to form, and never given up while they hold evidence."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from tests.adapters.frameworks.sample_frameworks import kept_portfolio, profile
from tests.adapters.records.stores import DATABASES, Place, answering, note
from tests.adapters.signals.sample_rows import allocation, performance, signal
from trimtab.adapters.frameworks.store import SqlFrameworkRecords
from trimtab.adapters.records import migrate
from trimtab.adapters.records.engines import database_at
from trimtab.adapters.records.schema import HEAD, REVISIONS, VERSION_TABLE
from trimtab.adapters.records.tables import METADATA
from trimtab.adapters.signals.store import SqlSignalRecords
from trimtab.domain.errors import Blocked, BrokenRecord, NewerVersion, OlderVersion, SettingsError
from trimtab.workflow.evidence import EMPTY
from trimtab.workflow.ports.records import Scope
from trimtab.workflow.ports.signal_records import Sought

REFERENCE = {"asset_etf_proxies", "industry_proxies", "cash_proxies", "user_factor_groups"}
"""Tables that came with 0004."""
SIGNALS = {"signals", "signal_allocations", "signal_allocation_symbols", "strategy_performance"}
"""Tables that came with 0005."""
FRAMEWORKS = {
    "frameworks",
    "framework_versions",
    "framework_buckets",
    "framework_constraints",
    "investment_profiles",
    "framework_portfolios",
    "portfolio_sessions",
}
"""Tables that came with 0006."""
REFUSED = (
    ("signals", "owner = ''"),
    ("signals", f"strategy = '{'s' * 65}'"),
    ("signals", f"symbol = '{'S' * 33}'"),
    ("signals", "market_digest = 'cafe'"),
    ("signals", "alpha_score = 1.01"),
    ("signals", "confidence = -0.01"),
    ("signals", "horizon_days = 0"),
    ("signals", "day = '2026-3-2'"),
    ("signal_allocations", "allocation_id = 'cafe'"),
    ("signal_allocation_symbols", "symbol = ''"),
    ("strategy_performance", "kind = 'guess'"),
    ("strategy_performance", "run_id = 'cafe'"),
)
"""Changes of a row that is kept."""
REFUSED_OF_FRAMEWORKS = (
    ("frameworks", "owner = ''"),
    ("frameworks", "newest_version = 0"),
    ("frameworks", "created_key = ''"),
    ("framework_versions", "name = ''"),
    ("framework_versions", "method = 'guess'"),
    ("framework_versions", "risk_band = 'wild'"),
    ("framework_versions", "content_hash = 'cafe'"),
    ("framework_versions", "parts_hash = 'cafe'"),
    ("framework_buckets", f"path = '{'p' * 501}'"),
    ("framework_buckets", f"label = '{'l' * 256}'"),
    ("framework_constraints", "constraint_type = 'min_luck'"),
    ("framework_constraints", "constraint_unit = 'percent'"),
    ("investment_profiles", "horizon_years = 0"),
    ("investment_profiles", "risk_band = 'wild'"),
    ("framework_portfolios", "framework_version_used = 0"),
    ("framework_portfolios", f"portfolio_id = '{'p' * 65}'"),
    ("portfolio_sessions", "position = -1"),
    ("portfolio_sessions", "session_id = ''"),
)
"""Changes of a row that get past the triggers."""


@pytest.fixture(params=DATABASES)
async def bare(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(request.param, tmp_path, bare=True)
    yield place
    await place.close()


def tables_of(place: Place) -> set[str]:
    listed = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
        "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    }
    return {name for (name,) in place.sql(listed[place.kind])}


def contents(place: Place) -> object:
    """What must not change: the file's bytes, or all names and revisions."""
    if place.kind == "sqlite":
        return place.file.read_bytes()
    return (
        sorted(tables_of(place)),
        place.sql(f"SELECT * FROM {VERSION_TABLE}"),
        place.sql("SELECT * FROM evidence_head"),
    )


def test_the_newest_migration_is_the_one_that_stores_expect() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).with_name("migrations")))
    scripts = ScriptDirectory.from_config(config)
    assert tuple(reversed([each.revision for each in scripts.walk_revisions()])) == REVISIONS
    assert scripts.get_heads() == [HEAD]


async def test_migrations_go_up_down_and_up_again(bare: Place) -> None:
    assert migrate.current(bare.url) is None
    assert migrate.upgrade(bare.url, to="0001") == "0001"
    assert tables_of(bare) == {VERSION_TABLE, "evidence", "evidence_head"}
    assert migrate.upgrade(bare.url) == migrate.current(bare.url) == HEAD
    made = tables_of(bare)
    assert made == {VERSION_TABLE, *(table.name for table in METADATA.sorted_tables)}
    assert migrate.downgrade(bare.url, to="0001") == "0001"
    assert migrate.downgrade(bare.url) is None
    assert tables_of(bare) == {VERSION_TABLE}
    assert (await bare.open().standing(Scope())).head == EMPTY
    assert tables_of(bare) == made
    assert migrate.upgrade(bare.url) == HEAD


async def test_reference_data_and_groups_are_given_up_with_their_tables_and_nothing_else(bare: Place) -> None:
    migrate.upgrade(bare.url)
    bare.sql("INSERT INTO cash_proxies VALUES ('EUR', 'XEON')")
    made = tables_of(bare)
    assert migrate.downgrade(bare.url, to="0003") == "0003"
    assert made - tables_of(bare) == REFERENCE | SIGNALS | FRAMEWORKS
    assert migrate.upgrade(bare.url) == HEAD
    assert tables_of(bare) == made
    assert bare.sql("SELECT * FROM cash_proxies") == []
    await bare.open().write(Scope(), answering(evidence=[note()]))
    with pytest.raises(Blocked, match="hold evidence"):
        migrate.downgrade(bare.url, to="0003")


async def test_signals_come_to_records_that_are_in_use_and_go_alone(bare: Place) -> None:
    migrate.upgrade(bare.url, to="0004")
    group = ("jane", "Gold", '["GLD"]', "{}", "equal", "then", "now")
    bare.sql(
        "INSERT INTO cash_proxies VALUES ('EUR', 'XEON')",
        f"INSERT INTO user_factor_groups VALUES {group}",
    )
    before = tables_of(bare)
    assert migrate.upgrade(bare.url) == HEAD
    assert tables_of(bare) - before == SIGNALS | FRAMEWORKS
    records = SqlSignalRecords(bare.url)
    assert await records.keep_signals("jane", [signal()]) == 1
    assert migrate.downgrade(bare.url, to="0004") == "0004"
    assert tables_of(bare) == before
    assert bare.sql("SELECT * FROM user_factor_groups") == [group]
    assert bare.sql("SELECT * FROM cash_proxies") == [("EUR", "XEON")]
    assert migrate.upgrade(bare.url) == HEAD
    assert await records.signals("jane", Sought()) == ((), 0)
    assert await records.keep_allocation("jane", allocation())
    await records.close()


async def test_frameworks_come_to_records_that_are_in_use_and_go_alone(bare: Place) -> None:
    migrate.upgrade(bare.url, to="0005")
    bare.sql("INSERT INTO cash_proxies VALUES ('EUR', 'XEON')")
    before = tables_of(bare)
    assert migrate.upgrade(bare.url) == HEAD
    assert tables_of(bare) - before == FRAMEWORKS
    records = SqlFrameworkRecords(bare.url)
    await kept_portfolio(records)
    assert migrate.downgrade(bare.url, to="0005") == "0005"
    assert tables_of(bare) == before
    assert bare.sql("SELECT * FROM cash_proxies") == [("EUR", "XEON")]
    assert migrate.upgrade(bare.url) == HEAD
    assert await records.list("jane") == ()
    kept = await kept_portfolio(records)
    assert await records.portfolios("jane") == (kept,)
    assert (await bare.open().verify()).breaks == ()
    await records.close()


async def test_the_database_itself_refuses_a_framework_that_nobody_could_have_saved(bare: Place) -> None:
    records = SqlFrameworkRecords(bare.url)
    kept = await kept_portfolio(records)
    await records.keep_profile("jane", profile())
    await records.link_session("jane", kept.portfolio_id, session_id="ts_1")
    await records.close()
    for table, changes in REFUSED_OF_FRAMEWORKS:
        with pytest.raises((sqlite3.IntegrityError, psycopg.errors.CheckViolation), match=f"{table}_"):
            bare.tamper(f"UPDATE {table} SET {changes}")


async def test_the_database_itself_refuses_what_nobody_could_have_computed(bare: Place) -> None:
    records = SqlSignalRecords(bare.url)
    await records.keep_signals("jane", [signal()])
    await records.keep_allocation("jane", allocation())
    await records.keep_performance("jane", [performance()])
    await records.close()
    for table, changes in REFUSED:
        with pytest.raises((sqlite3.IntegrityError, psycopg.errors.CheckViolation)):
            bare.sql(f"UPDATE {table} SET {changes}")


async def test_migrated_tables_are_those_that_the_store_uses(bare: Place) -> None:
    migrate.upgrade(bare.url)
    database = database_at(bare.url)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []
    database.engine.dispose()


async def test_evidence_is_never_given_up(bare: Place) -> None:
    store = bare.open()
    await store.write(Scope(), answering(evidence=[note()]))
    for to in ("0001", "base"):
        with pytest.raises(Blocked, match="hold evidence"):
            migrate.downgrade(bare.url, to=to)
    assert (await store.verify()).entries == 1
    assert migrate.current(bare.url) == HEAD


async def test_an_older_form_is_refused_until_it_is_upgraded(bare: Place) -> None:
    migrate.upgrade(bare.url, to="0001")
    before = contents(bare)
    store = bare.open()
    with pytest.raises(OlderVersion, match="form of an older release") as refused:
        await store.standing(Scope())
    assert "trimtab records upgrade" in refused.value.next_action
    assert contents(bare) == before
    migrate.upgrade(bare.url)
    assert (await store.standing(Scope())).head == EMPTY


async def test_a_newer_form_is_refused_and_nothing_changes(bare: Place) -> None:
    migrate.upgrade(bare.url)
    bare.sql(f"UPDATE {VERSION_TABLE} SET version_num = '0099'")
    before = contents(bare)
    store = bare.open()
    with pytest.raises(NewerVersion, match="newer release"):
        await store.check()
    for change in (migrate.upgrade, migrate.downgrade):
        with pytest.raises(NewerVersion, match="newer release"):
            change(bare.url)
    await store.close()
    assert contents(bare) == before


async def test_two_revisions_at_once_are_damage(bare: Place) -> None:
    migrate.upgrade(bare.url)
    bare.sql(f"INSERT INTO {VERSION_TABLE} VALUES ('0001')")
    with pytest.raises(BrokenRecord, match="damaged"):
        await bare.open().check()


async def test_another_programs_database_is_left_alone(bare: Place) -> None:
    bare.sql("CREATE TABLE mine (a TEXT)")
    with pytest.raises(SettingsError, match="another program's database"):
        await bare.open().check()
    with pytest.raises(SettingsError, match="another program's database"):
        migrate.upgrade(bare.url)
    assert tables_of(bare) == {"mine"}


async def test_stores_that_open_an_empty_database_at_once_make_it_once(bare: Place) -> None:
    await asyncio.gather(*(bare.open().check() for _ in range(4)))
    assert bare.sql("SELECT count(*) FROM evidence_head") == [(1,)]
