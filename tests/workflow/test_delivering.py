"""Rounds of delivery: what is asked, concluded and sent again, and that no order is lost or sent twice by it."""

from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import anyio
import pytest

from tests.clock import FixedClock
from tests.workflow.order_bench import later
from tests.workflow.order_floor import BATCH, LOOK, PACE, Floor, Floors
from tests.workflow.small_books import short_of_cash
from trimtab.workflow.delivering import LAPSED, SILENCE, Delivered
from trimtab.workflow.order_changes import placing
from trimtab.workflow.order_ledger import OrderLedger
from trimtab.workflow.order_terms import OrderTerms
from trimtab.workflow.ports.records import OrderRow, Scope

SELLS = ("P1 BHP", "P1 CBA", "P2 CBA")
SENT = {*SELLS, "P1 NAB"}
"""What of two portfolios leaves at once: all sells, and the buy whose cash is there."""
LIVE = OrderTerms("live", ("P1", "P2"), live_system=True)


@pytest.fixture
async def floors(tmp_path: Path, clock: FixedClock) -> AsyncIterator[Floors]:
    floors = Floors(tmp_path, clock)
    yield floors
    await floors.close()


async def ends_filled(floor: Floor, *, but: Collection[str] = ()) -> None:
    """Goes on until nothing is under way: then all is filled, was received once, and both sides agree."""
    for _ in range(12):
        await floor.tick()
        if not (await floor.round()).unfinished:
            break
    orders, kept = await floor.orders(), await floor.kept()
    assert {name for name, order in orders.items() if order.state != "Filled"} == set(but)
    assert kept.keys() == orders.keys() - set(but)
    assert {trade["timesReceived"] for trade in kept.values()} == {1}
    for name, trade in kept.items():
        assert trade["clientOrderId"] == orders[name].client_order_id
        assert Decimal(str(trade["unitsFilled"])) == orders[name].filled_quantity
    fills = await floor.bench.records.fills(floor.bench.session_id)
    for order in orders.values():
        its = [fill.quantity for fill in fills if fill.client_order_id == order.client_order_id]
        assert sum(its) == order.filled_quantity
    assert await floor.bench.is_sound()


# -- An order system that is away, slow, or silent


async def test_orders_wait_for_an_order_system_that_is_away_and_leave_when_it_is_back(floors: Floors) -> None:
    floor = await floors.open()
    floor.line.down = True
    done = await floor.round()
    assert (done.changed, done.unfinished) == (0, 6)
    assert "can't be reached" in done.trouble
    assert set((await floor.states()).values()) == {"Intent"}
    floor.line.down = False
    assert (await floor.round()).trouble == ""
    await ends_filled(floor)


async def test_orders_without_an_answer_are_unknown_until_they_are_found_and_are_not_sent_again(
    floors: Floors,
) -> None:
    floor = await floors.open()
    floor.line.lost = (BATCH,)
    done = await floor.round()
    assert "gave no usable answer to new orders" in done.trouble
    assert {name for name, state in (await floor.states()).items() if state == "Unknown"} == set(SELLS)
    floor.line.lost = ()
    await floor.round()
    assert {name for name, state in (await floor.states()).items() if state == "Accepted"} == SENT
    await ends_filled(floor)


async def test_orders_that_never_arrived_are_sent_again_once_they_cannot_arrive_any_more_under_the_same_ids(
    floors: Floors,
) -> None:
    floor = await floors.open()
    floor.line.stopped = (BATCH,)
    await floor.round()
    before = await floor.orders()
    floor.line.stopped = ()
    await floor.rounds(4, every_seconds=5)
    assert {name: (await floor.states())[name] for name in SELLS} == dict.fromkeys(SELLS, "Unknown")
    assert SELLS[0] not in await floor.kept()
    await floor.round()
    assert (await floor.kept()).keys() >= set(SELLS)
    assert [order.client_order_id for order in (await floor.orders()).values()] == [
        order.client_order_id for order in before.values()
    ]
    await ends_filled(floor)


async def test_orders_that_another_process_is_just_sending_are_left_to_it(floors: Floors) -> None:
    floor, other = await floors.open(), await floors.open()

    async def looks() -> None:
        later(floor.bench, seconds=14)
        await other.round()
        assert other.line.count(LOOK) == 0
        assert (await other.states())["P1 BHP"] == "Submitted"

    floor.line.meanwhile[BATCH] = looks
    await floor.round()
    assert (await floor.states())["P1 BHP"] == "Accepted"
    await ends_filled(other)


