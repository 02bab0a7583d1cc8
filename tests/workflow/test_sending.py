"""Sending: which orders leave when, and that each leaves once, whatever happens to the request with it."""

from collections.abc import AsyncIterator, Sequence
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest

from tests.clock import FixedClock
from tests.workflow.order_bench import later
from tests.workflow.order_floor import BATCH, Floor, Floors
from tests.workflow.small_books import short_of_cash
from trimtab.domain.trading.book import Book
from trimtab.workflow import order_ledger, sending
from trimtab.workflow.delivering import LAPSED
from trimtab.workflow.kill_switch import Kill
from trimtab.workflow.ports.order_system import NoAnswer, OmsAnswer, Placing, TurnedDown
from trimtab.workflow.ports.records import OrderRow
from trimtab.workflow.releasing import buys_to_leave
from trimtab.workflow.sending import LEFT_OUT, TOO_LATE, UNWANTED

SELLS = ("P1 BHP", "P1 CBA", "P2 CBA")


@pytest.fixture
async def floors(tmp_path: Path, clock: FixedClock) -> AsyncIterator[Floors]:
    floors = Floors(tmp_path, clock)
    yield floors
    await floors.close()


# -- What leaves when


async def test_sells_leave_first_and_buys_once_their_cash_is_there(floors: Floors) -> None:
    floor = await floors.open(short_of_cash)
    await floor.rounds(2)
    assert await floor.states() == {"P1 BHP": "Accepted", "P1 NAB": "Intent", "P1 WBC": "Intent"}
    await floor.tick()
    await floor.round()
    assert await floor.states() == {"P1 BHP": "Filled", "P1 NAB": "Accepted", "P1 WBC": "Accepted"}
    assert floor.line.count(BATCH) == 2
    await floor.tick()
    await floor.round()
    assert set((await floor.states()).values()) == {"Filled"}


async def test_a_buy_leaves_on_what_part_of_a_sell_has_brought(floors: Floors) -> None:
    floor = await floors.open(short_of_cash, most_parts=40)
    await floor.round()
    while (await floor.orders())["P1 BHP"].filled_quantity < 2_001:
        assert (await floor.states())["P1 NAB"] == "Intent"
        await floor.tick()
        await floor.round()
    assert (await floor.orders())["P1 BHP"].filled_quantity < 4_900
    assert await floor.states() == {"P1 BHP": "PartiallyFilled", "P1 NAB": "Accepted", "P1 WBC": "Intent"}


async def test_a_buy_whose_cash_never_comes_lapses_with_its_reason_when_the_approval_ends(floors: Floors) -> None:
    floor = await floors.open(short_of_cash, faults=("reject@BHP",))
    await floor.round()
    later(floor.bench, minutes=30, microseconds=-1)
    done = await floor.round()
    assert done.unfinished == 2
    assert await floor.states() == {"P1 BHP": "Rejected", "P1 NAB": "Intent", "P1 WBC": "Intent"}
    later(floor.bench, microseconds=1)
    assert (await floor.round()).unfinished == 0
    orders = await floor.orders()
    assert [(orders[name].state, orders[name].why) for name in ("P1 NAB", "P1 WBC")] == [("Expired", LAPSED)] * 2
    assert set(await floor.kept()) == {"P1 BHP"}


