"""Whatever is changed behind the store's back is found, and located."""

import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.records.stores import DATABASES, DAY, HOUR, SESSION, Place, answering, literal, note, order, rows
from tests.clock import NOON
from trimtab.adapters.records.checking import MOST_BREAKS
from trimtab.adapters.records.store import SqlRecordStore
from trimtab.adapters.records.tables import EVIDENCE, KEPT
from trimtab.domain.errors import BrokenRecord, TrimtabError
from trimtab.workflow.ports.records import EvidenceBreak, Scope

TODAY = Scope(session_id=SESSION, day=DAY, book_digest="b00c")
FLIPS = 50


@pytest.fixture(params=DATABASES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(request.param, tmp_path)
    await place.open().write(TODAY, answering(*rows(), evidence=[note("a"), note("b")]))
    yield place
    await place.close()


async def breaks_of(store: SqlRecordStore) -> tuple[EvidenceBreak, ...]:
    return (await store.verify()).breaks


async def places_of(place: Place) -> set[tuple[str, str]]:
    return {(each.table, each.key) for each in await breaks_of(place.open())}


def other(value: Any) -> Any:
    """The value with one character changed."""
    if value is None:
        return "2026-03-02T12:00:00.000000+00:00"
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return 1 - value if value in {0, 1} else value + 1000
    return "x" if value == "" else value[:-1] + chr(ord(value[-1]) ^ 1)


TABLES = [("evidence", "seq", list(EVIDENCE.columns.keys())), ("evidence_head", "seq", ["seq", "hash", "at"])] + [
    (kept.table.name, kept.key, list(kept.table.columns.keys())) for kept in KEPT
]


OTHER_TYPES = {"evidence", "evidence_head", "approvers"}
"""In PostgreSQL a table with each type of column is enough: the rest is the same code."""
FLIPPED = [("sqlite", *each) for each in TABLES] + [("postgresql", *each) for each in TABLES if each[0] in OTHER_TYPES]


@pytest.mark.parametrize(
    ("place", "table", "key", "columns"), FLIPPED, ids=["-".join(each[:2]) for each in FLIPPED], indirect=["place"]
)
async def test_a_changed_character_in_any_column_is_found(
    place: Place, table: str, key: str, columns: list[str]
) -> None:
    store = place.open()
    named = ", ".join(f'"{column}"' for column in columns)
    row = dict(zip(columns, place.sql(f"SELECT {named} FROM {table} ORDER BY seq LIMIT 1")[0], strict=True))
    for column, value in row.items():
        changed = {**row, column: other(value)}
        set_to = f'UPDATE {table} SET "{column}" = {{}} WHERE "{key}" = {{}}'
        place.tamper(set_to.format(literal(changed[column]), literal(row[key])))
        found = {(each.table, each.key) for each in await breaks_of(store)}
        assert found & {(table, str(row[key])), (table, str(changed[key]))}, (column, found)
        place.tamper(set_to.format(literal(value), literal(changed[key])))
    assert await breaks_of(store) == ()


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["DELETE FROM evidence WHERE seq = 1"], {("evidence", "1"), ("evidence", "2")}),
        (["DELETE FROM evidence WHERE seq = 13"], {("evidence_head", "13"), ("kept_sessions", SESSION)}),
        (["DELETE FROM evidence"], {("evidence_head", "13"), ("orders", "tt-0001"), ("kill_switch", "kill")}),
        (["DELETE FROM evidence_head"], {("evidence_head", "13")}),
        (
            [f"UPDATE evidence SET seq = {to} WHERE seq = {of}" for of, to in ((1, 100), (2, 1), (100, 2))],
            {("evidence", "1"), ("evidence", "2"), ("evidence", "3")},
        ),
        (["DELETE FROM orders WHERE client_order_id = 'tt-0002'"], {("orders", "tt-0002")}),
        (
            ["INSERT INTO kept_sessions SELECT 'ts_two', owner, version, log_seq, log_hash, 13, 13 FROM kept_sessions"],
            {("kept_sessions", "ts_two")},
        ),
        (["UPDATE orders SET seq = 7 WHERE client_order_id = 'tt-0001'"], {("orders", "tt-0001")}),
        (["UPDATE orders SET seq = 6, state = 'Intent' WHERE client_order_id = 'tt-0001'"], {("orders", "tt-0001")}),
        (["UPDATE orders SET seq = 99 WHERE client_order_id = 'tt-0001'"], {("orders", "tt-0001")}),
    ],
)
async def test_what_is_missing_added_or_moved_is_found(
    place: Place, statements: list[str], found: set[tuple[str, str]]
) -> None:
    place.tamper(*statements)
    assert found <= await places_of(place)


