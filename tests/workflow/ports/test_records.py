"""What every record store promises, in every database there is."""

import asyncio
import hashlib
import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from tests.adapters.records.stores import (
    DATABASES,
    DAY,
    HOUR,
    SESSION,
    Place,
    answering,
    note,
    order,
    parked,
    rows,
    seen_by,
)
from tests.clock import NOON
from trimtab.domain.errors import Unavailable
from trimtab.workflow.evidence import EMPTY, canonical, hash_of
from trimtab.workflow.ports.records import (
    DESK,
    Approver,
    Effects,
    Evidence,
    Exposure,
    Fill,
    KeptSession,
    KillSwitch,
    OrderLine,
    OrderRow,
    RecordStore,
    Scope,
    Standing,
)

MINE = Scope(session_id=SESSION)
TODAY = Scope(session_id=SESSION, day=DAY, book_digest="b00c")


@pytest.fixture(params=DATABASES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(request.param, tmp_path)
    yield place
    await place.close()


@pytest.fixture
def store(place: Place) -> RecordStore:
    return place.open()


async def unsettled(store: RecordStore) -> tuple[OrderRow, ...]:
    return await store.unsettled(DAY, execution_mode="simulated")


def ids_of(orders: Sequence[OrderRow | OrderLine]) -> list[str]:
    return [each.client_order_id for each in orders]


async def test_empty_records_stand_at_the_start_of_the_chain(store: RecordStore) -> None:
    standing = await store.standing(TODAY)
    assert (standing.head, standing.kill, standing.kept) == (EMPTY, None, None)
    assert (standing.approvers, standing.questions, standing.approvals, standing.orders) == ((), (), (), ())
    assert standing.of_day == standing.of_book == Exposure()
    assert (await store.sessions(), await store.entries(SESSION), await store.fills(SESSION)) == ((), (), ())
    assert (await store.order_lines(SESSION), await store.parked(SESSION), await unsettled(store)) == ((), (), ())
    assert await store.standing(Scope(client_order_ids=("tt-0001",))) == standing
    assert (await store.verify()).breaks == ()


async def test_what_is_stored_stands_there_as_it_was(store: RecordStore) -> None:
    approver, question, approval, _, second, submitted, fill, kill, undone, strange, kept = rows()
    head = await store.write(MINE, answering(*rows(), evidence=[note()]))
    standing = await store.standing(MINE)
    assert standing.head == head
    assert (head.seq, head.at) == (12, NOON)
    assert standing.approvers == (approver,)
    assert standing.questions == (question,)
    assert standing.approvals == (approval,)
    assert standing.orders == (submitted, second)
    assert standing.undone == (undone,)
    assert (standing.kill, standing.kept) == (kill, kept)
    assert standing.parked == await store.parked(SESSION) == (strange,)
    assert await unsettled(store) == (submitted, second)
    assert await store.fills(SESSION) == (fill,)
    assert await store.sessions() == (kept,)


async def test_another_session_sees_only_what_belongs_to_all(store: RecordStore) -> None:
    await store.write(MINE, answering(*rows()))
    standing = await store.standing(Scope(session_id="ts_two"))
    assert (standing.questions, standing.approvals, standing.orders, standing.kept) == ((), (), (), None)
    assert (standing.undone, standing.waiting, standing.parked) == ((), (), ())
    assert (len(standing.approvers), standing.kill) == (1, rows()[7])
    assert await store.fills("ts_two") == ()


async def test_every_database_gives_the_same_chain(store: RecordStore) -> None:
    await store.write(MINE, answering(*rows(), evidence=[note("ä\u2028\U0001f600"), note(session_id="")]))
    await store.write(
        MINE, answering(KillSwitch(on=True, reason="", changed_by="tom", changed_at=NOON), at=NOON + HOUR)
    )
    assert (await store.standing(MINE)).head.hash == "ff053da75d673f08ea1c5980c4ceb41ff725d3955252b67684f294cce3520fb2"


async def test_evidence_comes_before_rows_and_each_is_an_entry_that_follows_the_last(store: RecordStore) -> None:
    await store.write(MINE, answering(order(1), evidence=[note("a"), note("b")]))
    await store.write(MINE, answering(order(1, state="Accepted"), at=NOON + HOUR))
    entries = await store.entries(SESSION)
    assert [(each.seq, each.kind, each.actor, each.source) for each in entries] == [
        (1, "note", "tom", "rule"),
        (2, "note", "tom", "rule"),
        (3, "order", "jane", "person"),
        (4, "order", "jane", "person"),
    ]
    assert [each.at for each in entries] == ["2026-03-02T12:00:00.000000+00:00"] * 3 + [
        "2026-03-02T13:00:00.000000+00:00"
    ]
    assert all(hash_of(each) == each.hash for each in entries)
    assert entries[0].previous_hash == EMPTY.hash
    assert all(after.previous_hash == before.hash for before, after in pairwise(entries))
    assert entries[2].content == canonical(order(1).model_dump(mode="json"))


async def test_entries_are_read_in_pages_and_only_a_sessions_own(store: RecordStore) -> None:
    await store.write(
        MINE, answering(evidence=[note(str(n), session_id="ts_two" if n % 2 else SESSION) for n in range(9)])
    )
    whole = await store.entries(SESSION)
    assert [each.seq for each in whole] == [1, 3, 5, 7, 9]
    assert await store.entries(SESSION, after_seq=1, limit=2) == whole[1:3]
    assert await store.entries(SESSION, after_seq=9) == ()


async def test_the_decision_is_shown_where_things_stand_and_what_it_raises_stores_nothing(store: RecordStore) -> None:
    class Refused(Exception):
        pass

    shown: list[Standing] = []

    def refuse(standing: Standing) -> Effects:
        raise Refused("no")

    await store.write(MINE, answering(*rows()))
    before = await store.standing(TODAY)
    with pytest.raises(Refused, match="no"):
        await store.write(TODAY, seen_by(shown, refuse))
    assert shown == [before]
    assert await store.standing(TODAY) == before
    assert (await store.verify()).breaks == ()


@pytest.mark.parametrize(
    "effects",
    [
        Effects(at=NOON, actor="j", source="p", evidence=[note(), Evidence(kind="order", actor="j", source="p")]),
        Effects(at=NOON, actor="two\nlines", source="p", rows=[order(1), order(2)]),
        Effects(at=NOON, actor="j", source="p", rows=[order(1), order(2, why="nul \0")]),
        Effects(
            at=NOON,
            actor="j",
            source="p",
            rows=[
                order(1),
                order(2, why="half a \ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")),
            ],
        ),
        Effects(at=NOON, actor="j", source="p", rows=[KeptSession(owner="j", version=2**63, log_seq=1, log_hash="")]),
        Effects(at=NOON.replace(tzinfo=None), actor="j", source="p", evidence=[note()]),
        Effects(at=NOON, actor="j", source="p", evidence=[replace(note(), content={"n": float("nan")})]),
    ],
)
async def test_what_not_every_database_can_hold_is_refused_whole(store: RecordStore, effects: Effects) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are of several authors
        await store.write(MINE, lambda _: effects)
    assert (await store.standing(MINE)).head == EMPTY
    assert (await store.verify()).rows == 0


