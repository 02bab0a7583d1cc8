"""Whole sessions, driven as an assistant drives them."""

from typing import Any

import pytest

from tests.workflow.desks import DEMO, JANE, MakeBench, recommend
from tests.workflow.scripted_analyst import ScriptedAnalyst
from tests.workflow.small_books import short_of_cash, two_portfolios, with_an_unknown_model
from trimtab.domain.errors import InvalidInput, NotFound, WrongPhase
from trimtab.workflow.log import verify
from trimtab.workflow.ports import requests as ask


async def test_an_ai_plan_session_goes_from_sells_to_review(bench_over: MakeBench) -> None:
    # P1 CBA 4,000 near an ex-date: half ends the breach. P2 CBA 6,000: 4,000 end it, 66.7 %, so 70 %.
    bench = bench_over(two_portfolios())
    await bench.open()
    analysis = await bench.analyze()
    assert (analysis.applied, analysis.degraded, analysis.removed) == (True, (), {})
    assert await bench.amounts() == {("P1", "BHP"): -5_000, ("P1", "CBA"): -2_000, ("P2", "CBA"): -4_200}

    buys = await bench.advance()
    assert (buys.phase, buys.approved, buys.held, buys.blocking) == ("Buys", 3, 0, ())
    assert buys.actuals.totals.model_dump() == {
        "sell_value": 11_200,
        "buy_value": 17_000,
        "net_cash_flow": -5_800,
        "trade_count": 6,
    }

    review = await bench.advance()
    assert (review.phase, review.version, review.approved) == ("Review", 4, 3)
    assert {row["status"] for row in await bench.rows("plan")} == {"Approved"}


