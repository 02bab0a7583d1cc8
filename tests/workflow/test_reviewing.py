"""A session for a person to look over."""

from dataclasses import replace

import numpy as np
import pytest

from tests.workflow.desks import DEMO, JANE, TOM, Bench, MakeBench, as_rows, recommend
from tests.workflow.small_books import short_of_cash, two_portfolios, with_an_unknown_model
from trimtab.domain.errors import NotFound
from trimtab.domain.trading.policy import Limits, Policy
from trimtab.workflow.ports.results import SessionReview
from trimtab.workflow.reviewing import MOST_FINDINGS, MOST_HELD


async def reviewed(bench: Bench) -> SessionReview:
    return await bench.desk.review_session(JANE, bench.session_id)


async def test_a_review_is_the_summary_with_what_is_held_back(bench_over: MakeBench) -> None:
    # BHP 5,000 waits for a decision; of CBA 4,000 + 6,000 all waits.
    bench = bench_over(two_portfolios())
    await bench.open()
    rule = {"code": "NAB", "rule": "hold", "reason": "Under research"}
    await bench.update(instrument_rules=[rule])
    await bench.apply(recommend("BHP", "review"), recommend("CBA", "defer"))
    review, summary = await reviewed(bench), await bench.summary()
    for name in (
        "execution_mode",
        "phase",
        "version",
        "session_id",
        "workflow_mode",
        "totals",
        "decisions",
        "next_steps",
    ):
        assert getattr(review, name) == getattr(summary, name)
    assert [(row["code"], row["action"], row["sell_deferred_value"]) for row in as_rows(review.held_back)] == [
        ("CBA", "defer", 10_000),
        ("BHP", "review", 5_000),
    ]
    assert review.held_back_count == 2
    assert review.session_rules == {"instrument_rules": 1, "substitutions": 0, "gradual_exits": 0, "overrides": 0}


async def test_findings_come_worst_first(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios(), policy=Policy(limits=Limits(max_order_value=4_500)))
    await bench.open()
    await bench.update(
        overrides=[
            {"code": "CBA", "action": "defer", "reason": "The client asked", "account_number": "P1"},
            {"code": "BHP", "action": "defer", "reason": "The client asked"},
        ]
    )
    review = await reviewed(bench)
    assert [finding.rule for finding in review.hard_failures] == ["max_order_value"]
    assert [(finding.symbol, finding.excess_pct) for finding in review.soft_warnings] == [("BHP", 3), ("CBA", 2)]
    assert (review.totals.hard_failures, review.totals.soft_warnings) == (1, 2)


async def test_buys_that_cash_cut_are_held_back(bench_over: MakeBench) -> None:
    bench = bench_over(short_of_cash())
    await bench.open("QuickRebalance")
    assert (await reviewed(bench)).held_back_count == 0
    await bench.advance()
    held = as_rows((await reviewed(bench)).held_back)
    assert [(row["code"], row["buy_deferred_value"]) for row in held] == [("NAB", 4_000), ("WBC", 4_000)]


async def test_long_lists_are_cut_and_counted_whole(bench_over: MakeBench) -> None:
    nobody_draws = replace(DEMO.portfolios, pending_withdrawal=np.zeros(len(DEMO.portfolios.account_number)))
    bench = bench_over(replace(DEMO, portfolios=nobody_draws))
    await bench.open()
    codes = [row["code"] for row in await bench.rows("trades")]
    await bench.update(overrides=[{"code": code, "action": "defer", "reason": "The clients asked"} for code in codes])
    review = await reviewed(bench)
    assert len(review.held_back.rows) == MOST_HELD < review.held_back_count
    assert len(review.soft_warnings) == MOST_FINDINGS < review.totals.soft_warnings
    worst = [finding.excess_value or 0 for finding in review.soft_warnings]
    assert worst == sorted(worst, reverse=True)


async def test_what_cannot_be_valued_is_named(bench_over: MakeBench) -> None:
    bench = bench_over(with_an_unknown_model())
    await bench.open()
    review = await reviewed(bench)
    assert [(entry.account_number, entry.code) for entry in review.unable_to_check] == [("P9", "unknown_model")]
    assert review.unable_to_check_count == 1


async def test_a_session_of_somebody_else_is_not_there(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    with pytest.raises(NotFound):
        await bench.desk.review_session(TOM, bench.session_id)
