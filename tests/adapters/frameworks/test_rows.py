"""What somebody changes in the database is refused by it, and named where they got past that."""

import sqlite3
from pathlib import Path

import psycopg
import pytest

from tests.adapters.frameworks.sample_frameworks import kept_portfolio, new, profile
from tests.adapters.frameworks.test_store import Call
from tests.adapters.records.stores import Place, literal
from trimtab.adapters.frameworks.store import SqlFrameworkRecords
from trimtab.domain.errors import BrokenRecord
from trimtab.workflow.ports.framework_records import FrameworkRecords

FORGED = "content_hash is wrong. It doesn't fit the row"
PARTS = "parts_hash is wrong. It doesn't fit the buckets and constraints"
FIRST_BUCKET = "position = 0"
LASTING = (
    "framework_versions",
    "framework_buckets",
    "framework_constraints",
    "framework_portfolios",
    "portfolio_sessions",
)
SPOILED = [
    ("framework_versions", "name", "Theirs", "framework_versions", FORGED),
    ("framework_versions", "risk_band", None, "framework_versions", FORGED),
    ("framework_versions", "actor", "mallory", "framework_versions", FORGED),
    ("framework_versions", "n_buckets", 3, "framework_versions", FORGED),
    ("framework_versions", "parts_hash", "a" * 64, "framework_versions", FORGED),
    ("framework_versions", "rebalancing", '{"cadence":"M"}', "framework_versions", FORGED),
    ("framework_versions", "rebalancing", '{"cadence":"X"}', "framework_versions", "rebalancing is wrong"),
    ("framework_versions", "saved_at", "yesterday", "framework_versions", "saved_at is wrong"),
    ("framework_buckets", "target_weight", "0.41", "framework_versions", PARTS),
    ("framework_buckets", "target_weight", "0.400", "framework_versions", PARTS),
    ("framework_buckets", "target_weight", "much", "framework_buckets", "target_weight is wrong"),
    ("framework_buckets", "target_weight", "NaN", "framework_buckets", "target_weight is wrong"),
    ("framework_buckets", "target_weight", "0,4", "framework_buckets", "target_weight is wrong"),
    ("framework_buckets", "max_weight", "1", "framework_versions", PARTS),
    ("framework_buckets", "rules", "{}", "framework_versions", PARTS),
    ("framework_buckets", "rules", "[" * 5_000, "framework_buckets", "rules is wrong"),
    ("framework_buckets", "rules", '{"regions":"US"}', "framework_buckets", "rules is wrong"),
    ("framework_buckets", "parent_path", "AssetClass/Bonds", "framework_versions", PARTS),
    ("framework_buckets", "position", 9, "framework_versions", PARTS),
    ("framework_constraints", "constraint_value", "0.30", "framework_versions", PARTS),
    ("framework_constraints", "currencies", "null", "framework_constraints", "currencies is wrong"),
    ("frameworks", "owner", "jane", "framework_versions", FORGED),
    ("frameworks", "newest_version", 7, "frameworks", "newest_version is wrong"),
    ("frameworks", "created_at", "", "frameworks", "created_at is wrong"),
    ("framework_portfolios", "document", "{}", "framework_portfolios", FORGED),
    ("framework_portfolios", "framework_version_used", 2, "framework_portfolios", FORGED),
    ("framework_portfolios", "owner", "jane", "framework_portfolios", FORGED),
    ("investment_profiles", "horizon_years", 8, "investment_profiles", FORGED),
    ("investment_profiles", "goals", '["a boat"]', "investment_profiles", FORGED),
    ("investment_profiles", "goals", "[1]", "investment_profiles", "goals is wrong"),
    ("portfolio_sessions", "session_id", "ts_2", "portfolio_sessions", FORGED),
]
"""Table, column and new value; then the table that is blamed, and for what."""


async def keep_one_of_each(records: FrameworkRecords, owner: str) -> dict[str, Call]:
    """What reads each table, for whoever has this name then."""
    kept = await kept_portfolio(records, owner)
    await records.keep_profile(owner, profile())
    await records.link_session(owner, kept.portfolio_id, session_id="ts_1")
    framework: Call = lambda records: records.read("jane", kept.framework_id)  # noqa: E731 - one of several of a kind
    return dict.fromkeys(("frameworks", *LASTING[:3]), framework) | {
        "framework_portfolios": lambda records: records.portfolios("jane"),
        "investment_profiles": lambda records: records.profiles("jane"),
        "portfolio_sessions": lambda records: records.sessions_of("jane", kept.portfolio_id),
    }


