"""What is written of orders, of the orders as they stand under the lock of the records."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.records.stores import SESSION, Place, answering
from tests.clock import FixedClock
from tests.workflow.order_rows import SYSTEM, at_work, order_id, said_of, sent_out, waiting
from trimtab.adapters.records.store import SqlRecordStore
from trimtab.domain.trading.order_states import OVERFILLED
from trimtab.workflow import order_ledger
from trimtab.workflow.kill_switch import Kill
from trimtab.workflow.order_changes import ASKED, after
from trimtab.workflow.order_ledger import AT_ONCE, OrderLedger, is_ready, portions
from trimtab.workflow.ports.order_system import FOREIGN, OmsAnswer, Stray
from trimtab.workflow.ports.records import DESK, OrderRow, Row, Scope, Standing

ABSENT_AFTER = timedelta(seconds=20)


class Room:
    """Records with orders, and ledgers on them as several processes have."""

    def __init__(self, place: Place, clock: FixedClock) -> None:
        self._place = place
        self.clock = clock
        self.records = place.open()
        self.ledger = self.another()

    def another(self) -> OrderLedger:
        return OrderLedger(self._place.open(), self.clock, ABSENT_AFTER)

    async def holds(self, *rows: Row) -> None:
        await self.records.write(Scope(), answering(*rows))

    async def orders(self, session_id: str = SESSION) -> tuple[OrderRow, ...]:
        return (await self.records.standing(Scope(session_id=session_id))).orders

    async def states(self) -> list[str]:
        return [order.state for order in await self.orders()]

    async def end(self) -> int:
        """How long the chain of evidence is."""
        return (await self.records.standing(Scope())).head.seq

    async def claim(
        self, *numbers: int, ledger: OrderLedger | None = None, system: str = SYSTEM
    ) -> tuple[OrderRow, ...]:
        scope = Scope(client_order_ids=tuple(map(order_id, numbers)))
        return await (ledger or self.ledger).claim(scope, choose=lambda standing: standing.orders, system=system)


@pytest.fixture
async def room(tmp_path: Path, clock: FixedClock) -> AsyncIterator[Room]:
    place = Place("sqlite", tmp_path)
    yield Room(place, clock)
    await place.close()


def silence(order: OrderRow) -> OrderRow | None:
    return after(order, "hear_nothing", why="hush") if order.state == "Submitted" else None


def reported(*orders: OrderRow, filled: int = 4) -> OmsAnswer:
    return OmsAnswer(reports=tuple(said_of(order, "Accepted", filled=filled, average=40) for order in orders))


def no_lock_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on."""

    async def fail(*_: object) -> None:
        pytest.fail("the lock of the records was taken")

    monkeypatch.setattr(SqlRecordStore, "write", fail)


async def test_an_answer_is_written_with_its_fills_as_the_deliverys_own_evidence(room: Room) -> None:
    orders = [sent_out(1), sent_out(2), sent_out(3)]
    await room.holds(*orders)
    before = await room.end()
    assert await room.ledger.take(orders, reported(*orders[:2])) == 2
    assert await room.states() == ["PartiallyFilled", "PartiallyFilled", "Submitted"]
    assert [(fill.client_order_id, fill.quantity, fill.price) for fill in await room.records.fills(SESSION)] == [
        (order_id(1), Decimal(4), Decimal(40)),
        (order_id(2), Decimal(4), Decimal(40)),
    ]
    entries = await room.records.entries(SESSION, after_seq=before)
    assert [(entry.kind, entry.actor, entry.source) for entry in entries] == [
        (kind, "delivery", "rules") for kind in ("order", "fill", "order", "fill")
    ]
    assert (await room.records.verify()).breaks == ()


async def test_the_same_answer_again_writes_nothing_and_is_no_news(room: Room) -> None:
    asked = [sent_out(1), sent_out(2), sent_out(3)]
    await room.holds(*asked)
    stray = Stray(rule="oms_wrong_shape", message="no id")
    overfilled = said_of(asked[1], "Filled", filled=11, average=40)
    reports = (*reported(asked[0]).reports, overfilled)
    answer = OmsAnswer(reports=reports, strays=(stray,), absent=frozenset({order_id(3)}))
    assert await room.ledger.take(asked, answer) == 2
    end = await room.end()
    assert await room.ledger.take(asked, answer) == 0
    assert await room.ledger.take(await room.orders(), answer) == 0
    assert await room.end() == end


async def test_of_processes_that_hear_the_same_at_once_one_writes_it(room: Room) -> None:
    asked = [sent_out(1), sent_out(2)]
    await room.holds(*asked)
    took = await asyncio.gather(*(room.another().take(asked, reported(*asked)) for _ in range(3)))
    assert sorted(took) == [0, 0, 2]
    assert len(await room.records.fills(SESSION)) == 2


