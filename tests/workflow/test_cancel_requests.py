"""Cancelling at the order system: what can't be cancelled keeps no other order from it."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import anyio
import pytest

from tests.adapters.records.stores import SESSION, Place, answering
from tests.clock import FixedClock
from tests.workflow.order_rows import at_work, order_id, said_of, sent_out, waiting
from tests.workflow.silent_system import SilentSystem
from trimtab.adapters.records.store import SqlRecordStore
from trimtab.workflow.cancel_requests import AT_ONCE, CancelRequests
from trimtab.workflow.delivery_pace import DeliveryPace
from trimtab.workflow.order_changes import ASKED
from trimtab.workflow.order_ledger import OrderLedger
from trimtab.workflow.ports.order_system import NoAnswer, NotSent, OmsAnswer, OrderSystem, Placing, TurnedDown
from trimtab.workflow.ports.records import OrderRow, Scope


class Cancels(SilentSystem):
    """Cancels orders of which 4 units are filled; it fails for some, and remembers for which it was asked."""

    def __init__(self, failing: Exception | None = None, *numbers: int) -> None:
        self.failing = failing
        self.numbers = numbers
        self.asked: list[str] = []
        self.busy = 0
        self.most_busy = 0

    async def cancel(self, order: Placing) -> OmsAnswer:
        self.asked.append(order.client_order_id)
        number = int(order.client_order_id[3:], 16)
        if self.failing is not None and number in self.numbers:
            raise self.failing
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        await anyio.sleep(0)
        self.busy -= 1
        return OmsAnswer(reports=(said_of(at_work(number), "Cancelled", filled=4, average=40),))


class Room:
    """Records with orders, and an order system that cancels them."""

    def __init__(self, records: SqlRecordStore, clock: FixedClock) -> None:
        self.records = records
        self._ledger = OrderLedger(records, clock, timedelta(seconds=20))

    async def holds(self, *orders: OrderRow) -> tuple[OrderRow, ...]:
        await self.records.write(Scope(), answering(*orders))
        return orders

    async def send(
        self, orders: Sequence[OrderRow], system: OrderSystem, *, patience_seconds: float = 600
    ) -> tuple[int, str]:
        requests = CancelRequests(self._ledger, system, pace=DeliveryPace(answered_within=patience_seconds))
        return await requests.send(orders)

    async def states(self) -> list[str]:
        return [order.state for order in (await self.records.standing(Scope(session_id=SESSION))).orders]


@pytest.fixture
async def room(tmp_path: Path, clock: FixedClock) -> AsyncIterator[Room]:
    place = Place("sqlite", tmp_path)
    yield Room(place.open(), clock)
    await place.close()


def unwanted(*numbers: int) -> tuple[OrderRow, ...]:
    """Orders that work there, and are to be cancelled."""
    return tuple(at_work(number, cancel=ASKED) for number in numbers)


async def test_unwanted_orders_that_work_there_are_cancelled_and_no_others(room: Room) -> None:
    orders = await room.holds(
        at_work(1, cancel=ASKED),
        at_work(2, filled=3, cancel=ASKED),
        at_work(3),
        waiting(4, cancel=ASKED),
        sent_out(5, cancel=ASKED),
        sent_out(6, state="Unknown", cancel=ASKED),
        at_work(7, state="Cancelled", cancel=ASKED),
    )
    system = Cancels()
    assert await room.send(orders, system) == (2, "")
    assert system.asked == [order_id(1), order_id(2)]
    assert (await room.states())[:3] == ["Cancelled", "Cancelled", "Accepted"]
    fills = await room.records.fills(SESSION)
    assert [(fill.client_order_id, fill.quantity) for fill in fills] == [
        (order_id(1), Decimal(4)),
        (order_id(2), Decimal(1)),
    ]


@pytest.mark.parametrize("failing", [NoAnswer("It broke off."), TurnedDown("It can't."), NotSent("It is away.")])
async def test_an_order_that_cannot_be_cancelled_keeps_no_other_from_it(failing: Exception, room: Room) -> None:
    orders = await room.holds(*unwanted(1, 2, 3, 4))
    system = Cancels(failing, 1, 3)
    assert await room.send(orders, system) == (2, str(failing))
    assert await room.states() == ["Accepted", "Cancelled", "Accepted", "Cancelled"]


async def test_many_orders_are_cancelled_a_few_at_a_time(room: Room) -> None:
    many = range(1, 2 * AT_ONCE + 2)
    orders = await room.holds(*unwanted(*many))
    system = Cancels(NoAnswer("It broke off."), 1)
    assert await room.send(orders, system) == (2 * AT_ONCE, "It broke off.")
    assert system.most_busy == AT_ONCE
    assert system.asked == [order_id(number) for number in many]


async def test_an_order_system_that_fails_for_long_is_not_asked_about_all_the_others(room: Room) -> None:
    many = range(1, 2 * AT_ONCE + 2)
    orders = await room.holds(*unwanted(*many))
    system = Cancels(NoAnswer("It broke off."), *many)
    assert await room.send(orders, system, patience_seconds=-1) == (0, "It broke off.")
    assert system.asked == [order_id(number) for number in many[:AT_ONCE]]