async def test_nothing_to_store_leaves_the_head_where_it_is(store: RecordStore) -> None:
    head = await store.write(MINE, answering(order(1)))
    assert await store.write(MINE, answering()) == head


async def test_a_time_that_goes_back_leaves_the_heads_time(store: RecordStore) -> None:
    await store.write(MINE, answering(evidence=[note()], at=NOON + HOUR))
    head = await store.write(MINE, answering(evidence=[note()]))
    assert head.at == NOON + HOUR
    assert (await store.standing(MINE)).head == head
    assert (await store.verify()).breaks == ()


async def test_times_of_any_zone_are_kept_as_the_same_moment(store: RecordStore) -> None:
    there = datetime(2026, 3, 2, 23, 30, 0, 5, tzinfo=timezone(timedelta(hours=9, minutes=30)))
    await store.write(MINE, answering(order(1, valid_until=there)))
    (kept,) = (await store.standing(MINE)).orders
    assert kept.valid_until == there
    assert kept.valid_until.utcoffset() == timedelta(0)
    assert (await store.verify()).breaks == ()


async def test_decimals_keep_every_digit(store: RecordStore) -> None:
    exact = order(
        1, quantity=Decimal("0.100"), price=Decimal("12345678901234567890.000000000012345"), value=Decimal("1E+3")
    )
    await store.write(MINE, answering(exact))
    (kept,) = (await store.standing(MINE)).orders
    assert [str(each) for each in (kept.quantity, kept.price, kept.value)] == [
        "0.100",
        "12345678901234567890.000000000012345",
        "1E+3",
    ]


