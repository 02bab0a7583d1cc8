"""How often rounds of delivery come, what they ask about, and what is logged of them."""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from tests.adapters.records.stores import answering
from tests.clock import FixedClock
from tests.workflow.order_bench import NOBODY_THERE
from tests.workflow.order_floor import PACE, Floors
from tests.workflow.order_rows import at_work, sent_out
from tests.workflow.silent_system import SilentSystem
from tests.workflow.small_books import short_of_cash
from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.workflow.delivering import Delivered, Delivery
from trimtab.workflow.delivery_pace import DeliveryPace
from trimtab.workflow.order_terms import OrderTerms
from trimtab.workflow.ports.order_system import OmsAnswer, Placing
from trimtab.workflow.ports.records import OrderRow, Scope


@pytest.fixture
async def floors(tmp_path: Path, clock: FixedClock) -> AsyncIterator[Floors]:
    floors = Floors(tmp_path, clock)
    yield floors
    await floors.close()


class Asked(SilentSystem):
    """Remembers which orders it was asked about."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    async def look(self, orders: Sequence[Placing]) -> OmsAnswer:
        self.asked.append([order.client_order_id for order in orders])
        return OmsAnswer()


async def test_orders_that_ended_unfilled_are_asked_about_now_and_then_session_by_session(floors: Floors) -> None:
    bench = await floors.bench()
    one, two = (
        sent_out(number, session_id=f"ts_{number}", state="Cancelled", day=bench.clock.now().date())
        for number in (1, 2)
    )
    await bench.records.write(Scope(), answering(one, two))
    system = Asked()
    delivery = Delivery(bench.records, system, clock=bench.clock, terms=OrderTerms())
    for session_id in ("ts_1", "ts_1"):
        await delivery.settle(session_id)
    assert system.asked == [[one.client_order_id]]
    await delivery.round()
    assert system.asked[1:] == [[two.client_order_id]], "who looks at one session all the time delays no other"


async def test_fills_that_come_after_midnight_or_over_a_weekend_are_heard_of(floors: Floors) -> None:
    bench = await floors.bench()
    today = bench.clock.now().date()
    asked, old = (
        sent_out(number, state="Cancelled", day=today - timedelta(days=days)) for number, days in ((1, 3), (2, 4))
    )
    await bench.records.write(Scope(), answering(asked, old))
    system = Asked()
    await Delivery(bench.records, system, clock=bench.clock, terms=OrderTerms()).round()
    assert system.asked == [[asked.client_order_id]]


@pytest.mark.parametrize(
    ("row", "after_seconds"),
    [(at_work(1), PACE.busy), (sent_out(1, state="Cancelled"), PACE.idle), (at_work(1, state="Filled"), PACE.idle)],
)
async def test_the_next_round_is_soon_while_orders_are_under_way(
    row: OrderRow, after_seconds: float, floors: Floors
) -> None:
    delivery = await delivery_of(row, floors, pace=PACE)
    assert await delivery.deliver() == after_seconds


async def test_orders_that_another_order_system_has_do_not_slow_down_those_that_this_one_has(floors: Floors) -> None:
    delivery = await delivery_of(at_work(1), floors, pace=PACE)
    await delivery.records.write(Scope(), answering(at_work(2, order_system="another OMS")))
    for _ in range(2):
        assert await delivery.deliver() == PACE.busy


async def test_after_a_long_round_without_news_the_next_one_is_later(floors: Floors) -> None:
    delivery = await delivery_of(at_work(1), floors, pace=replace(PACE, quiet_rounds=1e12))
    assert await delivery.deliver() > PACE.busy


async def test_settling_goes_on_as_long_as_there_is_news_but_not_for_ever(floors: Floors) -> None:
    floor = await floors.open(tick_seconds=0.0)
    delivery, session_id = floor.bench.delivery, floor.bench.session_id
    assert await delivery.settle(session_id, most_rounds=1) == Delivered(changed=4, unfinished=6)
    done = await delivery.settle(session_id)
    assert (done.unfinished, done.trouble) == (0, "")
    assert set((await floor.states()).values()) == {"Filled"}


async def test_a_lasting_trouble_is_logged_once_and_asked_about_less_and_less_until_it_comes_back(
    floors: Floors, caplog: pytest.LogCaptureFixture
) -> None:
    floor = await floors.open(short_of_cash)
    delivery = floor.bench.delivery
    caplog.set_level(logging.WARNING)
    for down, pause_seconds in (
        (True, PACE.troubled),
        (True, 2 * PACE.troubled),
        (False, PACE.busy),
        (True, PACE.troubled),
    ):
        floor.line.down = down
        assert await delivery.deliver() == pause_seconds
    assert [record.getMessage().startswith("orders wait: the paper OMS can't be reached") for record in caplog.records]
    assert len(caplog.records) == 2


async def test_whoever_rests_goes_on_when_a_call_has_left_orders_under_way(floors: Floors) -> None:
    floor = await floors.open(pace=replace(PACE, busy=0.0))
    delivery = floor.bench.delivery
    await delivery.deliver()
    with anyio.fail_after(20):
        async with anyio.create_task_group() as work:
            work.start_soon(delivery.rest, 3_600)
            await delivery.settle(floor.bench.session_id)


async def test_whoever_rests_comes_back_by_itself(floors: Floors) -> None:
    bench = await floors.bench(system=HttpOrderSystem(NOBODY_THERE))
    await bench.delivery.rest(0.001)


async def delivery_of(row: OrderRow, floors: Floors, *, pace: DeliveryPace) -> Delivery:
    """Delivers this order alone, to an order system that has nothing to say."""
    bench = await floors.bench()
    await bench.kill.turn(on=True, reason="no other order", actor="jane")
    await bench.records.write(Scope(), answering(row.model_copy(update={"day": bench.clock.now().date()})))
    return Delivery(bench.records, Asked(), clock=bench.clock, terms=OrderTerms(), pace=pace)
