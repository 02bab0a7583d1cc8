"""The kill switch: what it does to orders, and when it comes back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import anyio
import pytest

from tests.adapters.records.stores import SESSION, Place, answering, note
from tests.clock import NOON, FixedClock
from tests.workflow.order_rows import SYSTEM, at_work, order_id, sent_out, waiting
from trimtab.adapters.records.store import SqlRecordStore
from trimtab.domain.errors import BrokenRecord
from trimtab.workflow.kill_switch import MODES, WHY_CANCELLED, Kill, Stopped
from trimtab.workflow.order_changes import ASKED, after
from trimtab.workflow.order_ledger import OrderLedger
from trimtab.workflow.ports.records import KillSwitch, OrderRow, Row, Scope
from trimtab.workflow.ports.results import ExecutionMode

SOON = 0.001
"""Seconds that a test waits for requests that never end."""
ENTIRELY = 600.0


class Room:
    """Records with orders, and the switch."""

    def __init__(self, place: Place, clock: FixedClock) -> None:
        self.place = place
        self.clock = clock
        self.records = place.open()

    def kill(self, *, patience: float = SOON) -> Kill:
        return Kill(self.place.open(), clock=self.clock, under_way_seconds=patience)

    async def on(self, *, patience: float = SOON) -> Stopped:
        return await self.kill(patience=patience).turn(on=True, reason="fire", actor="jane")

    async def is_on(self) -> bool:
        found = await self.kill().state()
        return found is not None and found.on

    async def holds(self, *rows: Row) -> None:
        await self.records.write(Scope(), answering(*rows))

    async def orders(self, session_id: str = SESSION) -> tuple[OrderRow, ...]:
        return (await self.records.standing(Scope(session_id=session_id))).orders


@pytest.fixture
async def room(tmp_path: Path, clock: FixedClock) -> AsyncIterator[Room]:
    place = Place("sqlite", tmp_path)
    yield Room(place, clock)
    await place.close()


async def test_a_switch_that_nobody_has_turned_has_no_state(room: Room) -> None:
    assert await room.kill().state() is None


async def test_a_turn_says_who_when_and_why(room: Room) -> None:
    assert await room.on() == Stopped(cancelled=0, asked=0)
    on = KillSwitch(on=True, reason="fire", changed_by="jane", changed_at=NOON)
    assert await room.kill().state() == on
    room.clock.advance(timedelta(minutes=5))
    await room.kill().turn(on=False, reason="it is out", actor="bert")
    off = KillSwitch(on=False, reason="it is out", changed_by="bert", changed_at=NOON + timedelta(minutes=5))
    assert await room.kill().state() == off
    entries = await room.records.entries("")
    assert [(entry.kind, entry.actor, entry.source) for entry in entries] == [
        ("kill_switch", "jane", "person"),
        ("kill_switch", "bert", "person"),
    ]


async def test_what_has_not_left_is_cancelled_and_the_rest_is_to_be_in_every_session_and_mode(room: Room) -> None:
    await room.holds(
        waiting(1),
        sent_out(2),
        waiting(3, session_id="ts_two", execution_mode="live"),
        at_work(4, session_id="ts_two", filled=4, execution_mode="live"),
        sent_out(5, state="Intent"),
        at_work(6, state="Filled", filled=10),
    )
    assert await room.on() == Stopped(cancelled=3, asked=2)
    assert await room.orders() == (
        waiting(1, state="Cancelled", why=WHY_CANCELLED),
        sent_out(2, why=WHY_CANCELLED, cancel=ASKED),
        sent_out(5, state="Cancelled", why=WHY_CANCELLED, cancel=ASKED),
        at_work(6, state="Filled", filled=10),
    )
    assert [(order.state, order.cancel, order.why) for order in await room.orders("ts_two")] == [
        ("Cancelled", "", WHY_CANCELLED),
        ("PartiallyFilled", ASKED, WHY_CANCELLED),
    ]
    assert (await room.records.verify()).breaks == ()


async def test_turned_on_again_it_writes_of_no_order_twice(room: Room) -> None:
    await room.holds(waiting(1), at_work(2))
    await room.on()
    head = (await room.records.standing(Scope())).head
    assert await room.on() == Stopped(cancelled=0, asked=1)
    assert [entry.kind for entry in await room.records.entries("", after_seq=head.seq)] == ["kill_switch"]
    assert await room.records.entries(SESSION, after_seq=head.seq) == ()


async def test_turned_off_it_leaves_the_orders_as_they_are(room: Room) -> None:
    await room.on()
    await room.holds(waiting(1), at_work(2))
    assert await room.kill().turn(on=False, reason="over", actor="bert") == Stopped(cancelled=0, asked=0)
    assert await room.orders() == (waiting(1), at_work(2))


async def test_a_clock_that_is_behind_turns_it_no_earlier_than_what_is_recorded(room: Room) -> None:
    latest = NOON + timedelta(seconds=4)
    await room.records.write(Scope(), answering(evidence=[note()], at=latest))
    await room.on()
    found = await room.kill().state()
    assert found is not None
    assert found.changed_at == latest


@pytest.mark.parametrize("mode", MODES)
async def test_it_comes_back_once_no_request_with_an_order_is_under_way(
    room: Room, monkeypatch: pytest.MonkeyPatch, mode: ExecutionMode
) -> None:
    looks = list[str]()
    unsettled = SqlRecordStore.unsettled

    async def seen(store: SqlRecordStore, day: date, *, execution_mode: ExecutionMode) -> tuple[OrderRow, ...]:
        looks.append(execution_mode)
        return await unsettled(store, day, execution_mode=execution_mode)

    monkeypatch.setattr(SqlRecordStore, "unsettled", seen)
    await room.holds(sent_out(1, execution_mode=mode), at_work(2))
    turning = asyncio.create_task(room.on(patience=ENTIRELY))
    while looks.count(mode) < 2:
        assert not turning.done()
        await anyio.sleep(0)
    (order, _) = await room.orders()
    assert order == sent_out(1, execution_mode=mode, why=WHY_CANCELLED, cancel=ASKED)
    await room.holds(after(order, "hear_nothing"))
    assert await turning == Stopped(cancelled=0, asked=2)


async def test_it_waits_for_nobody_where_nothing_is_under_way(room: Room) -> None:
    await room.holds(sent_out(1, state="Unknown"), at_work(2))
    with anyio.fail_after(60):
        assert await room.on(patience=ENTIRELY) == Stopped(cancelled=0, asked=2)


async def test_a_request_of_which_nobody_hears_again_is_not_waited_for_for_ever(room: Room) -> None:
    await room.holds(sent_out(1))
    assert await room.on() == Stopped(cancelled=0, asked=1)
    assert await room.orders() == (sent_out(1, why=WHY_CANCELLED, cancel=ASKED),)


async def test_whoever_claims_while_it_is_turned_is_stopped_or_marked(room: Room) -> None:
    await room.holds(*(waiting(number) for number in range(1, 7)))
    ledger = OrderLedger(room.place.open(), room.clock, timedelta(seconds=20))

    async def claim(number: int) -> tuple[OrderRow, ...]:
        scope = Scope(client_order_ids=(order_id(number),))
        return await ledger.claim(scope, choose=lambda standing: standing.orders, system=SYSTEM)

    stopped, claimed = await asyncio.gather(room.on(), asyncio.gather(*map(claim, range(1, 7))))
    left = {order.client_order_id for orders in claimed for order in orders}
    for order in await room.orders():
        is_gone = order.client_order_id in left
        assert (order.state, order.cancel) == (("Submitted", ASKED) if is_gone else ("Cancelled", ""))
    assert stopped == Stopped(cancelled=6 - len(left), asked=len(left))


async def test_an_order_that_cannot_be_read_keeps_nobody_from_stopping_all_others(room: Room) -> None:
    await room.holds(waiting(1), waiting(2))
    room.place.sql(f"UPDATE orders SET quantity = 'ten' WHERE client_order_id = '{order_id(1)}'")
    with pytest.raises(BrokenRecord) as told:
        await room.on()
    assert told.value.message == (
        "The kill switch is turned, but no waiting order was cancelled: "
        f"orders: row {order_id(1)} can't be read (quantity)."
    )
    assert "trimtab records verify" in told.value.next_action
    assert await room.is_on()


async def test_an_order_that_has_ended_and_cannot_be_read_is_in_nobodys_way(room: Room) -> None:
    await room.holds(waiting(1), at_work(2, state="Expired"))
    room.place.sql(f"UPDATE orders SET quantity = 'ten' WHERE client_order_id = '{order_id(2)}'")
    assert await room.on() == Stopped(cancelled=1, asked=0)
    assert await room.is_on()
