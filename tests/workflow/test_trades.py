"""The unified trade rows."""

from tests.workflow.desks import MakeBench, as_rows, plan_of, recommend
from tests.workflow.small_books import short_of_cash, two_portfolios, withdrawing
from trimtab.workflow.trades import plan_table, trade_id


async def test_a_trade_carries_everything_about_it(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.apply(recommend("CBA", "partial", 40, reason="Dividend first"))
    assert await bench.trade("P1", "CBA") == {
        "trade_id": trade_id("P1", "CBA", side="sell"),
        "account_number": "P1",
        "code": "CBA",
        "action": "sell",
        "quantity": "1600",
        "amount": -1_600,
        "planned_amount": -4_000,
        "min_amount": -2_000,
        "max_amount": -4_000,
        "status": "Proposed",
        "decision": "partial",
        "proceed_percent": 40,
        "source": "assistant",
        "deferred_reason": "Dividend first",
        "categories": "div:8d/$0.0200",
        "compliance_flags": "tolerance_concern",
        "weight_before_pct": 14,
        "target_pct": 10,
        "weight_after_pct": 12.4,
    }


def test_rows_are_by_account_then_sells_before_buys_by_code() -> None:
    rows = as_rows(plan_table(plan_of(two_portfolios(), phase="Buys")))
    assert [(row["account_number"], row["action"], row["code"]) for row in rows] == [
        ("P1", "sell", "BHP"),
        ("P1", "sell", "CBA"),
        ("P1", "buy", "NAB"),
        ("P1", "buy", "WBC"),
        ("P2", "sell", "CBA"),
        ("P2", "buy", "NAB"),
    ]


def test_buys_are_no_part_of_the_plan_before_their_phase() -> None:
    assert {row["action"] for row in as_rows(plan_table(plan_of(two_portfolios())))} == {"sell"}


def test_sells_are_approved_by_leaving_their_phase_and_buys_by_leaving_theirs() -> None:
    in_buys = as_rows(plan_table(plan_of(two_portfolios(), phase="Buys")))
    assert {(row["action"], row["status"]) for row in in_buys} == {("sell", "Approved"), ("buy", "Proposed")}
    in_review = as_rows(plan_table(plan_of(two_portfolios(), phase="Review")))
    assert {row["status"] for row in in_review} == {"Approved"}


async def test_what_sends_nothing_is_held_in_every_phase(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("Manual")
    await bench.apply(recommend("BHP", "defer", reason="Not now"), recommend("CBA", "review"))
    for _ in range(2):
        held = [row for row in await bench.rows("plan") if row["action"] == "sell"]
        assert {(row["status"], row["quantity"]) for row in held} == {("Held", "0")}
        advanced = await bench.advance()
    assert advanced.blocking == ("sell of CBA: under review",)


async def test_what_is_cut_for_cash_says_so(bench_over: MakeBench) -> None:
    bench = bench_over(short_of_cash())
    await bench.open("Manual")
    await bench.advance()
    # A decision on one buy: no tiers any more, the other is scaled with it.
    await bench.apply(recommend("WBC", "proceed"))
    row = await bench.trade("P1", "NAB")
    assert (row["amount"], row["deferred_reason"], row["source"]) == (3_000, "reduced_to_cash", "default")


async def test_a_sell_that_only_raises_cash_is_marked_and_takes_no_decision(bench_over: MakeBench) -> None:
    bench = bench_over(withdrawing())
    await bench.open()
    await bench.apply(recommend("CBA", "defer", flags=["div"]))
    assert [r.symbol for r in (await bench.analyze()).recommendations] == ["CBA"]


def test_the_same_line_and_side_always_has_the_same_id() -> None:
    assert trade_id("P1", "CBA", side="sell") == trade_id("P1", "CBA", side="sell")
    assert len({trade_id(a, c, side=s) for a in ("P1", "P2") for c in ("CBA", "BHP") for s in ("sell", "buy")}) == 8
