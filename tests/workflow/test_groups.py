"""Trades grouped by instrument, portfolio and model."""

from tests.workflow.desks import MakeBench, as_rows, except_for, plan_of, recommend
from tests.workflow.small_books import two_portfolios, withdrawing
from trimtab.workflow.groups import group_table


async def test_an_instruments_verdict_is_partial_where_its_portfolios_differ(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.apply(recommend("CBA", "defer", exceptions=[except_for("P2", "proceed")]))
    [cba] = [row for row in await bench.rows("trades") if row["code"] == "CBA"]
    # 6,000 of 10,000 go ahead; P2 needs 4,000 of 6,000, so 70 %.
    assert (cba["action"], cba["proceed_percent"], cba["min_proceed_percent"]) == ("partial", 60, 70)
    assert (cba["sells"], cba["sell_value"], cba["sell_deferred_value"]) == (1, 6_000, 4_000)


def test_portfolios_show_what_cash_is_left() -> None:
    rows = as_rows(group_table(plan_of(two_portfolios(), phase="Buys"), "portfolio"))
    assert [(row["account_number"], row["cash"], row["cash_after"], row["missing_cash"]) for row in rows] == [
        ("P1", 6_000, 5_000, 0),
        ("P2", 6_000, 5_000, 0),
    ]
    assert (rows[0]["client_name"], rows[0]["model"]) == ("Client P1", "Core")


def test_before_buys_only_sells_count() -> None:
    [first, second] = as_rows(group_table(plan_of(two_portfolios()), "portfolio"))
    assert (first["sells"], first["buys"], first["cash_after"]) == (2, 0, 15_000)
    assert second["buy_value"] == 0


def test_models_add_up_their_portfolios() -> None:
    [core] = as_rows(group_table(plan_of(two_portfolios(), phase="Buys"), "model"))
    assert (core["model"], core["sells"], core["sell_value"], core["buys"], core["buy_value"]) == (
        "Core",
        3,
        15_000,
        3,
        17_000,
    )


async def test_lines_under_review_are_counted(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.apply(recommend("CBA", "review"))
    [cba] = [row for row in await bench.rows("trades") if row["code"] == "CBA"]
    assert (cba["action"], cba["under_review"], cba["proceed_percent"]) == ("review", 2, 0)


def test_a_withdrawal_is_paid_before_cash_is_left() -> None:
    [row] = as_rows(group_table(plan_of(withdrawing()), "portfolio"))
    assert (row["cash"], row["pending_withdrawal"], row["cash_after"]) == (0, 10_000, 1_000)
