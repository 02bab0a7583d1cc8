"""Totals add up to the rows, and no plan spends money that isn't there."""

import pytest

from tests.workflow.desks import DEMO, Bench, MakeBench, plan_of, recommend
from tests.workflow.scripted_analyst import ScriptedAnalyst, fail
from tests.workflow.small_books import (
    both_wait,
    seed_buys,
    short_of_cash,
    three_currencies,
    two_portfolios,
    withdrawing,
)
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.groups import group_table
from trimtab.workflow.state import Decision
from trimtab.workflow.totals import buy_reduction, dividends_captured, executive_summary, plan_totals, strategy

BOOKS = {
    "demo": DEMO,
    "two": two_portfolios(),
    "short": short_of_cash(),
    "withdrawing": withdrawing(),
    "both": both_wait(),
    "seed": seed_buys(CBA=8_500, BHP=12_000, WBC=6_000),
}


async def assert_adds_up(bench: Bench) -> None:
    totals, rows = (await bench.summary()).totals, await bench.rows("plan")
    for side, of_side in (("sell", totals.sells), ("buy", totals.buys)):
        own = [row for row in rows if row["action"] == side]
        assert of_side.value == pytest.approx(sum(abs(row["amount"]) for row in own), abs=0.01 * len(rows))
        planned = sum(abs(row["planned_amount"]) for row in own)
        assert of_side.original_value == pytest.approx(planned, abs=0.01 * len(rows))
        assert of_side.deferred_value == pytest.approx(planned - of_side.value, abs=0.01 * len(rows) + 0.01)
        assert of_side.count == sum(row["amount"] != 0 for row in own)
        assert of_side.review_count == sum(row["decision"] == "review" for row in own)
    assert totals.net_cash_flow == pytest.approx(totals.sells.value - totals.buys.value)
    for group_by in ("instrument", "portfolio", "model"):
        groups = await bench.rows("trades", group_by=group_by)
        for column, value in (("sell_value", totals.sells.value), ("buy_value", totals.buys.value)):
            assert sum(row[column] for row in groups) == pytest.approx(value, abs=0.01 * len(groups) + 0.01)
        assert sum(row["sells"] + row["buys"] for row in groups) == totals.sells.count + totals.buys.count


async def assert_affordable(bench: Bench) -> None:
    rows = await bench.rows("plan")
    for group in await bench.rows("trades", group_by="portfolio"):
        own = sum(row["amount"] for row in rows if row["account_number"] == group["account_number"])
        left = group["cash"] - group["pending_withdrawal"] - own
        assert group["cash_after"] == pytest.approx(left, abs=0.01 * len(rows))
        assert group["cash_after"] >= -0.005


@pytest.mark.parametrize("mode", ["QuickRebalance", "AiPlan"])
@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
async def test_rows_add_up_to_totals_and_cash_is_enough(bench_over: MakeBench, book: Book, mode: str) -> None:
    bench = bench_over(book)
    await bench.open(mode)
    await assert_adds_up(bench)
    for _ in range(2):
        await bench.advance()
        await assert_adds_up(bench)
        await assert_affordable(bench)


def buy_decision(source: str, *, symbol: str = "WBC") -> Decision:
    return Decision.model_validate(
        {
            "account_number": "P1",
            "symbol": symbol,
            "side": "buy",
            "action": "partial",
            "proceed_pct": 40,
            "source": source,
            "reason": "Cash is short",
        }
    )


@pytest.mark.parametrize(
    ("sources", "text"),
    [
        (("person", "rules"), "As a person decided"),
        (("model",), "AI-optimized - prioritizes dividends, buys dips"),
        (("assistant",), "AI-optimized - prioritizes dividends, buys dips"),
        (("rules",), "Rules - prioritizes dividends, buys dips"),
    ],
)
def test_the_strategy_names_who_decided_the_buys(sources: tuple[str, ...], text: str) -> None:
    decisions = [buy_decision(source, symbol=symbol) for source, symbol in zip(sources, ("NAB", "WBC"), strict=False)]
    assert strategy(plan_of(short_of_cash(), phase="Buys", decisions=tuple(decisions))) == text


def test_without_a_decision_the_tiers_are_the_strategy() -> None:
    assert strategy(plan_of(short_of_cash(), phase="Buys")).startswith("Tiered - ")
    assert strategy(plan_of(two_portfolios(), phase="Buys")) == "All buys are covered by cash"


def test_nothing_to_buy_is_no_reduction() -> None:
    reduction = buy_reduction(plan_of(withdrawing(), phase="Buys"))
    assert (reduction.total_original_buys, reduction.overall_reduction_percent) == (0, 0)