async def test_orders_stay_in_the_order_in_which_they_were_first_recorded(store: RecordStore) -> None:
    await store.write(MINE, answering(order(3), order(1), order(2)))
    await store.write(MINE, answering(order(3, state="Rejected")))
    orders = (await store.standing(MINE)).orders
    assert [each.client_order_id for each in orders] == ["tt-0003", "tt-0001", "tt-0002"]
    assert orders[0].state == "Rejected"
    assert ids_of(await unsettled(store)) == ["tt-0001", "tt-0002"]


async def test_sessions_are_listed_with_the_last_kept_first(store: RecordStore) -> None:
    kept = [KeptSession(session_id=f"ts_{n}", owner="jane", version=n, log_seq=n, log_hash="") for n in (1, 2, 3)]
    await store.write(MINE, answering(*kept))
    newer = kept[0].model_copy(update={"version": 9})
    await store.write(MINE, answering(newer))
    assert await store.sessions() == (newer, kept[2], kept[1])
    assert await store.sessions(limit=1) == (newer,)


async def test_exposure_counts_what_may_trade_or_has_traded(store: RecordStore) -> None:
    traded = {"state": "Cancelled", "filled_quantity": Decimal("0.5")}
    await store.write(
        MINE,
        answering(
            order(1, reported_value=Decimal("0.10")),
            order(2, reported_value=Decimal("0.20"), account_number="DE-78", **traded),
            order(3, reported_value=Decimal(1), account_number="DE-79", state="Rejected"),
            order(4, reported_value=Decimal(1), state="Cancelled", filled_quantity=Decimal("0.00")),
            order(5, reported_value=Decimal(7), reporting_currency="USD", account_number="US-1", session_id="ts_two"),
            order(6, reported_value=Decimal(9), execution_mode="live", account_number="DE-80"),
            order(7, reported_value=Decimal(100), day=DAY + timedelta(days=1), account_number="DE-81"),
            order(8, reported_value=Decimal(1000), book_digest="0ther", account_number="DE-82"),
        ),
    )
    standing = await store.standing(TODAY)
    assert standing.of_day.value == {"EUR": Decimal("1000.30"), "USD": Decimal(7)}
    assert standing.of_day.accounts == {"DE-77": SESSION, "DE-78": SESSION, "US-1": "ts_two", "DE-82": SESSION}
    assert standing.of_book.value == {"EUR": Decimal("100.30"), "USD": Decimal(7)}
    over_this_book = {"DE-77": SESSION, "DE-78": SESSION, "US-1": "ts_two", "DE-81": SESSION}
    assert standing.of_book.accounts == {**over_this_book, "DE-82": SESSION}
    assert (await store.standing(MINE)).of_day == Exposure()
    assert (await store.standing(replace(TODAY, execution_mode="live"))).of_day.value == {"EUR": Decimal(9)}


async def test_accounts_with_orders_that_wait_are_known_whatever_book_they_are_over(store: RecordStore) -> None:
    older = {"book_digest": "0lder", "day": DAY - timedelta(days=9), "session_id": "ts_two"}
    traded = {"state": "Filled", "filled_quantity": Decimal("2.50")}
    await store.write(
        MINE,
        answering(
            order(1, account_number="DE-1", state="PartiallyFilled", filled_quantity=Decimal(1), **older),
            order(2, account_number="DE-2", **{**older, **traded}),
            order(3, account_number="DE-3", **{**older, "execution_mode": "live"}),
            order(4, account_number="DE-4"),
            order(5, account_number="DE-4", **older),
        ),
    )
    of_book = (await store.standing(TODAY)).of_book
    assert of_book.accounts == {"DE-1": "ts_two", "DE-4": "ts_two"}
    assert of_book.value == {"EUR": Decimal("100.10")}