async def test_all_faults_are_told_and_each_says_what_is_wrong(place: Place) -> None:
    place.tamper("UPDATE evidence SET actor = 'mallory' WHERE seq = 2", "UPDATE orders SET price = '1', side = 'buy'")
    told = await breaks_of(place.open())
    assert {(each.table, each.key, each.message) for each in told} == {
        ("evidence", "2", "it isn't what was written"),
        ("orders", "tt-0001", "it isn't what its entry says (price)"),
        ("orders", "tt-0002", "it isn't what its entry says (side, price)"),
    }


async def test_a_thousand_faults_are_enough(place: Place) -> None:
    store = place.open()
    await store.write(TODAY, answering(*(order(number) for number in range(100, 1300))))
    place.sql("UPDATE orders SET why = 'x'")
    assert len(await breaks_of(store)) == MOST_BREAKS


async def test_a_chain_longer_than_one_reading_is_walked_to_its_end(place: Place) -> None:
    store = place.open()
    await store.write(TODAY, answering(evidence=[note(str(number)) for number in range(4100)]))
    assert (await store.verify()).entries == 4113
    place.tamper("UPDATE evidence SET source = 'x' WHERE seq IN (7, 2500, 4113)")
    assert [each.key for each in await breaks_of(store)] == ["7", "2500", "4113"]


@pytest.mark.parametrize("statement", ["UPDATE evidence SET actor = 'x'", "DELETE FROM evidence WHERE seq = 3"])
async def test_the_database_itself_refuses_to_change_evidence(place: Place, statement: str) -> None:
    with pytest.raises(Exception, match="append-only"):
        place.sql(statement)
    assert await places_of(place) == set()


async def test_evidence_cannot_be_replaced_or_emptied_either(place: Place) -> None:
    replace = "INSERT OR REPLACE INTO evidence SELECT 1, at, session_id, kind, actor, source, content, '', hash "
    statement = replace + "FROM evidence WHERE seq = 2" if place.kind == "sqlite" else "TRUNCATE evidence"
    with pytest.raises(Exception, match="append-only"):
        place.sql(statement)
    assert await places_of(place) == set()


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE orders SET quantity = 'many'", r"orders: row tt-0001 can't be read \(quantity\)"),
        ("UPDATE orders SET reported_value = '0x10'", r"orders: row tt-0001 can't be read \(reported_value\)"),
        ("UPDATE questions SET asked_at = 'never'", r"questions: row q-1 can't be read \(asked_at\)"),
        ("UPDATE evidence_head SET at = 'never'", "evidence_head: it can't be read"),
        ("DELETE FROM evidence_head", "evidence_head: there is no head of the chain"),
    ],
)
async def test_reading_what_cannot_have_been_written_says_where_it_is(place: Place, statement: str, what: str) -> None:
    place.sql(statement)
    with pytest.raises(BrokenRecord, match=what):
        await place.open().standing(TODAY)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (
            "INSERT INTO approvals SELECT 'a-9', session_id, plan_hash, approver, means, approved_at, expires_at, used,"
            " 99, 99 FROM approvals",
            "approvals: row a-9: the entry that it names isn't there",
        ),
        (
            "INSERT INTO approvals SELECT 'a-9', session_id, plan_hash, approver, means, approved_at, expires_at, used,"
            " 5, 5 FROM approvals",
            r"approvals: row a-9: it isn't what its entry says \(approval_id\)",
        ),
        (
            "UPDATE approvers SET secret_hash = 'x'",
            r"approvers: row Jäne: it isn't what its entry says \(secret_hash\)",
        ),
        (
            "UPDATE kill_switch SET seq = 1",
            "kill_switch: row kill: the entry that it names isn't of the kind kill_switch",
        ),
        ("UPDATE questions SET answer = NULL", r"questions: row q-1: it isn't what its entry says \(answer\)"),
        ("UPDATE undone_closings SET closing = 'ts_one:4'", r"undone_closings: row ts_one:4: it isn't .* \(closing\)"),
        ("UPDATE parked SET rule = 'none'", r"parked: row p-1: it isn't what its entry says \(rule\)"),
        (
            "UPDATE kept_sessions SET version = 2",
            r"kept_sessions: row ts_one: it isn't what its entry says \(version\)",
        ),
        (
            "UPDATE evidence SET actor = 'mallory' WHERE kind = 'approval'",
            "approvals: row a-1: the entry that it names isn't what was written",
        ),
    ],
)
async def test_a_row_that_its_evidence_does_not_bear_out_is_not_believed(
    place: Place, statement: str, what: str
) -> None:
    place.tamper(statement)
    store = place.open()
    for call in (store.standing(TODAY), store.write(TODAY, answering(evidence=[note()]))):
        with pytest.raises(BrokenRecord, match=what):
            await call


