"""Status and cancelling: how far a session's orders are, for whom, and what stops them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from tests.clock import FixedClock
from tests.workflow.desks import JANE, TOM, as_rows
from tests.workflow.order_bench import OrderBench, later
from tests.workflow.order_floor import BATCH, CANCEL, LOOK, Floor, Floors
from tests.workflow.small_books import short_of_cash, two_portfolios
from trimtab.domain.errors import InvalidInput, NotFound, WrongPhase
from trimtab.domain.trading.book import Book
from trimtab.workflow.evidence_contents import CANCELLATION
from trimtab.workflow.log import verify
from trimtab.workflow.log_details import ORDERS_ENDED
from trimtab.workflow.log_reading import whole_log
from trimtab.workflow.ports.execution import CancelOrders, ExecutionStatus, GetExecutionStatus
from trimtab.workflow.ports.results import Cell

SELLS = ("P1 BHP", "P1 CBA", "P2 CBA")
NOBODYS = f"tt-{0:024x}"


@pytest.fixture
async def floors(tmp_path: Path, clock: FixedClock) -> AsyncIterator[Floors]:
    floors = Floors(tmp_path, clock)
    yield floors
    await floors.close()


async def ids_of(floor: Floor, *names: str) -> list[str]:
    orders = await floor.orders()
    return [orders[name].client_order_id for name in names]


async def until_done(floor: Floor) -> ExecutionStatus:
    for _ in range(12):
        await floor.tick()
        status = await floor.bench.status()
        if status.done:
            break
    return status


def another_book() -> Book:
    return replace(two_portfolios(), digest="f" * 64)


# -- Status


async def test_the_status_sends_what_may_be_sent_and_says_how_far_it_is(floors: Floors) -> None:
    floor = await floors.open()
    status = await floor.bench.status()
    assert status.phase == "Executing"
    assert status.execution_mode == "simulated"
    assert status.order_system == "the paper OMS"
    assert status.states == {"Accepted": 4, "Intent": 2}
    assert (status.done, status.waiting_for_cash, status.trouble, status.parked) == (False, 2, "", ())
    assert (await floor.kept()).keys() == {*SELLS, "P1 NAB"}
    await floor.tick()
    status = await floor.bench.status()
    assert (status.trades_filled, status.waiting_for_cash) == (4, 0)
    assert status.total_sell_value_filled == pytest.approx(15_000, rel=0.01)
    status = await until_done(floor)
    assert (status.phase, status.done, status.states) == ("Done", True, {"Filled": 6})


async def test_an_order_system_that_is_away_is_said_with_what_is_known(floors: Floors) -> None:
    floor = await floors.open()
    await floor.round()
    floor.line.down = True
    status = await floor.bench.status()
    assert "can't be reached" in status.trouble
    assert status.states == {"Accepted": 4, "Intent": 2}


@pytest.mark.parametrize(
    ("request_", "total"),
    [({}, 6), ({"open_only": True}, 5), ({"view": "batches"}, 2), ({"view": "batches", "open_only": True}, 2)],
)
async def test_pages_hold_everything_once(request_: dict[str, object], total: int, floors: Floors) -> None:
    floor = await floors.open(faults=("reject@BHP",))
    await floor.round()
    whole = await floor.bench.status(**request_)
    rows: list[tuple[Cell, ...]] = []
    cursor = None
    while True:
        page = await floor.bench.status(**request_, limit=1, cursor=cursor)
        assert (page.total, page.orders) == (total, 6)
        rows += page.items.rows
        cursor = page.next_cursor
        if cursor is None:
            break
    assert tuple(rows) == whole.items.rows
    assert len(rows) == total


async def test_trades_and_batches_are_told_as_they_stand(floors: Floors) -> None:
    floor = await floors.open(faults=("reject@BHP",))
    await floor.round()
    trades = {f"{row['account_number']} {row['code']}": row for row in as_rows((await floor.bench.status()).items)}
    assert trades["P1 BHP"]["state"] == "Rejected"
    assert trades["P1 BHP"]["why"] == "The fault reject is switched on."
    batches = as_rows((await floor.bench.status(view="batches")).items)
    assert [(row["account_number"], row["trades"], row["trades_pending"]) for row in batches] == [
        ("P1", 4, 3),
        ("P2", 2, 2),
    ]
    kept = await floor.kept()
    assert batches[1]["order_keys"] == kept["P2 CBA"]["orderKey"]


async def test_a_session_without_orders_has_no_status_and_nothing_to_cancel(bench: OrderBench) -> None:
    await bench.to_review()
    with pytest.raises(WrongPhase, match="No orders of this session are recorded; it is in Review") as error:
        await bench.status()
    assert "execute_orders" in error.value.next_action
    with pytest.raises(WrongPhase):
        await bench.cancel()


async def test_the_orders_of_a_session_are_for_nobody_but_its_owner(floors: Floors) -> None:
    floor = await floors.open()
    orders, session_id = floor.bench.orders, floor.bench.session_id
    with pytest.raises(NotFound):
        await orders.execution_status(TOM, GetExecutionStatus(session_id=session_id))
    with pytest.raises(NotFound):
        await orders.cancel(TOM, CancelOrders(session_id=session_id, reason="not mine"))
    assert floor.line.arrived == []
    assert set((await floor.states()).values()) == {"Intent"}


async def test_status_and_cancelling_work_when_the_plan_cannot_be_computed_any_more(floors: Floors) -> None:
    floor = await floors.open()
    await floor.round()
    later_on = await floors.bench(another_book, system=floor.bench.delivery.system)
    with pytest.raises(WrongPhase):
        await later_on.preview()
    assert (await later_on.status()).states == {"Accepted": 4, "Intent": 2}
    assert (await later_on.cancel()).states == {"Cancelled": 6}
    status = await later_on.status()
    assert (status.done, status.phase) == (True, "Executing")
    assert (await floor.bench.status()).phase == "Done", "whoever has the book notes it"


# -- Done


async def test_a_session_becomes_done_once_and_its_log_verifies(floors: Floors) -> None:
    pair = [await floors.open(), await floors.open()]
    await until_done(pair[0])
    version = (await pair[0].bench.status()).version
    for floor in pair:
        async with anyio.create_task_group() as work:
            for _ in range(3):
                work.start_soon(floor.bench.status)
    bench = pair[1].bench
    assert (await bench.status()).version == version
    stored = await bench.store.read(bench.session_id, JANE.owner)
    log = await whole_log(bench.store, stored)
    assert [entry.action for entry in log].count(ORDERS_ENDED) == 1
    assert verify(bench.session_id, log, head=stored.log_head) is None
    assert await bench.is_sound()


async def test_callers_who_find_the_end_at_once_note_it_once(floors: Floors) -> None:
    pair = [await floors.open(faults=("reject",)) for _ in range(2)]
    await pair[0].rounds(3)
    async with anyio.create_task_group() as work:
        for floor in pair:
            work.start_soon(floor.bench.cancel)
    bench = pair[0].bench
    stored = await bench.store.read(bench.session_id, JANE.owner)
    log = await whole_log(bench.store, stored)
    assert [entry.action for entry in log].count(ORDERS_ENDED) == 1
    assert verify(bench.session_id, log, head=stored.log_head) is None


async def test_executing_again_goes_on_with_the_orders_and_orders_nothing_again(floors: Floors) -> None:
    floor = await floors.open()
    plan_hash = (await floor.bench.status()).plan_hash
    for _ in range(4):
        await floor.tick()
        again = await floor.bench.execute(plan_hash)
    assert again.phase == "Done"
    assert {trade["timesReceived"] for trade in (await floor.kept()).values()} == {1}
    assert set((await floor.states()).values()) == {"Filled"}


# -- Cancelling


async def test_cancelling_ends_at_once_what_never_left_and_at_the_order_system_what_did(floors: Floors) -> None:
    floor = await floors.open()
    await floor.round()
    cancelled = await floor.bench.cancel()
    assert (cancelled.orders, cancelled.cancelled, cancelled.asked, cancelled.ended) == (6, 2, 4, 0)
    assert (cancelled.states, cancelled.phase, cancelled.trouble) == ({"Cancelled": 6}, "Done", "")
    assert {trade["status"] for trade in (await floor.kept()).values()} == {"Cancelled"}
    assert all("a change of mind" in order.why for order in (await floor.orders()).values())
    await floor.tick(10)
    await floor.rounds(2)
    assert set((await floor.states()).values()) == {"Cancelled"}


async def test_cancelling_again_changes_nothing_and_is_no_evidence(floors: Floors) -> None:
    floor = await floors.open()
    await floor.round()
    await floor.bench.cancel()
    end = (await floor.bench.records.entries(floor.bench.session_id))[-1].seq
    again = await floor.bench.cancel()
    assert (again.orders, again.cancelled, again.asked, again.ended) == (6, 0, 0, 6)
    assert await floor.bench.records.entries(floor.bench.session_id, after_seq=end) == ()
    entries = await floor.bench.records.entries(floor.bench.session_id)
    assert [entry.actor for entry in entries if entry.kind == CANCELLATION] == [JANE.actor]


async def test_some_orders_are_cancelled_and_the_others_go_on(floors: Floors) -> None:
    floor = await floors.open()
    await floor.round()
    cancelled = await floor.bench.cancel(*await ids_of(floor, "P1 BHP", "P1 WBC"))
    assert (cancelled.orders, cancelled.cancelled, cancelled.asked) == (2, 1, 1)
    status = await until_done(floor)
    assert status.states == {"Cancelled": 2, "Filled": 4}
    assert (await floor.states())["P1 BHP"] == "Cancelled"


async def test_where_an_order_is_unknown_nothing_is_cancelled(floors: Floors) -> None:
    floor = await floors.open()
    await floor.round()
    before = await floor.states()
    with pytest.raises(
        InvalidInput, match="1 of the orders named aren't this session's; nothing was cancelled"
    ) as error:
        await floor.bench.cancel(*await ids_of(floor, "P1 BHP"), NOBODYS)
    assert [(each.field, each.code) for each in error.value.problems] == [("client_order_ids", "unknown_order")]
    assert await floor.states() == before
    assert floor.line.count(CANCEL) == 0


@pytest.mark.parametrize("fault", ["cancel_refused", "cancel_lost"])
async def test_a_cancel_that_is_refused_or_not_answered_is_tried_again(fault: str, floors: Floors) -> None:
    floor = await floors.open(faults=(f"{fault}@BHP",))
    await floor.round()
    cancelled = await floor.bench.cancel()
    assert cancelled.states["Cancelled"] >= 5
    await floor.round()
    assert set((await floor.states()).values()) == {"Cancelled"}
    assert {trade["status"] for trade in (await floor.kept()).values()} == {"Cancelled"}


async def test_orders_are_cancelled_also_where_the_order_system_cannot_tell_how_they_stand(floors: Floors) -> None:
    floor = await floors.open()
    await floor.rounds(2)
    floor.line.refused[LOOK] = 500
    cancelled = await floor.bench.cancel()
    assert "gave no usable answer to a question about orders" in cancelled.trouble
    assert cancelled.states == {"Cancelled": 6}
    assert {trade["status"] for trade in (await floor.kept()).values()} == {"Cancelled"}


async def test_a_fill_that_was_on_its_way_when_an_order_was_cancelled_counts(floors: Floors) -> None:
    floor = await floors.open(short_of_cash, most_parts=40, faults=("late_fill",))
    await floor.round()
    await floor.tick()
    cancelled = await floor.bench.cancel()
    assert cancelled.states == {"Cancelled": 3}
    before = (await floor.orders())["P1 BHP"]
    await floor.tick()
    await floor.round()
    after, kept = (await floor.orders())["P1 BHP"], (await floor.kept())["P1 BHP"]
    assert after.state == "Cancelled"
    assert after.filled_quantity == kept["unitsFilled"] > before.filled_quantity
    status = await floor.bench.status()
    assert (status.done, status.phase, status.trades_partially_filled) == (True, "Done", 1)
    assert await floor.bench.is_sound()


async def test_an_order_of_which_nobody_knows_is_cancelled_when_it_is_found(floors: Floors) -> None:
    floor = await floors.open()
    floor.line.lost = (BATCH,)
    await floor.round()
    floor.line.down = True
    cancelled = await floor.bench.cancel()
    assert (cancelled.cancelled, cancelled.asked, cancelled.states) == (3, 3, {"Cancelled": 3, "Unknown": 3})
    assert "can't be reached" in cancelled.trouble
    floor.line.down = False
    await floor.rounds(2)
    assert {trade["status"] for trade in (await floor.kept()).values()} == {"Cancelled"}
    assert set((await floor.states()).values()) == {"Cancelled"}


async def test_the_orders_of_another_order_system_are_noted_as_unwanted_and_cancelled_by_who_talks_to_it(
    floors: Floors,
) -> None:
    floor = await floors.open(short_of_cash)
    await floor.round()
    other = await floors.open(short_of_cash, name="another OMS")
    cancelled = await other.bench.cancel()
    assert (cancelled.cancelled, cancelled.asked) == (2, 1)
    assert "Orders at the paper OMS (1) are left alone" in cancelled.trouble
    assert other.line.count(CANCEL) == 0
    later(floor.bench, minutes=1)
    await floor.round()
    assert (await floor.states())["P1 BHP"] == "Cancelled"