async def test_an_answer_that_is_older_than_the_order_changes_nothing_and_is_no_fault(room: Room) -> None:
    asked = sent_out(1)
    await room.holds(asked, at_work(1, filled=7))
    assert await room.ledger.take([asked], reported(asked)) == 0
    assert await room.orders() == (at_work(1, filled=7),)
    assert await room.records.parked(SESSION) == ()


async def test_an_answer_that_brings_more_than_others_wrote_meanwhile_counts(room: Room) -> None:
    asked = sent_out(1)
    await room.holds(asked, at_work(1, filled=3))
    assert await room.ledger.take([asked], reported(asked)) == 1
    (fill,) = await room.records.fills(SESSION)
    assert fill.quantity == 1


async def test_an_order_that_somebody_sent_again_meanwhile_is_not_absent(room: Room) -> None:
    asked, again = sent_out(1, state="Unknown"), sent_out(1)
    await room.holds(asked, again)
    room.clock.advance(ABSENT_AFTER)
    assert await room.ledger.take([asked], OmsAnswer(absent=frozenset({order_id(1)}))) == 0
    assert await room.states() == ["Submitted"]


async def test_an_absent_order_waits_to_be_sent_again_once_it_cannot_arrive_any_more(room: Room) -> None:
    await room.holds(sent_out(1))
    absent = OmsAnswer(absent=frozenset({order_id(1)}))
    for passed, state in ((timedelta(), "Unknown"), (ABSENT_AFTER, "Intent")):
        room.clock.advance(passed)
        assert await room.ledger.take(await room.orders(), absent) == 1
        assert await room.states() == [state]


async def test_what_is_parked_is_kept_once_and_changes_no_order(room: Room) -> None:
    asked = sent_out(1)
    await room.holds(asked)
    answer = OmsAnswer(reports=(said_of(asked, "Filled", filled=11), said_of(sent_out(9), "Accepted")))
    for _ in range(3):
        await room.ledger.take([asked], answer)
        room.clock.advance(timedelta(minutes=1))
    assert {(each.rule, each.session_id) for each in await room.records.parked(SESSION)} == {
        (OVERFILLED, SESSION),
        (FOREIGN, DESK),
    }
    assert len(await room.records.parked(SESSION)) == 2
    assert await room.orders() == (asked,)


async def test_an_order_that_was_not_asked_about_stays_as_it_is_also_if_we_have_it(room: Room) -> None:
    asked, other = sent_out(1), sent_out(2, session_id="ts_two")
    await room.holds(asked, other)
    stray = Stray(rule="oms_wrong_shape", message="no units", client_order_id=order_id(2))
    answer = OmsAnswer(reports=reported(other).reports, strays=(stray,))
    assert await room.ledger.take([asked], answer) == 0
    assert await room.orders("ts_two") == (other,)
    assert {(each.rule, each.session_id) for each in await room.records.parked(DESK)} == {
        (FOREIGN, DESK),
        ("oms_wrong_shape", DESK),
    }
    assert await room.records.parked("ts_two") == await room.records.parked(DESK)