async def test_orders_leave_in_requests_that_keep_a_portfolio_together(
    floors: Floors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    floor = await floors.open()
    await floor.round()
    kept = await floor.kept()
    assert floor.line.count(BATCH) == 3
    assert kept["P1 BHP"]["orderKey"] == kept["P1 CBA"]["orderKey"]
    assert kept.keys() == {*SELLS, "P1 NAB"}


async def test_a_portfolio_that_fits_no_request_leaves_in_several(
    floors: Floors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 1)
    monkeypatch.setattr(order_ledger, "AT_ONCE", 1)
    floor = await floors.open()
    await floor.round()
    assert floor.line.count(BATCH) == 4
    assert (await floor.kept()).keys() == {*SELLS, "P1 NAB"}


async def test_buys_that_fit_no_request_together_leave_in_the_same_round(
    floors: Floors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 1)
    floor = await floors.open(short_of_cash)
    await floor.round()
    await floor.tick()
    await floor.round()
    assert await floor.states() == {"P1 BHP": "Filled", "P1 NAB": "Accepted", "P1 WBC": "Accepted"}
    assert floor.line.count(BATCH) == 3


async def test_a_round_that_brings_nothing_new_asks_for_no_lock(
    floors: Floors, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor = await floors.open(short_of_cash)
    await floor.rounds(2)

    async def fail(*_: object) -> None:
        pytest.fail("the lock of the records was taken")

    with monkeypatch.context() as patched:
        patched.setattr(floor.bench.records, "write", fail)
        await floor.rounds(2)
    await floor.tick()
    assert (await floor.round()).changed == 3


def two_short_of_cash() -> Book:
    return short_of_cash(accounts=("P1", "P2"))


async def test_only_portfolios_with_news_are_looked_at_again(floors: Floors, monkeypatch: pytest.MonkeyPatch) -> None:
    floor = await floors.open(two_short_of_cash)
    await floor.rounds(2)
    looked_at: list[set[str]] = []

    def noted(orders: Sequence[OrderRow], **named: Any) -> Sequence[OrderRow]:
        looked_at.append({order.account_number for order in orders})
        return buys_to_leave(orders, **named)

    monkeypatch.setattr(sending, "buys_to_leave", noted)
    (sell,) = [order for name, order in (await floor.orders()).items() if name == "P2 BHP"]
    await floor.bench.cancel(sell.client_order_id)
    assert looked_at == [{"P2"}]
    monkeypatch.setattr(sending, "MOST_REMEMBERED", 0)
    await floor.round()
    assert looked_at[1:] == [{"P1", "P2"}], "what was forgotten is looked at again"


# -- What becomes of the request


@pytest.mark.parametrize("answered", [None, 401, 403, 404])
async def test_orders_that_could_not_leave_wait_as_if_nobody_had_tried(answered: int | None, floors: Floors) -> None:
    floor = await floors.open()

    async def goes_away() -> None:
        floor.line.down = True

    if answered is None:
        floor.line.meanwhile[BATCH] = goes_away
    else:
        floor.line.refused[BATCH] = answered
    done = await floor.round()
    assert "nothing was sent" in done.trouble
    orders = await floor.orders()
    assert {(order.state, order.sent_at, order.order_system) for order in orders.values()} == {("Intent", "", "")}
    assert all("nothing was sent" in orders[name].why for name in SELLS)


async def test_orders_that_could_not_leave_go_to_the_right_address_once_it_is_set(floors: Floors) -> None:
    wrong = await floors.open(name="a wrong address")
    wrong.line.refused[BATCH] = 404
    await wrong.round()
    right = await floors.open()
    assert (await right.round()).trouble == ""
    assert (await right.kept()).keys() == {*SELLS, "P1 NAB"}


async def test_a_request_that_is_turned_down_rejects_its_orders_with_the_reason(floors: Floors) -> None:
    floor = await floors.open(short_of_cash)
    floor.line.refused[BATCH] = 422
    done = await floor.round()
    assert "not today" in done.trouble
    order = (await floor.orders())["P1 BHP"]
    assert order.state == "Rejected"
    assert "turned down new orders (HTTP status 422): not today" in order.why
    await floor.round()
    assert await floor.states() == {"P1 BHP": "Rejected", "P1 NAB": "Intent", "P1 WBC": "Intent"}


async def test_what_is_wrong_with_one_portfolio_ends_no_orders_of_another(
    floors: Floors, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor = await floors.open()
    system = floor.bench.delivery.system
    place, asked = system.place, list[set[str]]()

    async def picky(orders: Sequence[Placing]) -> OmsAnswer:
        asked.append({order.account_number for order in orders})
        if "P1" in asked[-1]:
            raise TurnedDown("P1 isn't known here.")
        return await place(orders)

    monkeypatch.setattr(system, "place", picky)
    assert (await floor.round()).trouble == "P1 isn't known here."
    assert asked == [{"P1", "P2"}, {"P1"}, {"P2"}]
    orders = await floor.orders()
    assert (await floor.states())["P2 CBA"] == "Accepted"
    assert [(orders[name].state, orders[name].why) for name in ("P1 BHP", "P1 CBA")] == [
        ("Rejected", "P1 isn't known here.")
    ] * 2
    await floor.tick()
    await floor.rounds(2)
    assert (await floor.states())["P2 NAB"] == "Accepted"


async def test_portfolios_that_were_only_turned_down_together_leave_apart_in_the_same_round(
    floors: Floors, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor = await floors.open()
    system = floor.bench.delivery.system
    place = system.place

    async def one_at_a_time(orders: Sequence[Placing]) -> OmsAnswer:
        if len({order.account_number for order in orders}) > 1:
            raise TurnedDown("Too many.")
        return await place(orders)

    monkeypatch.setattr(system, "place", one_at_a_time)
    done = await floor.round()
    assert (done.changed, done.trouble) == (4, "")
    assert received(await floor.kept()) == dict.fromkeys((*SELLS, "P1 NAB"), 1)


async def test_portfolios_that_were_turned_down_together_wait_where_the_order_system_then_falls_silent(
    floors: Floors, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor = await floors.open(client_ids=False)
    system = floor.bench.delivery.system

    async def fails(orders: Sequence[Placing]) -> OmsAnswer:
        if len({order.account_number for order in orders}) > 1:
            raise TurnedDown("Too many.")
        raise NoAnswer("It broke off.")

    with monkeypatch.context() as patched:
        patched.setattr(system, "place", fails)
        assert (await floor.round()).trouble == "It broke off."
    assert {name: (await floor.states())[name] for name in SELLS} == {
        "P1 BHP": "Unknown",
        "P1 CBA": "Unknown",
        "P2 CBA": "Intent",
    }
    await floor.round()
    assert (await floor.states())["P2 CBA"] == "Accepted", "it had never left"


async def test_an_order_that_the_answer_leaves_out_is_unknown_until_it_is_found(floors: Floors) -> None:
    floor = await floors.open()
    floor.line.edits[BATCH] = lambda answer: {
        "results": [result for result in answer["results"] if result["portfolioId"] == "P1"]
    }
    await floor.round()
    order = (await floor.orders())["P2 CBA"]
    assert (order.state, order.why) == ("Unknown", LEFT_OUT)
    await floor.round()
    assert (await floor.states())["P2 CBA"] == "Accepted"
    assert {trade["timesReceived"] for trade in (await floor.kept()).values()} == {1}


async def test_orders_that_did_not_leave_soon_enough_wait_and_then_leave(
    floors: Floors, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor = await floors.open(short_of_cash)
    await floor.round()
    await floor.tick()
    with monkeypatch.context() as patched:
        patched.setattr(sending, "time", SimpleNamespace(monotonic=count(step=1_000).__next__))
        done = await floor.round()
    assert done.trouble == TOO_LATE
    assert [order.state for order in (await floor.orders()).values()] == ["Filled", "Intent", "Intent"]
    assert floor.line.count(BATCH) == 1
    assert (await floor.round()).trouble == ""
    assert await floor.states() == {"P1 BHP": "Filled", "P1 NAB": "Accepted", "P1 WBC": "Accepted"}


@pytest.mark.parametrize("stopped_by", ["cancel", "kill"])
async def test_an_order_that_is_cancelled_as_it_leaves_and_then_could_not_leave_is_cancelled(
    stopped_by: str, floors: Floors
) -> None:
    floor, other = await floors.open(), await floors.open()

    async def stopped() -> None:
        await (other.bench.cancel() if stopped_by == "cancel" else killed(other))
        floor.line.down = True

    floor.line.meanwhile[BATCH] = stopped
    assert (await floor.round()).trouble
    orders = await floor.orders()
    assert [(orders[name].state, orders[name].why) for name in SELLS] == [("Cancelled", UNWANTED)] * 3
    assert set((await floor.states()).values()) == {"Cancelled"}
    floor.line.down = False
    assert await floor.round() == await other.round()
    assert await floor.kept() == {}


async def test_what_was_leaving_as_the_kill_switch_was_turned_is_cancelled_there_and_nothing_else_leaves(
    floors: Floors,
) -> None:
    floor, other = await floors.open(), await floors.open()
    floor.line.meanwhile[BATCH] = lambda: killed(other)
    await floor.round()
    assert await floor.states() == {name: "Accepted" if name in SELLS else "Cancelled" for name in await floor.orders()}
    await floor.rounds(2)
    assert {name: trade["status"] for name, trade in (await floor.kept()).items()} == dict.fromkeys(SELLS, "Cancelled")
    assert set((await floor.states()).values()) == {"Cancelled"}


async def test_a_caller_who_goes_away_in_the_middle_leaves_nothing_unknown(floors: Floors) -> None:
    floor = await floors.open()
    with anyio.CancelScope() as caller:

        async def goes_away() -> None:
            caller.cancel()

        floor.line.meanwhile[BATCH] = goes_away
        await floor.round()
    assert caller.cancelled_caught
    assert await floor.states() == {name: "Accepted" if name in SELLS else "Intent" for name in await floor.orders()}
    await floor.round()
    assert (await floor.kept()).keys() == {*SELLS, "P1 NAB"}


async def test_who_could_not_send_takes_nothing_back_from_who_sent_the_same_orders_later(floors: Floors) -> None:
    slow, other = await floors.open(short_of_cash), await floors.open(short_of_cash)
    taken_over, let_go = anyio.Event(), anyio.Event()

    async def is_taken_over() -> None:
        later(slow.bench, seconds=21)
        work.start_soon(other.rounds, 2)
        await taken_over.wait()
        slow.line.down = True

    async def waits() -> None:
        taken_over.set()
        await let_go.wait()

    slow.line.meanwhile[BATCH], other.line.meanwhile[BATCH] = is_taken_over, waits
    with anyio.fail_after(20):
        async with anyio.create_task_group() as work:
            assert (await slow.round()).trouble
            assert (await slow.states())["P1 BHP"] == "Submitted"
            let_go.set()
    assert (await slow.states())["P1 BHP"] == "Accepted"
    assert received(await other.kept()) == {"P1 BHP": 1}


async def killed(floor: Floor) -> None:
    """Turns the kill switch, and doesn't wait for requests that are under way."""
    kill = Kill(floor.bench.records, clock=floor.bench.clock, under_way_seconds=0)
    await kill.turn(on=True, reason="fire", actor="jane")


def received(kept: dict[str, dict[str, Any]]) -> dict[str, int]:
    """How often the order system received each order."""
    return {name: trade["timesReceived"] for name, trade in kept.items()}