async def test_accounts_that_a_scope_names_are_taken_by_filled_orders_over_any_book(store: RecordStore) -> None:
    older = {"book_digest": "0lder", "day": DAY - timedelta(days=9), "session_id": "ts_two", "state": "Filled"}
    rows = (
        order(1, account_number="FW-1", filled_quantity=Decimal(1), **older),
        order(2, account_number="FW-2", **{**older, "state": "Cancelled"}),
        order(3, account_number="DE-3", filled_quantity=Decimal(1), **older),
    )
    await store.write(Scope(session_id="ts_two"), answering(*rows))
    named = replace(TODAY, accounts=("FW-1", "FW-2"))
    of_book = (await store.standing(named)).of_book
    assert (of_book.accounts, of_book.value) == ({"FW-1": "ts_two"}, {})
    assert (await store.standing(TODAY)).of_book.accounts == {}


async def test_the_orders_of_all_sessions_that_wait_are_shown_to_whom_asks(store: RecordStore) -> None:
    waiting = [order(1, session_id="ts_two"), order(3)]
    await store.write(MINE, answering(waiting[0], order(2, state="Filled", session_id="ts_two"), waiting[1]))
    assert (await store.standing(replace(MINE, waiting=True))).waiting == tuple(waiting)
    assert (await store.standing(MINE)).waiting == ()


async def test_what_is_parked_waits_with_its_session_and_what_is_of_none_with_every_one(store: RecordStore) -> None:
    mine, others, nobodys = parked(3), parked(1, session_id="ts_two"), parked(2, session_id=DESK, client_order_id="")
    await store.write(MINE, answering(mine, others, nobodys))
    assert await store.parked(SESSION) == (mine, nobodys)
    assert await store.parked("ts_three") == await store.parked(DESK) == (nobodys,)
    again = parked(3, message="4 units filled of 2.50 ordered")
    await store.write(MINE, answering(again))
    assert await store.parked(SESSION) == (again, nobodys)
    assert (await store.standing(MINE)).parked == (again,)
    assert (await store.standing(Scope())).parked == ()


async def test_orders_by_their_ids_are_shown_alone_whosever_they_are(store: RecordStore) -> None:
    known = await store.write(MINE, answering(*rows(), order(9, session_id="ts_two"), order(8), parked(2)))
    await store.write(MINE, answering(order(9, session_id="ts_two", state="Accepted"), parked(4, client_order_id="")))
    asked = Scope(
        session_id=SESSION,
        day=DAY,
        book_digest="b00c",
        waiting=True,
        client_order_ids=("tt-0009", "tt-0001", "tt-0404", "tt-0009"),
        known=(known.seq, known.hash),
    )
    standing = await store.standing(asked)
    assert [(each.client_order_id, each.state) for each in standing.orders] == [
        ("tt-0001", "Submitted"),
        ("tt-0009", "Accepted"),
    ]
    assert standing.parked == (parked(1), parked(2))
    assert (standing.kill, standing.has_known, standing.head.seq) == (rows()[7], True, known.seq + 2)
    assert (standing.approvers, standing.questions, standing.approvals) == ((), (), ())
    assert (standing.undone, standing.kept, standing.waiting) == ((), None, ())
    assert standing.of_day == standing.of_book == Exposure()
    assert not (await store.standing(replace(asked, known=(known.seq, "0")))).has_known
    of_no_order = await store.standing(Scope(client_order_ids=("",)))
    assert (of_no_order.orders, of_no_order.parked) == ((), (parked(4, client_order_id=""),))


async def test_an_entry_that_somebody_knows_is_there_or_is_not(store: RecordStore) -> None:
    first = await store.write(MINE, answering(evidence=[note("a")]))
    second = await store.write(MINE, answering(evidence=[note("b")]))

    async def has(known: tuple[int, str] | None) -> bool:
        return (await store.standing(replace(MINE, known=known))).has_known

    there = [None, (EMPTY.seq, EMPTY.hash), (first.seq, first.hash), (second.seq, second.hash)]
    missing = [(1, second.hash), (3, second.hash), (0, first.hash), (-1, ""), (2**70, first.hash)]
    assert [await has(known) for known in there] == [True] * 4
    assert [await has(known) for known in missing] == [False] * 5


@pytest.mark.parametrize(
    "raised",
    [
        OperationalError("SELECT", {}, sqlite3.OperationalError("theirs")),
        sqlite3.DatabaseError("theirs"),
        UnicodeDecodeError("utf-8", b"x", 0, 1, "theirs"),
    ],
    ids=lambda each: type(each).__name__,
)
async def test_a_decision_that_fails_by_a_database_of_its_own_is_raised_as_it_is(
    store: RecordStore, raised: Exception
) -> None:
    def fail(standing: Standing) -> Effects:
        raise raised

    with pytest.raises(type(raised)) as seen:
        await store.write(MINE, fail)
    assert seen.value is raised
    assert (await store.standing(MINE)).head == EMPTY