async def test_what_is_parked_already_asks_for_no_lock_however_often_it_comes(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, other = sent_out(1), sent_out(2, session_id="ts_two")
    await room.holds(asked, other)
    strays = (
        Stray(rule="oms_wrong_shape", message="no id"),
        Stray(rule="oms_foreign_order", message="ours, but not asked about", client_order_id=order_id(2)),
    )
    answer = OmsAnswer(reports=(said_of(asked, "Filled", filled=11), said_of(other, "Accepted")), strays=strays)
    assert await room.ledger.take([asked], answer) == 0
    assert len(await room.records.parked(SESSION)) == 3
    no_lock_is_taken(monkeypatch)
    assert await room.ledger.take([asked], answer) == 0
    with pytest.raises(pytest.fail.Exception, match="the lock of the records"):
        await room.ledger.take([asked], OmsAnswer(strays=(*strays, Stray(rule="oms_ambiguous", message="new"))))


async def test_a_deed_is_done_to_the_orders_as_they_stand(room: Room) -> None:
    asked = [sent_out(1), sent_out(2), sent_out(3, state="Unknown")]
    await room.holds(*asked, at_work(1))
    assert await room.ledger.become(asked, silence) == 1
    assert await room.states() == ["Accepted", "Unknown", "Unknown"]
    assert await room.ledger.become(asked, silence) == 0


async def test_nothing_to_do_asks_for_no_lock(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    no_lock_is_taken(monkeypatch)
    assert await room.ledger.become([at_work(1)], silence) == 0
    assert await room.ledger.take([at_work(1)], OmsAnswer(reports=(said_of(at_work(1), "Accepted"),))) == 0


async def test_an_order_is_written_as_sent_before_it_leaves(room: Room) -> None:
    await room.holds(waiting(1), waiting(2), waiting(3))
    assert await room.claim(1, 3) == (sent_out(1), sent_out(3))
    assert await room.orders() == (sent_out(1), waiting(2), sent_out(3))


async def test_of_processes_that_claim_the_same_orders_each_order_goes_to_one(room: Room) -> None:
    await room.holds(*(waiting(number) for number in range(1, 7)))
    ledgers = [room.another() for _ in range(3)]
    wanted = [(1, 2, 3, 4), (3, 4, 5, 6), (6, 1, 2, 5)]
    claimed = await asyncio.gather(
        *(room.claim(*numbers, ledger=each) for each, numbers in zip(ledgers, wanted, strict=True))
    )
    ids = [order.client_order_id for orders in claimed for order in orders]
    assert sorted(ids) == [order_id(number) for number in range(1, 7)]


@pytest.mark.parametrize(
    "order",
    [
        sent_out(1),
        at_work(1),
        waiting(1, state="Cancelled"),
        waiting(1, cancel=ASKED),
        sent_out(1, state="Intent", order_system="another OMS"),
    ],
)
async def test_an_order_that_may_not_leave_is_not_claimed(room: Room, order: OrderRow) -> None:
    await room.holds(order)
    assert await room.claim(1) == ()
    assert await room.orders() == (order,)


async def test_an_order_that_is_to_be_sent_again_goes_to_the_same_order_system(room: Room) -> None:
    await room.holds(sent_out(1, state="Intent"))
    assert await room.claim(1, system="another OMS") == ()
    (claimed,) = await room.claim(1)
    assert claimed.state == "Submitted"


async def test_an_order_leaves_only_while_its_approval_lasts(room: Room) -> None:
    await room.holds(waiting(1), waiting(2))
    room.clock.advance(timedelta(hours=1, microseconds=-1))
    assert len(await room.claim(1)) == 1
    room.clock.advance(timedelta(microseconds=1))
    assert await room.claim(2) == ()


async def test_no_order_is_claimed_while_the_kill_switch_is_on(room: Room) -> None:
    kill = Kill(room.records, clock=room.clock)
    await kill.turn(on=True, reason="fire", actor="jane")
    await room.holds(waiting(1))
    end = await room.end()
    assert await room.claim(1) == ()
    assert await room.end() == end
    await kill.turn(on=False, reason="over", actor="jane")
    assert len(await room.claim(1)) == 1


async def test_orders_are_chosen_among_all_of_a_session_as_it_stands(room: Room) -> None:
    shown: list[Standing] = []

    def choose(standing: Standing) -> Sequence[OrderRow]:
        shown.append(standing)
        return standing.orders[-1:]

    orders = (at_work(1, side="sell", filled=4), waiting(2), waiting(3))
    await room.holds(*orders, waiting(4, session_id="ts_two"))
    assert await room.ledger.claim(Scope(session_id=SESSION), choose=choose, system=SYSTEM) == (sent_out(3),)
    assert [standing.orders for standing in shown] == [orders]


async def test_many_orders_are_written_in_portions_and_all_of_them(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_ledger, "AT_ONCE", 2)
    asked = [sent_out(number) for number in range(1, 6)]
    await room.holds(*asked)
    assert await room.ledger.become(asked, silence) == 5
    unknown = await room.orders()
    strays = tuple(Stray(rule="r", message="m", client_order_id=f"foreign-{number}") for number in range(3))
    answer = OmsAnswer(reports=reported(*unknown[:3]).reports, strays=strays, absent=frozenset({order_id(5)}))
    room.clock.advance(ABSENT_AFTER)
    assert await room.ledger.take(unknown, answer) == 4
    assert await room.states() == ["PartiallyFilled"] * 3 + ["Unknown", "Intent"]
    assert len(await room.records.parked(SESSION)) == 1
    assert (await room.records.verify()).breaks == ()


def test_an_order_is_ready_while_it_waits_and_nobody_wants_it_cancelled():
    assert is_ready(waiting())
    assert is_ready(sent_out(state="Intent"))
    assert not is_ready(waiting(cancel=ASKED))
    assert not is_ready(sent_out())


@given(st.integers(0, 3 * AT_ONCE + 1))
def test_portions_are_all_items_in_order_and_none_is_too_large(many: int) -> None:
    items = [str(number) for number in range(many)]
    found = list(portions(items))
    assert [item for portion in found for item in portion] == items
    assert all(0 < len(portion) <= AT_ONCE for portion in found)
