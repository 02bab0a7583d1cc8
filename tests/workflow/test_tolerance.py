"""Lines against their bands."""

from tests.oracle.book_rows import UNKNOWN, one_portfolio
from tests.workflow.desks import MakeBench, recommend
from tests.workflow.small_books import short_of_cash, two_portfolios
from trimtab.workflow.tolerance import COLUMNS


async def test_breaches_are_listed_by_portfolio_and_code(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    status = await bench.tolerance()
    assert status.lines.columns == COLUMNS
    assert status.lines.rows == (
        ("P1", "BHP", 15, 10, 2, 5, "over", -5_000, -3_000, -5_000, "sec:Materials"),
        ("P1", "CBA", 14, 10, 2, 4, "over", -4_000, -2_000, -4_000, "div:8d/$0.0200"),
        ("P1", "NAB", 20, 25, 2, -5, "under", 5_000, 3_000, 5_000, ""),
        ("P1", "WBC", 20, 25, 2, -5, "under", 5_000, 3_000, 5_000, ""),
        ("P2", "CBA", 16, 10, 2, 6, "over", -6_000, -4_000, -6_000, "div:8d/$0.0200"),
        ("P2", "NAB", 18, 25, 2, -7, "under", 7_000, 5_000, 7_000, ""),
    )
    assert status.summary.model_dump() == {
        "portfolios": 2,
        "lines": 12,
        "within": 6,
        "over": 3,
        "under": 3,
        "unable_to_check": 0,
    }
    assert (status.as_of, status.total, status.next_cursor) == ("2026-06-30", 6, None)


async def test_cash_is_a_line_that_is_never_ordered(bench_over: MakeBench) -> None:
    bench = bench_over(short_of_cash())
    await bench.open()
    rows = (await bench.tolerance()).lines.rows
    assert rows[-1] == ("P1", "CASH", 1, 5, 2, -4, "under", 0, 0, 0, "")


async def test_unknown_cash_is_an_estimate_and_says_so(bench_over: MakeBench) -> None:
    # Holdings of 98,000 and 2 % of the total.
    bench = bench_over(one_portfolio({"BHP": (98_000, 98.0)}, cash=UNKNOWN, target_cash_pct=2))
    await bench.open()
    cash = (await bench.tolerance(status="all")).lines.rows[-1]
    assert (cash[1], cash[2], cash[-1]) == ("CASH", 2, "cash_estimated")


async def test_in_a_full_liquidation_nothing_has_a_target(bench_over: MakeBench) -> None:
    bench = bench_over(one_portfolio({"BHP": (60_000, 60.0)}, cash=40_000, withdrawal=100_000, target_cash_pct=40))
    await bench.open()
    assert (await bench.tolerance(status="all")).lines.rows == (
        ("P1", "BHP", 60, 0, 0, 60, "over", -60_000, -60_000, -60_000, ""),
        ("P1", "CASH", 40, 0, 0, 40, "over", 0, 0, 0, ""),
    )


async def test_what_is_sent_now_follows_the_decisions(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.apply(recommend("CBA", "partial", 80, reason="Dividend"))
    amounts = {(row[0], row[1]): row[7] for row in (await bench.tolerance()).lines.rows}
    assert (amounts["P1", "CBA"], amounts["P2", "CBA"]) == (-3_200, -4_800)


def test_the_columns_are_those_that_clients_bind_to() -> None:
    assert ",".join(COLUMNS) == (
        "account_number,code,actual_pct,target_pct,tolerance_pct,variance_pct,status,"
        "trade_amount,min_amount,max_amount,flags"
    )
