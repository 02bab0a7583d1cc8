"""Analysis of the buys: percentages by an analyst, and the tiers where it fails."""

from tests.workflow.desks import MakeBench, recommend
from tests.workflow.scripted_analyst import RULES, ScriptedAnalyst, fail
from tests.workflow.small_books import seed_buys, short_of_cash, two_portfolios
from trimtab.domain.trading.overview import BuyBlock
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.ports.analysts import BuyAnswer, BuyVerdict


def saying(*portfolios: tuple[str, tuple[BuyVerdict, ...]]) -> ScriptedAnalyst:
    async def buys(_blocks: tuple[BuyBlock, ...]) -> BuyAnswer:
        return BuyAnswer(portfolios)

    return ScriptedAnalyst(on_buys=buys)


async def test_seed_example_of_26_500_for_25_000(bench_over: MakeBench) -> None:
    # 1,500 too much. BHP (no ex-date) waits first, then WBC (gap 1.2) before CBA (1.7). Of the first pair, 18,000,
    # 8 % are 1,440, too few; 9 % are 1,620: BHP 10,920, WBC 5,460, CBA 8,500, together 24,880.
    bench = bench_over(seed_buys(CBA=8_500, BHP=12_000, WBC=6_000))
    await bench.open()
    advanced = await bench.advance()
    assert await bench.amounts() == {("P1", "BHP"): 10_920, ("P1", "CBA"): 8_500, ("P1", "WBC"): 5_460}
    assert advanced.buy_reduction_summary is not None
    assert advanced.buy_reduction_summary.model_dump() == {
        "total_original_buys": 26_500,
        "total_reduced_buys": 24_880,
        "cash_preserved": 1_620,
        "overall_reduction_percent": 6.11,
        "strategy": "Rules - prioritizes dividends, buys dips",
    }
    reasons = {row["code"]: row["deferred_reason"] for row in await bench.rows("plan")}
    assert reasons == {"BHP": "Cash is short: a part waits.", "WBC": "Cash is short: a part waits.", "CBA": ""}


async def test_seed_example_of_40_000_for_25_000(bench_over: MakeBench) -> None:
    # 15,000 too much. RIO (no ex-date, no dip), BHP, WBC, CBA. Half of the first pair, 25,500: 12,750. Of WBC and CBA,
    # 14,500, the other 2,250 are 15.5 %: 16 %, 2,320. Left 6,750 + 6,000 + 5,040 + 7,140 = 24,930.
    bench = bench_over(seed_buys(CBA=8_500, BHP=12_000, WBC=6_000, RIO=13_500))
    await bench.open()
    await bench.advance()
    assert await bench.amounts() == {
        ("P1", "BHP"): 6_000,
        ("P1", "CBA"): 7_140,
        ("P1", "RIO"): 6_750,
        ("P1", "WBC"): 5_040,
    }


async def test_the_tiers_take_from_what_is_furthest_from_its_target(bench_over: MakeBench) -> None:
    # Manual: BHP has 76 % of its target, CBA 83 %, WBC 88 %: tier 2 pays the 1,500 alone.
    bench = bench_over(seed_buys(CBA=8_500, BHP=12_000, WBC=6_000))
    await bench.open("Manual")
    advanced = await bench.advance()
    assert await bench.amounts() == {("P1", "BHP"): 10_500, ("P1", "CBA"): 8_500, ("P1", "WBC"): 6_000}
    assert advanced.buy_reduction_summary is not None
    assert advanced.buy_reduction_summary.strategy == "Tiered - completes positions nearest their target first"
    assert {row["source"] for row in await bench.rows("plan")} == {"tiers"}


async def test_when_the_analyst_fails_the_tiers_cut_and_the_reply_says_so(bench_over: MakeBench) -> None:
    bench = bench_over(short_of_cash(), analyst=ScriptedAnalyst(on_buys=fail))
    await bench.open()
    advanced = await bench.advance()
    assert advanced.degraded == ("buys 1 of 1: scripted failed (Tired); reduced by tiers",)
    assert await bench.amounts() == {("P1", "BHP"): -5_000, ("P1", "NAB"): 3_000, ("P1", "WBC"): 3_000}
    assert "reduced by tiers" in advanced.executive_summary


async def test_a_models_mistakes_on_buys_are_repaired_and_counted(bench_over: MakeBench) -> None:
    verdicts = (
        BuyVerdict("WBC", "partial", 150, "Too much"),
        BuyVerdict("", "defer", None, "Nothing"),
        BuyVerdict("WBC", "defer", None, "Twice"),
    )
    answers = (("P1", verdicts), ("P1", ()), ("P7", verdicts))
    bench = bench_over(short_of_cash(), analyst=saying(*answers))
    await bench.open()
    await bench.advance()
    analysis = await bench.analyze()
    assert analysis.removed == {
        "duplicate_portfolio": 1,
        "duplicate_symbol": 1,
        "missing_instrument": 1,
        "percent_out_of_range": 1,
        "unknown_portfolio": 1,
        "unknown_symbol": 1,
    }
    # WBC gets the percent that ends its breach, (7 - 2) / 7 = 71.4, so 75: 5,250; NAB 7,000. Scaled to 6,000 of 12,250.
    amounts = await bench.amounts()
    assert amounts["P1", "WBC"] + amounts["P1", "NAB"] == 6_000
    assert amounts["P1", "WBC"] == 2_571


async def test_a_portfolio_that_the_answer_leaves_out_is_cut_by_tiers(bench_over: MakeBench) -> None:
    bench = bench_over(short_of_cash(), analyst=saying())
    await bench.open()
    await bench.advance()
    assert (await bench.analyze()).removed == {"missing_instrument": 2}
    assert {row["source"] for row in await bench.rows("plan") if row["action"] == "buy"} == {"tiers"}


async def test_the_summary_counts_portfolios_with_too_little_and_with_no_cash(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios(), policy=Policy(minimum_cash_pct=6))
    await bench.open()
    # All sells wait, and the 6,000 have to stay: nothing to buy with in either portfolio.
    await bench.update(overrides=[{"code": code, "action": "defer", "reason": "Not today"} for code in ("BHP", "CBA")])
    advanced = await bench.advance()
    assert (await bench.analyze()).analysis == "Portfolios short of cash: 2 with none for any buy."
    assert advanced.actuals.totals.buy_value == 0
    assert {row["deferred_reason"] for row in await bench.rows("plan") if row["action"] == "buy"} == {"no_cash"}


async def test_a_buys_analysis_only_sees_portfolios_that_are_short(bench_over: MakeBench) -> None:
    seen: list[str] = []

    async def buys(blocks: tuple[BuyBlock, ...]) -> BuyAnswer:
        seen.extend(block.account_number for block in blocks)
        return await RULES.buys(blocks)

    bench = bench_over(two_portfolios(), analyst=ScriptedAnalyst(on_buys=buys))
    await bench.open()
    await bench.apply(recommend("CBA", "defer"))
    await bench.advance()
    assert seen == ["P2"]
    assert (await bench.analyze()).analysis == "Portfolios short of cash: 1 with less cash than they want to buy for."


async def test_progress_goes_on_rising_from_sells_to_buys(bench_over: MakeBench) -> None:
    bench = bench_over(short_of_cash())
    await bench.open()
    await bench.advance()
    assert [(done, total) for done, total, _ in bench.progress] == [(1, 4), (2, 4), (3, 4), (4, 4), (5, 5)]
    assert bench.progress[-1][2] == "Choosing buys 1 of 1..."