def test_buys_count_from_the_buys_phase_on() -> None:
    assert plan_totals(plan_of(two_portfolios())).buys.original_value == 0
    assert plan_totals(plan_of(two_portfolios(), phase="Buys")).buys.original_value == 17_000


async def test_dividends_are_captured_by_what_is_kept_and_by_what_is_bought_in_time(bench_over: MakeBench) -> None:
    # Kept of CBA: 2,000 units in P1, 1,800 in P2, 2 cents each.
    bench = bench_over(two_portfolios())
    await bench.open()
    analysis = await bench.analyze()
    assert [r.dividends_captured_value for r in analysis.recommendations if r.symbol == "CBA"] == [76]
    # 8,500 CBA bought before the ex-date at 1 a share, and WBC 5,460 in 15 days.
    bought = plan_of(seed_buys(CBA=8_500, WBC=6_000), phase="Buys")
    assert dividends_captured(bought) == 14_500


async def test_the_summary_tells_what_failed(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios(), analyst=ScriptedAnalyst(on_momentum=fail))
    await bench.open()
    await bench.analyze()
    summary = (await bench.summary()).executive_summary or ""
    assert "**Degraded:**" in summary
    assert "momentum: scripted failed" in summary


async def test_the_executive_summary_reads_well(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.apply(recommend("BHP", "review"))
    await bench.advance()
    assert (await bench.summary()).executive_summary == "\n\n".join(
        (
            "**Trading Plan: 2 Portfolios**",
            "**Sells Phase (Complete):** 2 sells totaling $10,000\n• 1 position under review",
            "**Buys Phase (Current):** 3 buys totaling $17,000\n• Original buy demand: $17,000\n"
            "• Proceeding: $17,000\n• Strategy: All buys are covered by cash",
            "**Net Cash Flow:** -$7,000 (net buyer)",
        )
    )


def test_a_blocking_rule_turns_its_warnings_into_failures() -> None:
    deferral = Decision(
        account_number="P1", symbol="BHP", side="sell", action="defer", proceed_pct=0, source="person", reason="Later"
    )
    book = two_portfolios()
    soft = plan_totals(plan_of(book, decisions=(deferral,)))
    hard = plan_totals(plan_of(book, decisions=(deferral,), policy=Policy(blocking_rules=("tolerance_breach",))))
    assert (soft.soft_warnings, soft.hard_failures) == (1, 0)
    assert (hard.soft_warnings, hard.hard_failures) == (0, 1)
    assert "1 hard failure" in executive_summary(
        plan_of(book, decisions=(deferral,), policy=Policy(blocking_rules=("tolerance_breach",)))
    )


async def test_what_waits_is_counted_and_what_is_under_review_is_counted_apart(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.apply(recommend("CBA", "partial", 70), recommend("BHP", "review"))
    sells = (await bench.summary()).totals.sells
    assert sells.model_dump() == {
        "count": 2,
        "value": 7_000,
        "original_value": 15_000,
        "deferred_count": 2,
        "deferred_value": 8_000,
        "review_count": 1,
    }


def test_money_over_portfolios_is_in_one_currency_and_says_what_it_leaves_out() -> None:
    plan = plan_of(three_currencies())
    totals = plan_totals(plan)
    assert (totals.currency, totals.left_out_portfolios) == ("AUD", 1)
    assert totals.sells.count == 4
    assert totals.sells.value == pytest.approx(2 * 5_000 + 5_000 * 2.0)
    assert "1 portfolio(s) without a rate to AUD are left out of the sums" in executive_summary(plan)


def test_a_portfolios_own_money_stays_in_its_base_currency() -> None:
    plan = plan_of(three_currencies())
    by_account = {row[0]: row for row in group_table(plan, "portfolio").rows}
    column = group_table(plan, "portfolio").columns.index("sell_value")
    assert {account: row[column] for account, row in by_account.items()} == dict.fromkeys(by_account, 5_000.0)
    by_code = {row[0]: row for row in group_table(plan, "instrument").rows}
    value = group_table(plan, "instrument").columns.index("sell_value")
    assert {code: row[value] for code, row in by_code.items()} == {"BHP": 10_000.0, "FUND": 0.0, "KO": 10_000.0}


def test_a_dividend_is_captured_on_what_is_kept_and_not_on_what_is_sold() -> None:
    # Of 4,000 CBA 30 % are sold; 2,800 keep 2 cents each. P2 sells all of its 6,000.
    part = {"account_number": "P1", "symbol": "CBA", "side": "sell", "action": "partial", "proceed_pct": 30}
    plan = plan_of(two_portfolios(), decisions=(Decision.model_validate({**part, "source": "rules"}),))
    assert dividends_captured(plan) == pytest.approx(56)
    assert dividends_captured(plan_of(two_portfolios())) == 0