async def test_orders_by_their_ids_are_shown_without_reading_what_is_not_about_them(place: Place) -> None:
    place.tamper("UPDATE approvers SET secret_hash = 'x'", "UPDATE kept_sessions SET version = 2")
    store, by_id = place.open(), Scope(client_order_ids=("tt-0001",))
    assert [each.state for each in (await store.standing(by_id)).orders] == ["Submitted"]
    await store.write(by_id, answering(order(1, state="Accepted")))
    place.tamper("UPDATE parked SET message = ''")
    with pytest.raises(BrokenRecord, match=r"parked: row p-1: it isn't what its entry says \(message\)"):
        await store.standing(by_id)
    place.tamper("UPDATE kill_switch SET reason = ''")
    with pytest.raises(BrokenRecord, match=r"kill_switch: row kill: it isn't what its entry says \(reason\)"):
        await store.standing(Scope(client_order_ids=("tt-0002",)))


async def test_triggers_that_are_missing_or_not_ours_are_found(place: Place) -> None:
    on = "" if place.kind == "sqlite" else " ON evidence"
    place.spoilt = True
    mine = {
        "sqlite": ["CREATE TRIGGER mine AFTER INSERT ON kill_switch BEGIN DELETE FROM orders; END"],
        "postgresql": [
            "CREATE TRIGGER mine BEFORE INSERT ON kill_switch EXECUTE FUNCTION evidence_is_append_only()",
        ],
    }
    place.sql(f"DROP TRIGGER evidence_is_never_changed{on}", *mine[place.kind])
    told = [(each.table, each.key, each.message) for each in await breaks_of(place.open())]
    assert told == [
        ("database", "evidence_is_never_changed", "the trigger that keeps evidence from being changed is missing"),
        ("database", "mine", "it is a trigger that the records don't have"),
    ]


@pytest.mark.parametrize("place", DATABASES, indirect=True)
async def test_a_trigger_that_does_nothing_any_more_is_found(place: Place) -> None:
    place.spoilt = True
    name = "evidence_is_never_changed"
    off = {
        "sqlite": [f"DROP TRIGGER {name}", f"CREATE TRIGGER {name} BEFORE UPDATE ON evidence BEGIN SELECT 1; END"],
        "postgresql": ["ALTER TABLE evidence DISABLE TRIGGER ALL"],
    }
    place.sql(*off[place.kind])
    assert await breaks_of(place.open()) == (
        EvidenceBreak("database", name, "a trigger of the records was changed or switched off"),
    )


@pytest.mark.parametrize("place", DATABASES, indirect=True)
async def test_the_triggers_of_frameworks_are_looked_at_too(place: Place) -> None:
    place.spoilt = True
    gone, moved = "framework_versions_are_never_changed", "framework_buckets_are_never_changed"
    changes = {
        "sqlite": [
            f"DROP TRIGGER {gone}",
            f"DROP TRIGGER {moved}",
            f"CREATE TRIGGER {moved} BEFORE UPDATE ON frameworks "
            "BEGIN SELECT RAISE(ABORT, 'what is kept of frameworks is append-only'); END",
        ],
        "postgresql": [
            f"DROP TRIGGER {gone} ON framework_versions",
            f"DROP TRIGGER {moved} ON framework_buckets",
            f"CREATE TRIGGER {moved} BEFORE UPDATE OR DELETE OR TRUNCATE ON frameworks "
            "FOR EACH STATEMENT EXECUTE FUNCTION frameworks_are_append_only()",
        ],
    }
    place.sql(*changes[place.kind])
    assert await breaks_of(place.open()) == (
        EvidenceBreak("database", moved, "a trigger of the records was changed or switched off"),
        EvidenceBreak("database", gone, "the trigger that keeps framework_versions from being changed is missing"),
    )


async def test_another_sessions_impossible_order_does_not_count_silently(place: Place) -> None:
    place.sql("UPDATE orders SET reported_value = 'x', session_id = 'ts_two'")
    with pytest.raises(BrokenRecord, match=r"orders: row tt-0001 can't be read \(reported_value, filled_quantity\)"):
        await place.open().standing(TODAY)


async def test_reading_a_changed_entry_says_which_one(place: Place) -> None:
    place.tamper("""UPDATE evidence SET content = '{"text":' WHERE seq = 2""")
    with pytest.raises(BrokenRecord, match="evidence: entry 2 isn't what was written"):
        await place.open().entries(SESSION)


async def test_nothing_is_appended_to_a_chain_that_does_not_end_where_its_head_says(place: Place) -> None:
    place.sql("UPDATE evidence_head SET seq = 10")
    for call in (place.open().write(TODAY, answering(evidence=[note()])), place.open().check()):
        with pytest.raises(BrokenRecord, match="isn't the end of the chain"):
            await call