@pytest.mark.parametrize("knows_them", [True, False])
async def test_orders_of_a_process_that_died_as_it_sent_them_are_asked_about(knows_them: bool, floors: Floors) -> None:
    floor = await floors.open()
    claimed = await claim_sells(floor)
    if knows_them:
        await floor.bench.delivery.system.place([placing(order) for order in claimed])
    later(floor.bench, seconds=15)
    await floor.round()
    assert {name: (await floor.states())[name] for name in SELLS} == dict.fromkeys(
        SELLS, "Accepted" if knows_them else "Unknown"
    )
    later(floor.bench, seconds=5)
    await ends_filled(floor)


async def test_an_order_of_which_the_answer_says_nothing_that_can_be_used_is_unknown(floors: Floors) -> None:
    floor = await floors.open()
    claimed = await claim_sells(floor)
    await floor.bench.delivery.system.place([placing(order) for order in claimed])
    await floor.switch_on("malformed_look", code="BHP", times=2)
    later(floor.bench, seconds=15)
    await floor.round()
    states = await floor.states()
    assert {name: states[name] for name in SELLS} == {"P1 BHP": "Unknown", "P1 CBA": "Accepted", "P2 CBA": "Accepted"}
    await ends_filled(floor)


async def test_a_question_without_an_answer_leaves_open_what_nobody_knows_and_sends_nothing_new(
    floors: Floors,
) -> None:
    floor = await floors.open()
    await claim_sells(floor)
    later(floor.bench, seconds=16)
    floor.line.stopped = (LOOK,)
    done = await floor.round()
    assert "gave no usable answer" in done.trouble
    orders = await floor.orders()
    assert [(orders[name].state, orders[name].why) for name in SELLS] == [("Unknown", SILENCE)] * 3
    assert floor.line.count(BATCH) == 0


async def test_an_unwanted_order_that_turns_up_late_is_taken_as_it_is_and_cancelled(floors: Floors) -> None:
    floor = await floors.open()
    floor.line.stopped = (BATCH,)
    await floor.round()
    await floor.bench.cancel()
    later(floor.bench, seconds=20)
    floor.line.stopped = ()
    await floor.round()
    orders = await floor.orders()
    assert {order.state for order in orders.values()} == {"Cancelled"}
    assert "cancelled" in orders["P1 BHP"].why
    assert await floor.kept() == {}
    await floor.bench.delivery.system.place([placing(orders[name]) for name in SELLS])
    await floor.round()
    kept = await floor.kept()
    assert {name: trade["status"] for name, trade in kept.items()} == dict.fromkeys(SELLS, "Cancelled")
    orders = await floor.orders()
    assert {orders[name].order_key for name in SELLS} == {trade["orderKey"] for trade in kept.values()}
    assert {order.state for order in orders.values()} == {"Cancelled"}


async def test_an_order_that_was_put_back_lapses_also_where_another_order_system_is_talked_to(floors: Floors) -> None:
    floor = await floors.open(short_of_cash)
    floor.line.stopped = (BATCH,)
    await floor.round()
    later(floor.bench, seconds=20)
    floor.line.stopped, floor.line.refused = (), {BATCH: 401}
    await floor.round()
    assert (await floor.states())["P1 BHP"] == "Intent"
    other = await floors.open(short_of_cash, name="another OMS")
    assert "Orders at the paper OMS (1) are left alone" in (await other.round()).trouble
    later(floor.bench, minutes=30)
    assert await other.round() == Delivered(changed=3)
    order = (await floor.orders())["P1 BHP"]
    assert (order.state, order.why, order.cancel) == ("Expired", LAPSED, "asked")


# -- Whose orders, and to whom


async def test_the_orders_of_another_order_system_are_left_alone_and_that_is_said(floors: Floors) -> None:
    floor = await floors.open(short_of_cash)
    await floor.round()
    before = await floor.orders()
    other = await floors.open(short_of_cash, name="another OMS")
    later(floor.bench, minutes=5)
    done = await other.round()
    assert done.trouble == (
        "Orders at the paper OMS (1) are left alone, as this server talks to another OMS. "
        "Set TRIMTAB_OMS, or for one inside the process TRIMTAB_HOME, as it was."
    )
    assert await floor.orders() == before
    assert other.line.arrived == ["GET /paper"]
    await floor.tick()
    await floor.round()
    assert (await floor.states())["P1 BHP"] == "Filled"


