"""Every fault does what the guide says, once for each order that it meets, and the file stays right."""

import json
from pathlib import Path

import pytest

from tests.server.paper_oms.paper import AAPL, Json, Paper, decision, order, paper_oms, told
from trimtab.adapters.oms.messages import BatchOrderCreationResult, ClientOrder
from trimtab.server.paper_oms.faults import FaultRule

IDS = ("tt-1", "tt-2")


async def statuses(paper: Paper) -> list[str]:
    """What is kept of the states of all trades."""
    return [each["status"] for each in await paper.kept()]


async def struck(paper: Paper) -> list[Json]:
    """Which faults struck each trade, and how often."""
    return [each["faults"] for each in await paper.kept()]


async def test_an_answer_that_is_lost_breaks_off_and_the_orders_are_made(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.fault("answer_lost", clientOrderId="tt-2")
        broken = await paper.post(order(*map(decision, IDS)))
        again = await paper.place(*map(decision, IDS))
        found = await struck(paper)
    assert broken.status_code == 200
    assert int(broken.headers["content-length"]) > len(broken.content) > 0
    with pytest.raises(json.JSONDecodeError):
        broken.json()
    assert len(again["createdTrades"]) == 2
    assert found == [{}, {"answer_lost": 1}]


@pytest.mark.parametrize(
    ("kind", "status", "kept"),
    [
        ("timeout_before", 504, []),
        ("error_before", 500, []),
        ("timeout_after", 504, ["Accepted"]),
        ("error_after", 500, ["Accepted"]),
    ],
)
async def test_a_request_fails_before_or_after_the_orders_are_made(
    tmp_path: Path, kind: str, status: int, kept: list[str]
) -> None:
    async with paper_oms(tmp_path, hang_seconds=0.01) as paper:
        await paper.fault(kind)
        failed = await paper.post(order(decision()))
        assert await statuses(paper) == kept
        assert (await paper.place(decision()))["success"] is True
        assert await struck(paper) == [{kind: 1}]
    assert (failed.status_code, set(failed.json())) == (status, {"error"})


async def test_a_request_that_is_delivered_twice_makes_orders_once_where_they_have_ids(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.fault("duplicate")
        result = await paper.place(decision())
        kept = await paper.kept()
    assert len(result["createdTrades"]) == 1
    assert [told(each, "tradeKey", "timesReceived") for each in kept] == [(result["createdTrades"][0]["tradeKey"], 2)]


async def test_without_ids_it_makes_them_twice_and_tells_of_the_second(tmp_path: Path) -> None:
    async with paper_oms(tmp_path, client_ids=False) as paper:
        await paper.fault("duplicate")
        result = await paper.place(decision())
        kept = await paper.kept()
    assert [each["timesReceived"] for each in kept] == [1, 1]
    assert result["createdTrades"][0]["tradeKey"] == kept[1]["tradeKey"]


async def test_a_trade_is_rejected_and_the_others_are_not(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.fault("reject", code="AAPL")
        result = await paper.place(decision("tt-1"), decision("tt-2", instrumentKey=AAPL))
        await paper.ticks(3)
        assert await statuses(paper) == ["Filled", "Rejected"]
    assert [told(each, "status", "statusReason") for each in result["createdTrades"]] == [
        ("Accepted", ""),
        ("Rejected", "The fault reject is switched on."),
    ]


async def test_a_portfolio_fails_once_and_nothing_of_it_is_made(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.fault("fail_portfolio", clientOrderId="tt-2")
        answer = await paper.post(order(*map(decision, IDS)), order(decision("tt-3"), portfolio="ACC2"))
        kept = await paper.kept()
        again = await paper.place(*map(decision, IDS))
    bad, good = answer.json()["results"]
    assert told(bad, "success", "createdTrades") == (False, [])
    assert "fail_portfolio" in bad["failureReason"]
    assert (good["success"], [each["clientOrderId"] for each in kept]) == (True, ["tt-3"])
    assert again["success"] is True


@pytest.mark.parametrize(
    ("kind", "state", "why"),
    [
        ("partial_then_cancel", "Cancelled", "The order system cancelled it after its first part."),
        ("expire", "Expired", "It expired after its first part."),
    ],
)
async def test_an_order_ends_by_itself_after_its_first_part(tmp_path: Path, kind: str, state: str, why: str) -> None:
    async with paper_oms(tmp_path, most_parts=1) as paper:
        await paper.fault(kind)
        await paper.place(decision("tt-1", units=300), decision("tt-2", units=10))
        before = await statuses(paper)
        await paper.ticks(5)
        large, of_one_lot = await paper.look(*IDS)
    assert before == ["Accepted", "Accepted"]
    assert told(large, "status", "statusReason") == (state, why)
    assert 0 < large["unitsFilled"] < 300
    assert told(of_one_lot, "status", "unitsFilled", "averageFillPrice") == (state, 0, 0)


@pytest.mark.parametrize(("units", "state", "why"), [(10, "Filled", ""), (300, "Cancelled", "Cancelled on request.")])
async def test_a_fill_comes_late_after_a_cancel(tmp_path: Path, units: int, state: str, why: str) -> None:
    async with paper_oms(tmp_path, most_parts=30) as paper:
        await paper.fault("late_fill")
        await paper.place(decision(units=units))
        cancelled = (await paper.cancel("tt-1")).json()
        await paper.ticks(50)
        late = await paper.one("tt-1")
        assert await struck(paper) == [{"late_fill": 1}]
    assert told(cancelled, "status", "unitsFilled") == ("Cancelled", 0)
    assert told(late, "status", "statusReason") == (state, why)
    assert 0 < late["unitsFilled"] <= units
    assert (late["unitsFilled"] == units) is (state == "Filled")


async def test_a_cancel_is_done_and_its_answer_lost(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.fault("cancel_lost")
        await paper.place(decision())
        broken = await paper.cancel("tt-1")
        assert int(broken.headers["content-length"]) > len(broken.content)
        assert await statuses(paper) == ["Cancelled"]
        assert (await paper.cancel("tt-1")).json()["status"] == "Cancelled"


async def test_a_cancel_is_refused_once(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.fault("cancel_refused")
        await paper.place(decision())
        refused = await paper.cancel("tt-1")
        assert await statuses(paper) == ["Accepted"]
        assert (await paper.cancel("tt-1")).json()["status"] == "Cancelled"
    assert (refused.status_code, "can't be cancelled" in refused.json()["error"]) == (409, True)


async def test_an_answer_has_the_wrong_shape_and_the_orders_are_made(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.fault("malformed")
        answer = await paper.post(order(decision()))
        assert await statuses(paper) == ["Accepted"]
    with pytest.raises(ValueError, match="results"):
        BatchOrderCreationResult.model_validate_json(answer.content)


async def test_one_order_of_a_look_has_the_wrong_shape(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.fault("malformed_look", clientOrderId="tt-1")
        key = (await paper.place(*map(decision, IDS)))["orderKey"]
        bad, good = await paper.look(*IDS)
        await paper.fault("malformed_look", clientOrderId="tt-2")
        progress = await paper.get(f"/batches/{key}/fulfilment")
    with pytest.raises(ValueError, match="tradeKey"):
        ClientOrder.model_validate(bad)
    assert ClientOrder.model_validate(good).client_order_id == "tt-2"
    assert [each["tradeKey"] is None for each in progress["trades"]] == [False, True]


@pytest.mark.parametrize("kind", ["foreign", "twin"])
async def test_an_answer_holds_a_trade_too_many_once(tmp_path: Path, kind: str) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.fault(kind, clientOrderId="tt-1", times=2)
        created = (await paper.place(*map(decision, IDS)))["createdTrades"]
        looked, later = [await paper.look(*IDS) for _ in range(2)]
        assert len(await paper.kept()) == 2
    assert (len(created), len(looked), len(later)) == (3, 3, 2)
    for answer in (created, looked):
        mine, _, extra = answer
        assert (extra["clientOrderId"] == "tt-1") is (kind == "twin")
        assert extra["clientOrderId"] != "tt-2"
        assert extra["tradeKey"] != mine["tradeKey"]


async def test_more_is_reported_than_was_ordered(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.fault("overfill")
        await paper.place(decision())
        wrong, right = [await paper.one("tt-1") for _ in range(2)]
    assert told(wrong, "status", "units", "unitsFilled") == ("Filled", 30, 60)
    assert told(right, "status", "unitsFilled") == ("Accepted", 0)


async def test_a_later_report_takes_back_what_was_filled(tmp_path: Path) -> None:
    async with paper_oms(tmp_path, most_parts=1) as paper:
        await paper.fault("mind_change")
        await paper.place(decision())
        await paper.one("tt-1")
        await paper.ticks()
        reports = [await paper.one("tt-1") for _ in range(3)]
        assert await struck(paper) == [{"mind_change": 1}]
    assert [told(each, "status", "unitsFilled") for each in reports] == [
        ("Filled", 30),
        ("Accepted", 0),
        ("Filled", 30),
    ]


async def test_a_later_report_has_another_order_key(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.fault("key_change", times=2)
        key = (await paper.place(decision()))["orderKey"]
        wrong = await paper.one("tt-1")
        progress, right = [await paper.get(f"/batches/{key}/fulfilment") for _ in range(2)]
    assert wrong["orderKey"] == progress["orderKey"] != key
    assert right["orderKey"] == key
    assert "orderKey" not in progress["trades"][0]


async def test_a_share_of_the_orders_is_struck_and_the_same_in_every_process(tmp_path: Path) -> None:
    ids = [f"tt-{number}" for number in range(100)]
    rejected = []
    for name in ("one", "two"):
        async with paper_oms(tmp_path / name, faults=(FaultRule(kind="reject", share=0.2),)) as paper:
            await paper.place(*map(decision, ids))
            rejected.append([each["clientOrderId"] for each in await paper.kept() if each["status"] == "Rejected"])
    assert 8 < len(rejected[0]) < 35
    assert rejected[0] == rejected[1]


async def test_faults_and_how_often_they_struck_are_kept_over_a_restart(tmp_path: Path) -> None:
    rule = FaultRule(kind="error_after", client_order_id="tt-1")
    answers: list[int] = []
    for _ in range(2):
        async with paper_oms(tmp_path, faults=(rule,)) as paper:
            if not answers:
                await paper.fault("error_before", clientOrderId="tt-2", times=2)
            answers += [(await paper.post(order(decision(each)))).status_code for each in IDS]
    async with paper_oms(tmp_path) as paper:
        listed = (await paper.client.get("/paper/faults")).json()["faults"]
        answers += [(await paper.post(order(decision(each)))).status_code for each in IDS]
    assert answers == [500, 500, 200, 500, 200, 200]
    assert [told(each, "kind", "clientOrderId", "times") for each in listed] == [("error_before", "tt-2", 2)]


async def test_faults_are_switched_off_but_for_those_it_was_started_with(tmp_path: Path) -> None:
    started = FaultRule(kind="reject", code="RIO")
    async with paper_oms(tmp_path, faults=(started,)) as paper:
        await paper.fault("error_before")
        left = (await paper.client.delete("/paper/faults")).json()["faults"]
        assert (await paper.post(order(decision()))).status_code == 200
        await paper.fault("error_before")
        assert (await paper.post(order(decision("tt-2")))).status_code == 500
    assert [FaultRule.model_validate(each) for each in left] == [started]


async def test_a_fault_that_is_switched_on_again_strikes_again(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        answers = []
        for _ in range(2):
            await paper.fault("error_before")
            answers += [(await paper.post(order(decision()))).status_code for _ in range(2)]
    assert answers == [500, 200, 500, 200]


async def test_an_order_that_was_made_is_past_what_strikes_as_it_is_made(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as paper:
        await paper.place(decision())
        await paper.fault("reject")
        await paper.fault("fail_portfolio")
        result = await paper.place(decision())
        assert await struck(paper) == [{}]
    assert [each["status"] for each in result["createdTrades"]] == ["Accepted"]