async def test_a_row_that_somebody_changed_is_named_with_what_is_wrong(place: Place, records: FrameworkRecords) -> None:
    looks = {"jane": await keep_one_of_each(records, "jane"), "tom": await keep_one_of_each(records, "tom")}
    before = {table: place.sql(f"SELECT * FROM {table} ORDER BY 1, 2") for table in looks["jane"]}
    for table, column, value, blamed, said in SPOILED:
        whose = "tom" if column == "owner" else "jane"
        places = {"framework_buckets": FIRST_BUCKET, "framework_constraints": FIRST_BUCKET}
        row = places.get(table, f"owner = '{whose}'" if table != "framework_versions" else "version = 1")
        ((old,), *_) = place.sql(f"SELECT {column} FROM {table} WHERE {row}")
        if column == "owner":
            place.tamper(f"DELETE FROM {table} WHERE owner = 'jane'")
        place.tamper(f"UPDATE {table} SET {column} = {literal(value)} WHERE {row}")
        with pytest.raises(BrokenRecord, match=f'^{blamed}: in the row "[^"]+" {said}') as told:
            await looks[whose][table](records)
        assert told.value.next_action.startswith("Bring these rows back")
        assert "[[" not in told.value.message
        assert old is not value
        place.tamper(
            f"DELETE FROM {table}", *(f"INSERT INTO {table} VALUES ({as_sql(each)})" for each in before[table])
        )
        await looks["jane"][table](records)


def as_sql(row: tuple[object, ...]) -> str:
    return ", ".join(map(literal, row))


async def test_bytes_are_no_json(tmp_path: Path) -> None:
    place = Place("sqlite", tmp_path)
    records = SqlFrameworkRecords(place.url)
    await records.keep_profile("jane", profile())
    place.sql(f"UPDATE investment_profiles SET goals = X'{b'[]'.hex()}'")
    with pytest.raises(BrokenRecord, match=r"^investment_profiles: in the row \"Jane\" goals is wrong"):
        await records.profiles("jane")
    await records.close()
    await place.close()


async def test_a_row_that_is_missing_is_told(place: Place, records: FrameworkRecords) -> None:
    made = await records.create("jane", new())
    for number in (1, 2):
        await records.add_version("jane", made.framework_id, new=new(), expected_version=number)
    place.tamper("DELETE FROM framework_versions WHERE version = 2")
    for look in (records.read("jane", made.framework_id, version=2), records.versions("jane", made.framework_id)):
        with pytest.raises(BrokenRecord, match="newest_version is wrong\\. The versions that are kept aren't those"):
            await look
    assert (await records.read("jane", made.framework_id, version=1)).version == 1
    place.tamper("DELETE FROM framework_buckets WHERE position = 3 AND version = 3")
    with pytest.raises(BrokenRecord, match=f'in the row "{made.framework_id}, 3" {PARTS}'):
        await records.read("jane", made.framework_id)
    place.tamper("DELETE FROM framework_versions WHERE version = 3")
    with pytest.raises(BrokenRecord, match="newest_version is wrong"):
        await records.list("jane")


async def test_anothers_spoiled_rows_trouble_nobody(place: Place, records: FrameworkRecords) -> None:
    made = await records.create("jane", new())
    await kept_portfolio(records, "tom")
    place.tamper(f"UPDATE framework_versions SET name = 'Theirs' WHERE framework_id = '{made.framework_id}'")
    with pytest.raises(BrokenRecord):
        await records.list("jane")
    assert len(await records.list("tom")) == 1


@pytest.mark.parametrize("table", LASTING)
async def test_the_database_itself_lets_nobody_change_what_is_kept(
    place: Place, records: FrameworkRecords, table: str
) -> None:
    await keep_one_of_each(records, "jane")
    before = place.sql(f"SELECT * FROM {table} ORDER BY 1, 2")
    again = as_sql(before[0])
    tries = [
        f"UPDATE {table} SET {'session_id' if table == LASTING[-1] else 'framework_id'} = 'x'",
        f"DELETE FROM {table}",
    ]
    tries += {
        "sqlite": [f"INSERT OR REPLACE INTO {table} VALUES ({again})"],
        "postgresql": [f"TRUNCATE {table}"],
    }[place.kind]
    for statement in tries:
        with pytest.raises((sqlite3.IntegrityError, psycopg.errors.RaiseException), match="append-only"):
            place.sql(statement)
    assert place.sql(f"SELECT * FROM {table} ORDER BY 1, 2") == before
