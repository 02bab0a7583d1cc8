"""The client and the paper order system speak the same language, whatever goes wrong there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.adapters.oms.sample_orders import an_order, rules
from tests.server.paper_oms.paper import AAPL, BHP, Paper, settings_in
from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.domain.errors import Blocked
from trimtab.server.paper_oms.app import paper_oms_app
from trimtab.workflow.ports.order_system import CANCEL_REFUSED, NoAnswer, OmsAnswer, Placing, TurnedDown

BUY = an_order(1, instrument_key=BHP, quantity=Decimal(30), limit_price=Decimal(50))
SELL = an_order(2, instrument_key=AAPL, side="sell", quantity=Decimal(7), limit_price=Decimal(100))
OTHER = an_order(3, instrument_key=BHP, account_number="ACC100002", quantity=Decimal(10), limit_price=Decimal(50))


@asynccontextmanager
async def on_paper(folder: Path, **given: Any) -> AsyncIterator[tuple[HttpOrderSystem, Paper]]:
    """The client of a paper order system in this process, and what moves its market."""
    app = paper_oms_app(settings_in(folder, **given))
    transport = httpx2.ASGITransport(app)
    system = HttpOrderSystem(name="paper", transport=transport)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://paper") as control,
    ):
        yield system, Paper(control)
        await system.close()


def states(answer: OmsAnswer) -> dict[str, str]:
    return {report.client_order_id: report.state for report in answer.reports}


def with_keys(orders: list[Placing], answer: OmsAnswer) -> list[Placing]:
    keys = {report.client_order_id: (report.order_key, report.trade_key) for report in answer.reports}
    return [
        replace(order, order_key=keys[order.client_order_id][0], trade_key=keys[order.client_order_id][1])
        for order in orders
    ]


@pytest.mark.parametrize("client_ids", [True, False], ids=["with our ids", "without them"])
async def test_orders_are_accepted_filled_and_told_whether_or_not_our_ids_are_kept(tmp_path, client_ids):
    async with on_paper(tmp_path, client_ids=client_ids) as (system, paper):
        placed = await system.place([BUY, SELL, OTHER])
        assert set(states(placed).values()) == {"Accepted"}
        known = with_keys([BUY, SELL, OTHER], placed)
        assert states(await system.look(known)) == states(placed)
        await paper.ticks(50)
        told = await system.look(known)
    assert (told.strays, told.absent) == ((), frozenset())
    assert set(states(told).values()) == {"Filled"}
    assert {report.filled_quantity for report in told.reports} == {30, 7, 10}
    assert all(report.average_price > 0 for report in told.reports)


async def test_what_it_is_decides_which_orders_may_go_there(tmp_path):
    async with on_paper(tmp_path) as (system, _):
        await system.require("simulated")
        with pytest.raises(Blocked, match="paper"):
            await system.require("live")
    async with on_paper(tmp_path, says_paper=False) as (system, _):
        await system.require("live")
        with pytest.raises(Blocked, match="paper"):
            await system.require("simulated")


async def test_a_second_delivery_makes_no_second_trade(tmp_path):
    async with on_paper(tmp_path) as (system, paper):
        first, second = await system.place([BUY]), await system.place([BUY])
        assert len(await paper.kept()) == 1
    assert first == second


@pytest.mark.parametrize("fault", ["answer_lost", "timeout_after", "error_after", "malformed"])
async def test_what_was_taken_without_an_answer_is_told_when_asked(tmp_path, fault):
    async with on_paper(tmp_path, hang_seconds=0.05) as (system, paper):
        await paper.fault(fault)
        assert await placed_or_nothing(system) == {}
        told = await system.look([BUY, SELL])
    assert set(states(told).values()) == {"Accepted"}
    assert len(told.reports) == 2


@pytest.mark.parametrize("fault", ["timeout_before", "error_before"])
async def test_what_never_arrived_is_absent_when_asked_about(tmp_path, fault):
    async with on_paper(tmp_path, hang_seconds=0.05) as (system, paper):
        await paper.fault(fault)
        assert await placed_or_nothing(system) == {}
        told = await system.look([BUY, SELL])
    assert told == OmsAnswer(absent=frozenset({BUY.client_order_id, SELL.client_order_id}))


async def placed_or_nothing(system: HttpOrderSystem) -> dict[str, str]:
    """What is said of two new orders, nothing where there is no answer."""
    try:
        return states(await system.place([BUY, SELL]))
    except NoAnswer:
        return {}


@pytest.mark.parametrize("fault", ["answer_lost", "error_after"])
async def test_without_our_ids_what_was_taken_without_an_answer_is_found_by_its_terms(tmp_path, fault):
    async with on_paper(tmp_path, client_ids=False) as (system, paper):
        await paper.fault(fault)
        with pytest.raises(NoAnswer):
            await system.place([BUY, SELL])
        told = await system.look([BUY, SELL, OTHER])
        assert states(told) == {BUY.client_order_id: "Accepted", SELL.client_order_id: "Accepted"}
        assert (told.strays, told.absent) == ((), frozenset())
        with pytest.raises(TurnedDown):
            await system.cancel(BUY)


async def test_a_request_that_was_processed_twice_stays_open_without_our_ids(tmp_path):
    async with on_paper(tmp_path, client_ids=False) as (system, paper):
        await paper.fault("duplicate")
        await system.place([BUY])
        assert len(await paper.kept()) == 2
        told = await system.look([BUY])
    assert (told.reports, rules(told.strays)) == ((), ["oms_ambiguous"])


async def test_one_portfolio_that_fails_and_one_trade_that_is_rejected_end_no_other_order(tmp_path):
    async with on_paper(tmp_path) as (system, paper):
        await paper.fault("fail_portfolio", clientOrderId=OTHER.client_order_id)
        await paper.fault("reject", clientOrderId=SELL.client_order_id)
        placed = await system.place([BUY, SELL, OTHER])
    assert states(placed) == {
        BUY.client_order_id: "Accepted",
        SELL.client_order_id: "Rejected",
        OTHER.client_order_id: "Rejected",
    }
    assert all(report.why for report in placed.reports if report.state == "Rejected")


@pytest.mark.parametrize(
    ("fault", "rule", "reported"),
    [
        ("twin", "oms_duplicate_order", 0),
        ("key_change", "oms_order_key_changed", 0),
        ("malformed_look", "oms_wrong_shape", 0),
        ("foreign", "oms_foreign_order", 1),
    ],
)
async def test_an_answer_that_cannot_be_right_is_set_aside_and_concludes_nothing(tmp_path, fault, rule, reported):
    async with on_paper(tmp_path) as (system, paper):
        (known,) = with_keys([BUY], await system.place([BUY]))
        await system.look([known])
        await paper.fault(fault)
        told = await system.look([known])
        again = await system.look([known])
    assert (len(told.reports), rules(told.strays), told.absent) == (reported, [rule], frozenset())
    assert (len(again.reports), again.strays) == (1, ())


async def test_an_open_order_is_cancelled_and_keeps_what_is_filled(tmp_path):
    async with on_paper(tmp_path) as (system, _):
        await system.place([BUY])
        told = await system.cancel(BUY)
        unknown = await system.cancel(SELL)
    assert states(told) == {BUY.client_order_id: "Cancelled"}
    assert unknown == OmsAnswer(absent=frozenset({SELL.client_order_id}))


async def test_a_cancel_that_is_refused_or_lost_leaves_what_became_of_it_to_the_next_question(tmp_path):
    async with on_paper(tmp_path) as (system, paper):
        await system.place([BUY])
        await paper.fault("cancel_refused")
        await paper.fault("cancel_lost")
        assert [each.rule for each in (await system.cancel(BUY)).strays] == [CANCEL_REFUSED]
        with pytest.raises(NoAnswer):
            await system.cancel(BUY)
        assert states(await system.look([BUY])) == {BUY.client_order_id: "Cancelled"}
