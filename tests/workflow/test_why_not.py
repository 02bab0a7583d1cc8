"""Every line outside its band that sends nothing says why."""

import pytest

from tests.oracle.book_rows import one_portfolio
from tests.workflow.desks import DEMO, Bench, MakeBench, plan_of, recommend
from tests.workflow.small_books import both_wait, short_of_cash, two_portfolios, withdrawing
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.trades import Reason
from trimtab.workflow.why_not import why_not_table

CODES = {reason.code for reason in Reason} - {"none"}


async def assert_all_explained(bench: Bench) -> None:
    outside = await bench.tolerance(status="breaches", limit=1000)
    assert outside.next_cursor is None
    columns = outside.lines.columns
    silent = {
        (row[0], row[1]) for row in outside.lines.rows if row[columns.index("trade_amount")] == 0 and row[1] != "CASH"
    }
    why = await bench.rows("why_not")
    assert silent <= {(row["account_number"], row["code"]) for row in why}
    assert {row["reason"] for row in why} <= CODES


@pytest.mark.parametrize("book", [DEMO, short_of_cash(), both_wait(), withdrawing()], ids=["demo", "a", "b", "c"])
@pytest.mark.parametrize("policy", [Policy(), Policy(min_trade_value=20_000), Policy(minimum_cash_pct=20)])
async def test_every_silent_line_has_a_reason_in_every_phase(bench_over: MakeBench, book: Book, policy: Policy) -> None:
    bench = bench_over(book, policy=policy)
    await bench.open()
    await assert_all_explained(bench)
    await bench.update(
        instrument_rules=[{"code": "CBA", "rule": "do_not_buy", "reason": "Under research"}],
        gradual_exits=[{"code": "CBA", "max_sell_percent": 1, "reason": "Slowly"}],
    )
    await assert_all_explained(bench)
    for _ in range(2):
        await bench.advance()
        await assert_all_explained(bench)


async def test_held_back_lines_say_how(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.apply(recommend("BHP", "review"), recommend("CBA", "defer"))
    why = {(row["account_number"], row["code"]): row["reason"] for row in await bench.rows("why_not")}
    assert why == {("P1", "BHP"): "under_review", ("P1", "CBA"): "deferred", ("P2", "CBA"): "deferred"}


async def test_a_line_sold_for_cash_is_not_bought(bench_over: MakeBench) -> None:
    # 5,000 must be cash: B and C give their 1,500 each over target, and the other 2,000 come from A and B by value. A
    # is 3 points under its target.
    book = one_portfolio({"A": (52_000, 55.0), "B": (46_500, 45.0), "C": (1_500, 0)}, cash=0)
    bench = bench_over(book, policy=Policy(minimum_cash_pct=5))
    await bench.open("QuickRebalance")
    await bench.advance()
    assert await bench.amounts() == {("P1", "A"): -1_073, ("P1", "B"): -2_427, ("P1", "C"): -1_500}
    assert [(row["code"], row["reason"]) for row in await bench.rows("why_not")] == [("A", "sold_for_cash")]


async def test_the_rule_that_stops_a_line_speaks_in_its_own_words(bench_over: MakeBench) -> None:
    bench = bench_over(DEMO)
    await bench.open()
    details = {(row["code"], row["reason"]): row["detail"] for row in await bench.rows("why_not")}
    assert details["CSL", "do_not_sell"] == "Inherited shares that the family keeps"


async def test_a_band_as_wide_as_its_target_never_trades_and_says_so(bench_over: MakeBench) -> None:
    bench = bench_over(one_portfolio({"BHP": (0, 1.5), "REST": (90_000, 90.0)}, cash=10_000, target_cash_pct=8.5))
    await bench.open()
    assert [(row["code"], row["reason"]) for row in await bench.rows("why_not")] == [("BHP", "inside_wide_band")]


def test_a_line_in_a_wide_band_that_trades_with_its_portfolio_needs_no_reason() -> None:
    book = one_portfolio({"BHP": (20_000, 10.0), "CBA": (1_500, 1.0)}, cash=78_500, target_cash_pct=89)
    alone = plan_of(book)
    assert [(row[1], row[2]) for row in why_not_table(alone).rows] == [("CBA", "inside_wide_band")]
    together = plan_of(book, policy=Policy(trade_scope="portfolio"))
    assert together.trade_amount.tolist() == [-10_000, -500]
    assert why_not_table(together).rows == ()
