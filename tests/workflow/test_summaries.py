"""What a session's summary says, and what it says to do next."""

from tests.workflow.desks import MakeBench, recommend
from tests.workflow.small_books import two_portfolios

DECIDE = "update_session overrides: lines under review wait for a decision"
SELLS = ("get_trading_overview", "validate_recommendations", "apply_recommendations", "advance_phase")
BUYS = ("get_trading_overview view=buys", "validate_recommendations", "apply_recommendations", "advance_phase")


async def test_a_new_session_says_where_it_stands(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    opened = await bench.open()
    assert opened == await bench.summary()
    assert opened.model_dump(include={"phase", "version", "workflow_mode", "book", "as_of", "portfolios"}) == {
        "phase": "Sells",
        "version": 1,
        "workflow_mode": "AiPlan",
        "book": "example",
        "as_of": "2026-06-30",
        "portfolios": 2,
    }
    assert opened.expires_at == "2026-03-03T12:00:00+00:00"
    assert (opened.analyzed, opened.decisions) == (False, {})


async def test_next_steps_follow_phase_mode_and_what_is_open(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    assert (await bench.open("Manual")).next_steps == SELLS
    assert (await bench.open("QuickRebalance")).next_steps == ("get_session view=plan", "advance_phase")
    assert (await bench.open()).next_steps == ("analyze_trades", *SELLS)
    await bench.analyze()
    assert (await bench.summary()).next_steps == SELLS
    await bench.apply(recommend("BHP", "review"))
    assert (await bench.summary()).next_steps == (DECIDE, *SELLS)
    await bench.advance()
    assert (await bench.summary()).next_steps == (DECIDE, *BUYS)
    await bench.update(overrides=[{"code": "BHP", "action": "proceed", "reason": "Looked at it"}])
    # The sells changed, so the buys' analysis is about another amount of cash.
    assert (await bench.summary()).next_steps == ("analyze_trades", *BUYS)
    await bench.advance()
    review = ("preview_orders", "get_session view=plan", "advance_phase to=Buys with a reason")
    assert (await bench.summary()).next_steps == review


async def test_a_rule_added_later_makes_the_analysis_out_of_date(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.analyze()
    assert (await bench.summary()).analyzed
    changed = await bench.update(instrument_rules=[{"code": "BHP", "rule": "hold", "reason": "Escrow"}])
    assert not changed.analyzed
    assert changed.next_steps[0] == "analyze_trades"
