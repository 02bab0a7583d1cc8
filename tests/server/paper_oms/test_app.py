"""The order system as its clients see it: orders are made once, filled by the market, looked at and cancelled."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from tests.clock import FixedClock
from tests.server.paper_oms.paper import AAPL, BASE, BHP, LISTED, Json, Paper, decision, order, paper_oms, told
from trimtab.adapters.oms.messages import (
    MOST_ASKED,
    BatchOrderCreationResult,
    ClientOrderList,
    OrderBatch,
    OrderBatchList,
    OrderFulfilmentStatus,
    PaperStatement,
)
from trimtab.server.version import VERSION

ORDERS = f"{BASE}/orders"


async def test_new_orders_have_keys_and_are_told_portfolio_by_portfolio(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        answer = await paper.post(
            order(decision("tt-1"), decision("tt-2", side="Sell", instrumentKey=AAPL)),
            order(decision("tt-3"), portfolio="ACC2"),
        )
    first, second = BatchOrderCreationResult.model_validate_json(answer.content).results
    assert [(each.portfolio_id, each.success) for each in (first, second)] == [("ACC1", True), ("ACC2", True)]
    buy, sell = first.created_trades
    assert (buy.client_order_id, buy.symbol, buy.exchange) == ("tt-1", "BHP", "ASX")
    assert (buy.units, buy.trade_value, buy.was_held, buy.status) == (Decimal(30), Decimal("1215.0"), False, "Accepted")
    assert (sell.symbol, sell.trade_side, sell.was_held) == ("AAPL", "Sell", True)
    keys = [first.order_key, second.order_key, buy.trade_key, sell.trade_key, second.created_trades[0].trade_key]
    assert len({UUID(key) for key in keys}) == 5


async def test_one_portfolio_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        answer = await paper.post(order(decision("tt-1", units=0)), order(decision("tt-2"), portfolio="ACC2"))
        kept = await paper.kept()
    bad, good = answer.json()["results"]
    assert told(bad, "success", "orderKey", "createdTrades") == (False, "", [])
    assert "expectedQuantity" in bad["failureReason"]
    assert told(good, "success", "failureReason") == (True, None)
    assert [each["clientOrderId"] for each in kept] == ["tt-2"]


async def test_a_buy_of_no_whole_lots_is_rejected_and_a_sell_is_not(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        result = await paper.place(decision("tt-1", units=25), decision("tt-2", units="25.5", side="Sell"))
        await paper.ticks(3)
        buy, sell = await paper.look("tt-1", "tt-2")
    assert [each["status"] for each in result["createdTrades"]] == ["Rejected", "Accepted"]
    assert result["createdTrades"][0]["statusReason"] == "25 units are no whole number of lots of 10."
    assert told(buy, "status", "unitsFilled") == ("Rejected", 0)
    assert told(sell, "status", "unitsFilled") == ("Filled", 25.5)


async def test_an_order_that_is_delivered_twice_is_made_once(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        first = await paper.place(decision("tt-1"), decision("tt-2"))
        again = await paper.place(decision("tt-1"), decision("tt-2"))
        kept = await paper.kept()
    assert first == again
    assert [each["timesReceived"] for each in kept] == [2, 2]


async def test_what_is_known_and_what_is_new_are_told_order_by_order(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        first = await paper.place(decision("tt-1"))
        answer = await paper.post(order(decision("tt-2"), decision("tt-1"), portfolio="ACC2"))
        new, known = answer.json()["results"]
        found = await paper.look("tt-1", "tt-2")
    assert known == first
    assert told(new, "portfolioId", "success") == ("ACC2", True)
    assert {each["clientOrderId"]: each["orderKey"] for each in found} == {
        "tt-1": first["orderKey"],
        "tt-2": new["orderKey"],
    }


async def test_an_id_that_is_twice_in_a_request_is_one_order(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        result = await paper.place(decision("tt-1"), decision("tt-1", units=50))
        kept = await paper.kept()
    assert len({each["tradeKey"] for each in result["createdTrades"]}) == 1
    assert [told(each, "units", "timesReceived") for each in kept] == [(30, 2)]


async def test_an_order_is_filled_part_by_part_and_never_beyond_the_whole(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.place(*(decision(f"tt-{number}", units=300) for number in range(20)))
        seen: list[Counter[str]] = []
        for _ in range(4):
            found = await paper.look(*(f"tt-{number}" for number in range(20)))
            assert all(each["unitsFilled"] <= 300 and each["unitsFilled"] % 10 == 0 for each in found)
            assert all((each["status"] == "Filled") is (each["unitsFilled"] == 300) for each in found)
            assert all(each["fillPercentage"] == each["unitsFilled"] / 3 for each in found)
            seen.append(Counter(each["status"] for each in found))
            await paper.ticks()
    assert seen[0] == {"Accepted": 20}
    assert set(seen[1]) == {"Filled", "PartiallyFilled"}
    assert seen[3] == {"Filled": 20}


async def test_many_orders_are_made_and_filled_at_once(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        answer = await paper.post(*(order(decision(f"tt-{n}"), portfolio=f"ACC{n}") for n in range(1_000)))
        await paper.ticks(3)
        kept = await paper.kept()
    assert all(each["success"] for each in answer.json()["results"])
    assert [each["status"] for each in kept] == ["Filled"] * 1_000
    assert len({each["orderKey"] for each in kept}) == 1_000


async def test_the_average_price_is_exact_and_within_1_percent_of_the_books(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        created = await paper.place(*(decision(f"tt-{number}", units=70) for number in range(20)))
        await paper.ticks(3)
        found = ClientOrderList.model_validate_json(
            (await paper.client.get(ORDERS, params={"client_order_id": [f"tt-{n}" for n in range(20)]})).content
        ).orders
        progress = await paper.get(f"/batches/{created['orderKey']}/fulfilment")
    assert all(Decimal("40.095") <= each.average_fill_price <= Decimal("40.905") for each in found)
    assert any(each.average_fill_price != round(each.average_fill_price, 8) for each in found)
    value = OrderFulfilmentStatus.model_validate(progress).total_buy_value_filled
    assert round(sum(each.average_fill_price * 70 for each in found), 20) == value


@pytest.mark.parametrize(("side", "limit"), [("Buy", "40.4"), ("Sell", "40.6")])
async def test_a_part_waits_for_a_price_within_the_limit(tmp_path: Path, side: str, limit: str) -> None:
    async with paper_oms(tmp_path, seed=1) as paper:
        await paper.place(decision("tt-1", side=side, limitPrice=limit))
        await paper.ticks(3)
        early = await paper.one("tt-1")
        await paper.ticks(20_000)
        late = await paper.one("tt-1")
    assert told(early, "status", "unitsFilled", "averageFillPrice") == ("Accepted", 0, 0)
    assert late["status"] == "Filled"
    price, worst = Decimal(str(late["averageFillPrice"])), Decimal(limit)
    assert price <= worst if side == "Buy" else price >= worst


async def test_a_limit_beyond_the_market_is_never_met(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.place(decision("tt-1", limitPrice=40))
        await paper.ticks(100_000)
        assert (await paper.one("tt-1"))["status"] == "Accepted"


async def filled_with(folder: Path, *, ticks: list[int]) -> list[Json]:
    async with paper_oms(folder, seed=3) as paper:
        await paper.place(*(decision(f"tt-{number}", units=100, limitPrice="40.5") for number in range(9)))
        for count in ticks:
            await paper.ticks(count)
        return await paper.kept()


async def test_prices_do_not_depend_on_how_often_somebody_looks(tmp_path: Path) -> None:
    often = await filled_with(tmp_path / "often", ticks=[1] * 60)
    once = await filled_with(tmp_path / "once", ticks=[60])
    assert often == once
    assert {each["status"] for each in once} != {"Accepted"}


async def test_the_market_follows_the_clock(tmp_path: Path) -> None:
    clock = FixedClock()
    async with paper_oms(tmp_path, clock=clock, tick_seconds=2.0, most_parts=1) as paper:
        await paper.place(decision("tt-1"))
        clock.advance(timedelta(seconds=1.5))
        before = await paper.one("tt-1")
        clock.advance(timedelta(seconds=0.5))
        after = await paper.one("tt-1")
    assert [before["status"], after["status"]] == ["Accepted", "Filled"]


async def test_what_is_kept_is_shown_as_it_was_last_told(tmp_path: Path) -> None:
    clock = FixedClock()
    async with paper_oms(tmp_path, clock=clock) as paper:
        await paper.place(decision("tt-1"))
        clock.advance(timedelta(seconds=60))
        before = await paper.kept()
        told_by_look = await paper.one("tt-1")
        after = await paper.kept()
    assert [each["status"] for each in (*before, told_by_look, *after)] == ["Accepted", "Filled", "Filled"]


async def test_without_a_pace_every_look_is_a_tick_and_nothing_else_is(tmp_path: Path) -> None:
    async with paper_oms(tmp_path, tick_seconds=0) as paper:
        key = (await paper.place(decision("tt-1")))["orderKey"]
        await paper.cancel("tt-1")
        await paper.kept()
        assert await paper.ticks(1) == 1
        for path in ("/batches?state=pending", f"/batches/{key}", f"/batches/{key}/fulfilment"):
            await paper.get(path)
        await paper.look("tt-1")
        assert await paper.ticks(1) == 6


async def test_orders_are_grouped_by_how_far_they_are(tmp_path: Path) -> None:
    async with paper_oms(tmp_path, most_parts=1) as paper:
        sell = decision("tt-0", side="Sell", units=10)
        key = (await paper.place(decision("tt-1"), decision("tt-2", limitPrice=40), sell))["orderKey"]
        other = (await paper.place(decision("tt-3", units=25), portfolio="ACC2"))["orderKey"]
        before = [await paper.get(f"/batches?state={state}") for state in ("pending", "executing")]
        batch = await paper.get(f"/batches/{key}")
        await paper.ticks()
        after = [await paper.get(f"/batches?state={state}") for state in ("pending", "executing")]
        progress = OrderFulfilmentStatus.model_validate(await paper.get(f"/batches/{key}/fulfilment"))
        ended = await paper.get(f"/batches/{other}")
    [summary] = OrderBatchList.model_validate(before[0]).batches
    assert (summary.order_key, summary.portfolio_id, summary.trade_count) == (key, "ACC1", 3)
    assert [len(each["batches"]) for each in (*before, *after)] == [1, 0, 0, 1]
    assert OrderBatch.model_validate(batch).status == "pending"
    assert [told(each, "units", "unitPrice") for each in batch["trades"]] == [(30, 40.5), (30, 40.5), (10, 40.5)]
    assert (progress.trades_filled, progress.trades_partially_filled, progress.trades_pending) == (2, 0, 1)
    assert progress.total_buy_value_filled == progress.trades[0].average_fill_price * 30
    assert progress.total_sell_value_filled == progress.trades[2].average_fill_price * 10
    assert ended["status"] == "completed"


async def test_a_cancelled_order_keeps_what_was_filled_and_gets_no_more(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.place(*(decision(f"tt-{number}", units=300) for number in range(9)))
        await paper.ticks()
        cancelled = [(await paper.cancel(f"tt-{number}")).json() for number in range(9)]
        await paper.ticks(5)
        later = await paper.look(*(f"tt-{number}" for number in range(9)))
    assert later == cancelled
    assert {each["status"] for each in cancelled} == {"Filled", "Cancelled"}
    assert all(0 < each["unitsFilled"] < 300 for each in cancelled if each["status"] == "Cancelled")


async def test_cancelling_again_and_what_has_ended_changes_nothing(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.place(decision("tt-1"), decision("tt-2", units=25))
        first, second = [(await paper.cancel("tt-1")).json() for _ in range(2)]
        rejected = (await paper.cancel("tt-2")).json()
    assert first == second
    assert told(first, "status", "statusReason") == ("Cancelled", "Cancelled on request.")
    assert rejected["status"] == "Rejected"


async def test_ids_that_are_not_known_are_left_out(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.place(decision("tt-1"))
        assert [each["clientOrderId"] for each in await paper.look("tt-0", "tt-1", "tt-1", "tt-2")] == ["tt-1"]


async def said(paper: Paper, method: str, path: str, *, content: str | None = None) -> tuple[int, str]:
    answer = await paper.client.request(method, path, content=content)
    return answer.status_code, str(answer.json()["error"])


async def test_a_wrong_request_is_told_what_is_allowed(tmp_path: Path) -> None:
    too_many = "&".join(["client_order_id=x"] * (MOST_ASKED + 1))
    async with paper_oms(tmp_path) as paper:
        answers = [
            await said(paper, "POST", f"{ORDERS}/batch", content="[]"),
            await said(paper, "GET", f"{BASE}/batches?state=done"),
            await said(paper, "GET", f"{BASE}/batches"),
            await said(paper, "GET", ORDERS),
            await said(paper, "GET", f"{ORDERS}?{too_many}"),
            await said(paper, "POST", "/paper/ticks", content='{"count": 0}'),
            await said(paper, "POST", "/paper/faults", content='{"kind": "reject", "clientOrderID": "tt-1"}'),
            await said(paper, "POST", "/paper/faults", content="{"),
        ]
    assert [status for status, _ in answers] == [422] * len(answers)
    words = ["an object", "pending or executing", "pending or executing", "1 to 200", "not 201", "count", "Unknown", ""]
    assert all(word in error for word, (_, error) in zip(words, answers, strict=True)), answers


async def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        answers = [
            await said(paper, "GET", f"{BASE}/batches/none"),
            await said(paper, "GET", f"{BASE}/batches/none/fulfilment"),
            await said(paper, "POST", f"{ORDERS}/none/cancel"),
            await said(paper, "GET", "/"),
        ]
        method = await paper.client.get(f"{ORDERS}/batch")
    assert [status for status, _ in answers] == [404] * 4
    assert "orders are below /api/rebalancing" in answers[3][1]
    assert (method.status_code, method.headers["allow"]) == (405, "POST")


async def test_a_body_that_no_request_needs_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trimtab.server.paper_oms.bodies.MOST_BYTES", 100)
    async with paper_oms(tmp_path) as paper:
        answer = await paper.post(order(decision()))
    assert (answer.status_code, answer.json()["error"][:23]) == (413, "The body is larger than")


async def test_it_says_that_it_is_paper_unless_it_is_a_drill(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        open_answer = await paper.client.get("/paper")
    async with paper_oms(tmp_path, says_paper=False) as paper:
        drill = await paper.client.get("/paper")
        assert await paper.ticks() == 1
    assert PaperStatement.model_validate_json(open_answer.content).version == VERSION
    assert drill.status_code == 404


async def test_without_extensions_it_says_and_hears_nothing_of_them(tmp_path: Path) -> None:
    async with paper_oms(tmp_path, client_ids=False, most_parts=1) as paper:
        result = await paper.place(decision("tt-1", limitPrice=40), decision("tt-2", units=25))
        await paper.place(decision("tt-1", limitPrice=40))
        key = result["orderKey"]
        texts = [result, await paper.get(f"/batches/{key}"), await paper.get("/batches?state=pending")]
        waiting = await paper.get(f"/batches/{key}/fulfilment")
        await paper.ticks()
        progress = await paper.get(f"/batches/{key}/fulfilment")
        gone = [await paper.client.get(ORDERS), await paper.cancel("tt-1")]
        kept = await paper.kept()
    assert not any(name in json.dumps([*texts, progress]) for name in ("clientOrderId", "statusReason", "limitPrice"))
    assert "status" not in result["createdTrades"][0]
    assert [each["status"] for each in waiting["trades"]] == ["Pending", "Rejected"]
    assert [each["status"] for each in progress["trades"]] == ["Filled", "Rejected"]
    assert [each.status_code for each in gone] == [404, 404]
    assert [told(each, "clientOrderId", "limitPrice", "timesReceived") for each in kept] == [(None, None, 1)] * 3


async def test_a_file_has_the_same_keys_and_fills_for_the_same_seed(tmp_path: Path) -> None:
    kept = []
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        async with paper_oms(tmp_path / name, seed=seed) as paper:
            await paper.place(*(decision(f"tt-{number}", units=300) for number in range(5)))
            await paper.ticks(2)
            kept.append(await paper.kept())
    assert kept[0] == kept[1]
    assert kept[0] != kept[2]
    assert not {each["tradeKey"] for each in kept[0]} & {each["tradeKey"] for each in kept[2]}


async def test_an_orders_parts_depend_on_its_id_and_not_on_what_came_before_it(tmp_path: Path) -> None:
    ids = [f"tt-{number}" for number in range(8)]
    filled = []
    for name, placed in (("one", ids), ("two", ids[::-1])):
        async with paper_oms(tmp_path / name) as paper:
            await paper.place(*(decision(each, units=300) for each in placed))
            await paper.ticks()
            filled.append({each["clientOrderId"]: each["unitsFilled"] for each in await paper.kept()})
    assert filled[0] == filled[1]
    assert len(set(filled[0].values())) > 2


async def test_everything_is_in_the_file(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        result = await paper.place(decision("tt-1", units=300), decision("tt-2", limitPrice=40))
        await paper.ticks()
        before = await paper.look("tt-1", "tt-2")
    async with paper_oms(tmp_path) as paper:
        assert await paper.look("tt-1", "tt-2") == before
        assert await paper.place(decision("tt-2")) | {"createdTrades": []} == result | {"createdTrades": []}


async def test_an_instrument_that_left_the_book_waits(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.place(decision("tt-1", instrumentKey=AAPL), decision("tt-2"))
    async with paper_oms(tmp_path, listed={BHP: LISTED[BHP]}) as paper:
        await paper.ticks(3)
        assert [each["status"] for each in await paper.look("tt-1", "tt-2")] == ["Accepted", "Filled"]


async def test_a_file_that_is_locked_is_unavailable(tmp_path: Path) -> None:
    async with paper_oms(tmp_path, busy_seconds=0.05) as paper:
        with closing(sqlite3.connect(tmp_path / "paper.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = await paper.post(order(decision()))
        assert (answer.status_code, "SQLITE_BUSY" in answer.json()["error"]) == (503, True)
        assert (await paper.place(decision()))["success"] is True
