"""Every line outside its band that sends nothing says why."""

import pytest

from tests.workflow.desks import DEMO, MakeBench, recommend
from tests.workflow.small_books import both_wait, short_of_cash, two_portfolios, withdrawing
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.trades import Reason

CODES = {reason.code for reason in Reason} - {"none"}


async def assert_all_explained(bench) -> None:
    outside = await bench.tolerance(status="breaches", limit=1000)
    assert outside.next_cursor is None
    columns = outside.lines.columns
    silent = {
        (row[0], row[1])
        for row in outside.lines.rows
        if row[columns.index("trade_amount")] == 0 and row[1] != "CASH"
    }
    why = await bench.rows("why_not")
    assert silent <= {(row["account_number"], row["code"]) for row in why}
    assert {row["reason"] for row in why} <= CODES


@pytest.mark.parametrize("book", [DEMO, short_of_cash(), both_wait(), withdrawing()], ids=["demo", "a", "b", "c"])
@pytest.mark.parametrize("policy", [Policy(), Policy(min_trade_value=20_000), Policy(minimum_cash_pct=20)])
async def test_every_silent_line_has_a_reason_in_every_phase(
    bench_over: MakeBench, book: Book, policy: Policy
) -> None:
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
    # 95,000 stay after 5,000 of withdrawal and no cash; all is in WBC, which would be sold anyway; NAB is bought.
    bench = bench_over(both_wait(), policy=Policy(minimum_cash_pct=6))
    await bench.open()
    await bench.update(instrument_rules=[{"code": "OLD", "rule": "hold", "reason": "Kept"}])
    trades = await bench.amounts()
    assert trades[("P1", "CBA")] + trades[("P1", "CBB")] == -16_000


async def test_the_rule_that_stops_a_line_speaks_in_its_own_words(bench_over: MakeBench) -> None:
    bench = bench_over(DEMO)
    await bench.open()
    details = {(row["code"], row["reason"]): row["detail"] for row in await bench.rows("why_not")}
    assert details["CSL", "do_not_sell"] == "Inherited shares that the family keeps"
