"""What a change of phase answers."""

from tests.workflow.desks import MakeBench, as_rows, recommend
from tests.workflow.small_books import two_portfolios, withdrawing
from trimtab.domain.trading.book import Restriction


async def test_advancing_counts_what_is_approved_held_and_under_review(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.apply(recommend("BHP", "review"), recommend("CBA", "defer"))
    buys = await bench.advance()
    assert (buys.approved, buys.held, buys.under_review) == (0, 3, 1)
    assert sorted(str(row[2]) for row in buys.held_lines.rows) == ["deferred", "deferred", "under_review"]
    assert [(w.rule, w.symbol, w.count) for w in buys.soft_warnings] == [("tolerance_breach", "CBA", 2)]
    review = await bench.advance()
    assert (review.approved, review.held, review.under_review) == (3, 0, 0)
    assert review.blocking == ("sell of BHP: under review",)


async def test_hard_failures_block_the_plan_and_are_named(bench_over: MakeBench) -> None:
    bench = bench_over(withdrawing(Restriction("CBA", "hold", "Escrow"), Restriction("WBC", "hold", "Escrow")))
    await bench.open()
    advanced = await bench.advance()
    assert advanced.blocking == ("cash_overdrawn: P1 CASH",)
    assert [(f.rule, f.excess_value) for f in advanced.hard_failures] == [("cash_overdrawn", 10_000)]


async def test_the_answer_holds_the_plan_by_instrument(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("QuickRebalance")
    advanced = await bench.advance()
    rows = as_rows(advanced.actuals.instrument_summaries)
    assert {row["code"]: (row["sell_value"], row["buy_value"]) for row in rows} == {
        "BHP": (5_000, 0),
        "CBA": (10_000, 0),
        "NAB": (0, 12_000),
        "WBC": (0, 5_000),
    }
    assert advanced.actuals.portfolios == 2
    assert advanced.current_phase == advanced.phase == "Buys"