@pytest.mark.parametrize(
    ("says_paper", "terms", "said"),
    [
        (False, OrderTerms(), "doesn't say that it is a paper order system"),
        (True, LIVE, "is a paper order system, and live orders would reach no market there"),
    ],
)
async def test_nothing_is_sent_to_an_order_system_of_the_wrong_kind(
    says_paper: bool, terms: OrderTerms, said: str, floors: Floors
) -> None:
    floor = await floors.open(terms=terms, says_paper=says_paper)
    done = await floor.round()
    assert said in done.trouble
    assert done.unfinished == 6
    assert floor.line.count("/api/") == 0
    assert set((await floor.states()).values()) == {"Intent"}
    later(floor.bench, minutes=30)
    assert (await floor.round()).unfinished == 0


async def test_live_orders_go_to_a_live_order_system(floors: Floors) -> None:
    floor = await floors.open(terms=LIVE, says_paper=False)
    assert (await floor.round()).trouble == ""
    await ends_filled(floor)


@pytest.mark.parametrize(("recorded", "follows"), [(OrderTerms(), LIVE), (LIVE, OrderTerms())])
async def test_orders_of_the_other_mode_are_left_alone_and_that_is_said(
    recorded: OrderTerms, follows: OrderTerms, floors: Floors
) -> None:
    await floors.bench(terms=recorded)
    floor = await floors.open(terms=follows)
    done = await floor.round()
    assert (done.changed, done.unfinished) == (0, 0)
    assert f"6 orders are not {follows.execution_mode}" in done.trouble
    assert f"set to {recorded.execution_mode}" in done.trouble
    assert (await floor.bench.status()).execution_mode == recorded.execution_mode
    assert floor.line.arrived == []
    assert set((await floor.states()).values()) == {"Intent"}


# -- An order system that behaves badly


@pytest.mark.parametrize(
    ("kind", "rule", "lapsed"),
    [
        ("malformed_look", ("oms_wrong_shape", ""), set()),
        ("foreign", ("oms_foreign_order", ""), set()),
        ("overfill", ("oms_overfilled", "P1 BHP"), {"P1 WBC"}),
        ("mind_change", ("oms_quantity_went_back", "P1 BHP"), {"P1 WBC"}),
        ("key_change", ("oms_order_key_changed", "P1 BHP"), {"P1 WBC"}),
        ("twin", ("oms_duplicate_order", "P1 BHP"), {"P1 NAB", "P1 WBC"}),
    ],
)
async def test_what_cannot_be_right_is_parked_once_and_holds_up_the_buys_that_it_leaves_in_doubt(
    kind: str, rule: tuple[str, str], lapsed: set[str], floors: Floors
) -> None:
    floor = await floors.open(most_parts=40)
    await floor.switch_on(kind, code="BHP", times=8)
    await floor.rounds(2)
    await floor.tick()
    await floor.rounds(2)
    parked = await floor.parked()
    assert set(parked) == {rule}
    await floor.rounds(2)
    assert await floor.parked() == parked, "however often it is told"
    assert [each.rule for each in (await floor.bench.status()).parked] == [rule[0]] * len(parked)
    for _ in range(4):
        await floor.tick(40)
        await floor.rounds(2)
    states = await floor.states()
    assert states == {name: "Intent" if name in lapsed else "Filled" for name in states}
    later(floor.bench, minutes=30)
    await ends_filled(floor, but=lapsed)
    states = await floor.states()
    assert states == {name: "Expired" if name in lapsed else "Filled" for name in states}
    assert await floor.parked() == parked


async def test_an_answer_to_new_orders_that_cannot_be_read_leaves_them_unknown_until_they_are_found(
    floors: Floors,
) -> None:
    floor = await floors.open(faults=("malformed",))
    assert "new orders" in (await floor.round()).trouble
    assert (await floor.states())["P1 BHP"] == "Unknown"
    await ends_filled(floor)
    assert await floor.parked() == []