async def test_an_account_of_two_sessions_is_named_with_the_other_one(store: RecordStore) -> None:
    others = [order(n, session_id=session_id) for n, session_id in enumerate((SESSION, "ts_two", "ts_three"), 1)]
    await store.write(MINE, answering(*others))
    assert (await store.standing(TODAY)).of_day.accounts == {"DE-77": "ts_two"}


async def test_many_writers_at_once_take_turns_and_each_sees_what_the_last_stored(place: Place) -> None:
    stores = [place.open() for _ in range(3)]
    kept = KeptSession(session_id=SESSION, owner="jane", version=0, log_seq=0, log_hash="")

    def count_up(standing: Standing) -> Effects:
        last = standing.kept or kept
        return answering(last.model_copy(update={"version": last.version + 1}), evidence=[note()])(standing)

    await asyncio.gather(*(each.write(MINE, count_up) for each in stores * 4))
    final = await stores[0].standing(MINE)
    assert final.kept is not None
    assert (final.kept.version, final.head.seq) == (12, 24)
    assert (await stores[1].verify()).breaks == ()


async def test_a_standing_is_of_one_moment_while_others_write(place: Place) -> None:
    reader, writer = place.open(), place.open()
    await writer.write(MINE, answering(order(1)))

    async def write() -> None:
        for number in range(2, 12):
            await writer.write(MINE, answering(order(number)))

    writing = asyncio.create_task(write())
    while not writing.done():
        standing = await reader.standing(MINE)
        assert len(standing.orders) == standing.head.seq
    await writing


async def test_verification_counts_what_it_went_through(store: RecordStore) -> None:
    head = await store.write(MINE, answering(*rows(), evidence=[note()]))
    found = await store.verify()
    assert (found.entries, found.rows, found.head, found.breaks) == (12, 10, head, ())


async def test_records_that_work_say_so_until_they_are_closed(store: RecordStore) -> None:
    await store.check()
    assert (await store.standing(MINE)).head == EMPTY
    await store.close()
    await store.close()
    for call in (store.check(), store.standing(MINE), store.write(MINE, answering()), store.verify()):
        with pytest.raises(Unavailable, match="closed"):
            await call


async def test_records_last_beyond_their_store(place: Place) -> None:
    first = place.open()
    await first.write(MINE, answering(*rows()))
    standing = await first.standing(TODAY)
    await first.close()
    assert await place.open().standing(TODAY) == standing


async def test_thousands_of_rows_are_stored_and_shown_at_once(store: RecordStore) -> None:
    recorded = [order(number) for number in reversed(range(2000))]
    head = await store.write(MINE, answering(*recorded))
    assert head.seq == 2000
    every = Scope(client_order_ids=tuple(sorted(ids_of(recorded))))
    shown: list[Standing] = []
    await store.write(every, seen_by(shown, answering()))
    assert shown[0].orders == tuple(recorded)
    assert ids_of(await store.order_lines(SESSION)) == ids_of(recorded)
    found = await store.verify()
    assert (found.entries, found.rows, found.breaks) == (2000, 2000, ())


def test_an_order_counts_while_it_may_trade_and_once_it_has() -> None:
    assert order(1).counts
    assert not order(1, state="Expired").counts
    assert order(1, state="Expired", filled_quantity=Decimal("0.1")).counts


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="timezone"):
        Fill(fill_id="f", client_order_id="o", quantity=Decimal(1), price=Decimal(1), filled_at=datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused


def test_rows_as_json_spell_times_as_entries_do() -> None:
    kept = Approver(name="j", secret_hash="", added_by="", locked_until=NOON).model_dump(mode="json")
    assert kept["locked_until"] == "2026-03-02T12:00:00.000000+00:00"
    assert Approver.model_validate(kept).locked_until == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert OrderRow.model_validate(order(1).model_dump(mode="json")) == order(1)
    assert hashlib.sha256(b"trimtab evidence").hexdigest() == EMPTY.hash