async def test_advancing_an_ai_plan_analyses_first_where_nobody_has(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.advance()
    assert (await bench.trade("P1", "CBA"))["amount"] == -2_000
    assert (await bench.trade("P1", "CBA"))["source"] == "rules"


async def test_an_assistant_can_be_the_analyst(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.apply(recommend("CBA", "defer", reason="Wait for the dividend"))
    await bench.advance()
    # P2 has 6,000 for 7,000: a seventh waits, 15 % in whole percents.
    assert await bench.amounts() == {
        ("P1", "BHP"): -5_000,
        ("P1", "NAB"): 5_000,
        ("P1", "WBC"): 5_000,
        ("P2", "NAB"): 5_950,
    }
    assert {row["source"] for row in await bench.rows("plan") if row["code"] == "CBA"} == {"assistant"}
    assert (await bench.trade("P2", "NAB"))["deferred_reason"] == "Cash is short: a part waits."


@pytest.mark.parametrize(
    ("after", "asked"),
    [
        ({}, []),
        ({"votes": 2}, ["portfolios", "portfolios", "synthesis"]),
        ({"model": "other-model"}, ["portfolios", "momentum", "synthesis"]),
        ({"name": "other"}, ["portfolios", "momentum", "synthesis"]),
    ],
)
async def test_an_analysis_stands_for_the_same_analyst_and_model_asked_as_often(
    bench_over: MakeBench, after: dict[str, Any], asked: list[str]
) -> None:
    first = bench_over(two_portfolios(), analyst=ScriptedAnalyst(model="some-model"))
    await first.open()
    await first.analyze()
    votes = after.pop("votes", 1)
    analyst = ScriptedAnalyst(**{"model": "some-model", **after})
    later = bench_over(two_portfolios(), analyst=analyst, votes=votes)
    later.session_id = first.session_id
    await later.analyze()
    assert sorted(analyst.asked) == sorted(asked)


async def test_votes_are_for_sells_so_that_an_analysis_of_buys_stands_whatever_they_are(bench_over: MakeBench) -> None:
    analyst = ScriptedAnalyst(model="some-model")
    bench = bench_over(short_of_cash(), analyst=analyst, votes=3)
    await bench.open()
    await bench.advance()
    analyst.asked.clear()
    first = await bench.analyze()
    assert (analyst.asked, await bench.analyze()) == ([], first)


async def test_quick_rebalance_trades_all_that_is_triggered_and_cuts_by_tiers(bench_over: MakeBench) -> None:
    # 6,000 for 14,000. WBC and NAB have 72 % of their targets: tier 2, half of each may go: 7,000 are left of the 8,000
    # to save, and the caps aren't enough. The last 1,000 pro rata: 3,000 each.
    bench = bench_over(short_of_cash())
    await bench.open("QuickRebalance")
    advanced = await bench.advance()
    assert await bench.amounts() == {("P1", "BHP"): -5_000, ("P1", "NAB"): 3_000, ("P1", "WBC"): 3_000}
    assert advanced.buy_reduction_summary is not None
    assert advanced.buy_reduction_summary.model_dump() == {
        "total_original_buys": 14_000,
        "total_reduced_buys": 6_000,
        "cash_preserved": 8_000,
        "overall_reduction_percent": 57.14,
        "strategy": "Tiered - completes positions nearest their target first; the caps were not enough in 1 portfolio",
    }
    with pytest.raises(WrongPhase) as refused:
        await bench.analyze()
    assert refused.value.field == "workflow_mode"


async def test_a_phase_after_buys_takes_no_decisions(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("QuickRebalance")
    await bench.advance()
    await bench.advance()
    for call in (bench.apply(recommend("BHP", "proceed")), bench.analyze(), bench.update(workflow_mode="Manual")):
        with pytest.raises(WrongPhase, match="Review") as refused:
            await call
        assert "to='Buys'" in refused.value.next_action


async def test_the_demo_book_makes_the_same_plan_twice(bench_over: MakeBench) -> None:
    digests = []
    for _ in range(2):
        bench = bench_over(DEMO)
        await bench.open()
        await bench.advance()
        await bench.advance()
        digests.append((await bench.page("plan")).plan_digest)
    assert digests[0] is not None
    assert digests[0] == digests[1]


async def test_every_change_is_in_the_log_and_the_chain_holds(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.analyze()
    await bench.apply(recommend("BHP", "proceed"))
    await bench.update(instrument_rules=[ask.InstrumentRule(code="WBC", rule="do_not_buy", reason="Under research")])
    await bench.advance()
    rows = await bench.rows("log")
    assert [(row["seq"], row["action"]) for row in rows] == [
        (1, "open_session"),
        (2, "analyze_trades"),
        (3, "apply_recommendations"),
        (4, "update_session"),
        (5, "advance_phase"),
    ]
    assert {row["actor"] for row in rows} == {"jane's assistant"}
    entries = await bench.store.log(bench.session_id, "jane")
    stored = await bench.store.read(bench.session_id, "jane")
    assert verify(bench.session_id, entries, head=stored.log_head) is None


async def test_status_says_what_the_server_works_on(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    status = await bench.desk.status(JANE)
    assert (status.server_version, status.analyst, status.execution_mode) == ("1.2.3", "rules", "simulated")
    assert status.book.model_dump(include={"portfolios", "instruments", "models"}) == {
        "portfolios": 2,
        "instruments": 5,
        "models": 1,
    }
    assert (status.open_sessions, status.thresholds["min_trade_value"]) == (1, 500)


async def test_a_session_can_be_over_some_portfolios(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    opened = await bench.open(portfolios=["P2"], models=["Core"])
    assert (opened.portfolios, opened.totals.sells.value) == (1, 6_000)


async def test_opening_names_every_filter_that_is_wrong(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    with pytest.raises(InvalidInput) as refused:
        await bench.open(portfolios=["P1", "P7"], models=["Gone"])
    assert [(p.field, p.code) for p in refused.value.problems] == [
        ("portfolios[1]", "unknown_portfolio"),
        ("models[0]", "unknown_model"),
    ]
    with pytest.raises(InvalidInput, match="problem") as empty:
        await bench.open(portfolios=[])
    assert empty.value.field == "portfolios"
    with pytest.raises(NotFound) as other_book:
        await bench.open(book="Another")
    assert "example" not in other_book.value.next_action
    assert "without `book`" in other_book.value.next_action


async def test_a_portfolio_that_cannot_be_checked_is_said_and_the_others_go_on(bench_over: MakeBench) -> None:
    bench = bench_over(with_an_unknown_model())
    opened = await bench.open()
    assert opened.portfolios == 1
    assert [(u.account_number, u.code) for u in opened.unable_to_check] == [("P9", "unknown_model")]
    assert (await bench.tolerance(portfolios=["P9"])).summary.unable_to_check == 1
    assert (await bench.tolerance(portfolios=["P1"])).unable_to_check == ()


async def test_a_session_over_nothing_that_can_be_checked_is_empty_not_broken(bench_over: MakeBench) -> None:
    bench = bench_over(with_an_unknown_model())
    opened = await bench.open(portfolios=["P9"])
    assert (opened.portfolios, opened.totals.sells.count) == (0, 0)
    await bench.analyze()
    await bench.advance()
    review = await bench.advance()
    assert (review.phase, review.actuals.totals.trade_count) == ("Review", 0)
    assert (await bench.overview()).batches == 1