@pytest.mark.parametrize("fault", ["answer_lost:0.5", "error_before:0.7", "duplicate", "malformed:0.4"])
async def test_two_processes_that_deliver_the_same_orders_at_once_send_each_of_them_once(
    fault: str, floors: Floors
) -> None:
    pair = [await floors.open(faults=(fault,), tick_seconds=0.0, most_parts=3) for _ in range(2)]

    async def delivers(floor: Floor) -> None:
        await floor.rounds(4)

    for _ in range(5):
        async with anyio.create_task_group() as work:
            for floor in pair:
                work.start_soon(delivers, floor)
        later(pair[0].bench, seconds=20)
    for floor in pair:
        assert await floor.round() == Delivered()
    times = {trade["timesReceived"] for trade in (await pair[0].kept()).values()}
    assert times == ({2} if fault == "duplicate" else {1})
    orders, kept = await pair[0].orders(), await pair[0].kept()
    assert {order.state for order in orders.values()} == {"Filled"}
    assert kept.keys() == orders.keys()
    assert len(await pair[0].bench.records.fills(pair[0].bench.session_id)) >= 6
    assert await pair[0].parked() == []
    assert await pair[0].bench.is_sound()


# -- An order system that doesn't keep our ids


async def test_orders_and_fills_come_back_from_an_order_system_without_our_ids(floors: Floors) -> None:
    floor = await floors.open(client_ids=False)
    await floor.round()
    orders = await floor.orders()
    assert {name for name, order in orders.items() if order.order_key and order.trade_key} == SENT
    for _ in range(4):
        await floor.tick()
        await floor.rounds(2)
    orders = await floor.orders()
    assert {order.state for order in orders.values()} == {"Filled"}
    assert {trade["timesReceived"] for trade in (await floor.kept()).values()} == {1}
    assert await floor.parked() == []


async def test_an_unknown_order_is_found_by_its_terms_where_only_one_can_be_meant(floors: Floors) -> None:
    floor = await floors.open(short_of_cash, client_ids=False)
    floor.line.lost = (BATCH,)
    await floor.round()
    floor.line.lost = ()
    await floor.round()
    assert (await floor.states())["P1 BHP"] == "Accepted"
    assert len(await floor.kept()) == 1


async def test_what_may_be_one_order_or_another_stays_unknown_and_is_never_sent_again(floors: Floors) -> None:
    floor = await floors.open(short_of_cash, client_ids=False)
    order = (await floor.orders())["P1 BHP"]
    await floor.bench.delivery.system.place([placing(order)])  # somebody else's, of the same terms
    floor.line.lost = (BATCH,)
    await floor.round()
    floor.line.lost = ()
    await floor.rounds(4, every_seconds=60)
    assert (await floor.states())["P1 BHP"] == "Unknown"
    assert await floor.parked() == [("oms_ambiguous", "P1 BHP")]
    assert floor.line.count(BATCH) == 2


async def test_an_order_that_nobody_finds_there_is_never_sent_again(floors: Floors) -> None:
    floor = await floors.open(short_of_cash, client_ids=False)
    floor.line.stopped = (BATCH,)
    await floor.round()
    floor.line.stopped = ()
    await floor.rounds(4, every_seconds=60)
    assert (await floor.states())["P1 BHP"] == "Unknown"
    assert await floor.kept() == {}


async def test_an_order_system_that_cannot_cancel_still_gets_other_orders(floors: Floors) -> None:
    floor = await floors.open(client_ids=False)
    await floor.round()
    sell = (await floor.orders())["P1 BHP"]
    cancelled = await floor.bench.cancel(sell.client_order_id)
    assert "can't cancel orders" in cancelled.trouble
    await floor.tick()
    for _ in range(2):
        await floor.rounds(2)
    assert (await floor.states())["P2 NAB"] == "Accepted", "its cash came after the cancel failed"


async def claim_sells(floor: Floor) -> tuple[OrderRow, ...]:
    """Writes the sells as sent, as somebody does who dies then."""
    bench = floor.bench
    ledger = OrderLedger(bench.records, bench.clock, timedelta(seconds=PACE.absent_after))
    orders = await floor.orders()
    ids = tuple(orders[name].client_order_id for name in SELLS)
    return await ledger.claim(
        Scope(client_order_ids=ids), choose=lambda standing: standing.orders, system=bench.delivery.system.name
    )