async def test_a_column_that_is_gone_is_damage_and_the_rest_is_still_checked(place: Place) -> None:
    place.spoilt = True
    place.tamper("ALTER TABLE orders DROP COLUMN why", "UPDATE fills SET price = '9'")
    store = place.open()
    assert {("orders", ""), ("fills", "f-1")} <= await places_of(place)
    with pytest.raises(BrokenRecord, match="is damaged"):
        await store.standing(TODAY)


async def test_an_entry_that_is_no_json_leaves_its_row_without_evidence(place: Place) -> None:
    place.tamper("""UPDATE evidence SET content = '{"name":"J\\' WHERE kind = 'approver'""")
    told = {(each.table, each.key, each.message) for each in await breaks_of(place.open())}
    assert ("evidence", "3", "it isn't what was written") in told
    assert ("approvers", "Jäne", "the content of the entry that it names can't be read") in told


async def everything(store: SqlRecordStore) -> list[Any]:
    """All evidence and rows, as the store reads them."""
    reads: list[Callable[[], Any]] = [
        lambda: store.standing(TODAY),
        lambda: store.entries(SESSION),
        lambda: store.entries(""),
        lambda: store.fills(SESSION),
        lambda: store.unsettled(DAY, execution_mode="simulated"),
        lambda: store.order_lines(SESSION),
        lambda: store.parked(SESSION),
        store.sessions,
    ]
    return [await read() for read in reads]


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    place = Place("sqlite", tmp_path)
    place.spoilt = True
    store = place.open()
    await store.write(TODAY, answering(*rows(), evidence=[note("long " * 400)]))
    await store.write(TODAY, answering(order(1, state="Accepted"), order(3), at=NOON + HOUR))
    await place.close()
    return place.file


async def outcome(file: Path) -> list[Any] | None:
    """All that is read from a file, None where something says that it isn't sound."""
    store = SqlRecordStore(f"sqlite:///{file}")
    try:
        read = await everything(store)
        return None if await breaks_of(store) else read
    except TrimtabError:
        return None
    finally:
        await store.close()


async def test_a_byte_changed_anywhere_in_the_file_is_found_or_changes_nothing(file: Path) -> None:
    sound, whole = await outcome(file), file.read_bytes()
    assert sound is not None
    chance = random.Random(7)
    written = [place for place, byte in enumerate(whole) if byte]
    found = 0
    for _ in range(FLIPS):
        place = chance.choice(written) if chance.random() < 0.9 else chance.randrange(len(whole))
        changed = bytearray(whole)
        changed[place] ^= chance.randrange(1, 256)
        copy = file.with_name(f"copy-{place}.db")
        copy.write_bytes(changed)
        read = await outcome(copy)
        assert read is None or read == sound, place
        found += read is None
        copy.unlink()
    assert found > FLIPS / 3


@pytest.mark.parametrize("column", ["content", "actor", "hash", "session_id"])
async def test_text_that_is_no_text_is_located(file: Path, column: str) -> None:
    place = Place("sqlite", file.parent / "other")
    place.file = file
    place.tamper(f"UPDATE evidence SET {column} = CAST(x'c3' || CAST({column} AS BLOB) AS TEXT) WHERE seq = 4")
    place.tamper("UPDATE orders SET code = CAST(x'ff' AS TEXT)")
    store = SqlRecordStore(f"sqlite:///{file}")
    found = {(each.table, each.key) for each in await breaks_of(store)}
    assert {("evidence", "4"), ("orders", "tt-0001"), ("orders", "tt-0002"), ("orders", "tt-0003")} <= found
    with pytest.raises(BrokenRecord, match=r"records\.db is damaged"):
        await store.standing(TODAY)
    await store.close()


async def test_bytes_in_the_place_of_text_are_found(file: Path) -> None:
    place = Place("sqlite", file.parent / "other")
    place.file = file
    place.tamper("UPDATE evidence SET content = CAST(content AS BLOB) WHERE seq = 1")
    store = SqlRecordStore(f"sqlite:///{file}")
    assert [(each.table, each.key) for each in await breaks_of(store)] == [("evidence", "1")]
    with pytest.raises(BrokenRecord, match="entry 1 isn't what was written"):
        await store.entries(SESSION)
    await store.close()


async def test_a_file_that_lost_the_list_of_its_tables_is_not_taken_for_a_new_one(file: Path) -> None:
    place = Place("sqlite", file.parent / "other")
    place.file = file
    place.sql("PRAGMA writable_schema = ON", "DELETE FROM sqlite_master")
    before = file.read_bytes()
    store = SqlRecordStore(f"sqlite:///{file}")
    with pytest.raises(BrokenRecord, match="is damaged"):
        await store.check()
    await store.close()
    assert file.read_bytes() == before


async def test_a_file_that_lost_its_end_is_damaged(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-40_000])
    assert await outcome(file) is None
