"""Who decides what: analysts, assistants and persons, through phases and modes."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from tests.oracle.book_rows import AS_OF
from tests.workflow.desks import MakeBench, except_for, recommend
from tests.workflow.scripted_analyst import ScriptedAnalyst, answering
from tests.workflow.small_books import short_of_cash, two_portfolios, withdrawing
from trimtab.domain.errors import Blocked, InvalidInput, WrongPhase
from trimtab.domain.trading.book import Restriction
from trimtab.domain.trading.policy import Limits, Policy
from trimtab.workflow.ports.desk import Caller

OWNER = Caller(owner="jane", actor="Jane", source="person")


async def test_in_manual_a_person_gives_amounts_and_exceptions(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("Manual")
    await bench.apply(
        recommend("BHP", "defer", reason="Client asked"),
        recommend(
            "CBA",
            "proceed",
            exceptions=[except_for("P2", "partial", amount=4_500, reason="A little more than the band needs")],
        ),
    )
    assert await bench.amounts() == {("P1", "CBA"): -4_000, ("P2", "CBA"): -4_500}
    row = await bench.trade("P2", "CBA")
    assert (row["decision"], row["proceed_percent"], row["source"]) == ("partial", 75, "person")
    await bench.advance()
    assert (await bench.trade("P2", "CBA"))["deferred_reason"] == "A little more than the band needs"


async def test_an_amount_over_the_planned_one_is_refused(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("Manual")
    for amount, rule in ((5_000.01, "oversell"), (2_999.99, "under_min_amount")):
        with pytest.raises(InvalidInput, match=r"from 3,000\.00 \(min_amount\) to 5,000\.00 \(max_amount\)") as refused:
            await bench.apply(recommend("BHP", "proceed", exceptions=[except_for("P1", "partial", amount=amount)]))
        assert [(p.field, p.code) for p in refused.value.problems] == [
            ("recommendations[0].exceptions[0].amount", rule)
        ]
    assert (await bench.summary()).version == 1


async def test_a_person_may_wait_without_a_flag_but_not_without_a_reason(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("Manual")
    with pytest.raises(InvalidInput, match="needs a reason"):
        await bench.apply(recommend("BHP", "defer"))


async def test_a_flag_that_is_not_in_the_data_is_removed_said_and_the_line_proceeds(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    applied = await bench.apply(recommend("BHP", "defer", reason="Dividend", flags=["div:3d/$9.99"]))
    assert applied.removed == {"unsupported_flag": 1, "no_flag": 1}
    assert applied.results[0].unsupported_flags == ("div:3d/$9.99",)
    assert (applied.results[0].action, applied.results[0].proceed_percent) == ("proceed", 100)
    assert [(advisory.rule, advisory.count) for advisory in applied.advisories] == [
        ("unsupported_flag", 1),
        ("no_flag", 1),
    ]
    assert (await bench.trade("P1", "BHP"))["amount"] == -5_000


async def test_review_trades_nothing_and_is_listed_until_somebody_decides(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.apply(recommend("BHP", "review"))
    assert (await bench.trade("P1", "BHP"))["status"] == "Held"
    advanced = await bench.advance()
    assert (advanced.under_review, advanced.blocking) == (1, ("sell of BHP: under review",))
    summary = await bench.summary()
    assert summary.next_steps[0].startswith("update_session overrides")
    override = {"code": "BHP", "account_number": "P1", "action": "proceed", "reason": "Looked at it"}
    decided = await bench.update(overrides=[override])
    assert decided.totals.sells.review_count == 0
    assert (await bench.trade("P1", "BHP"))["amount"] == -5_000
    assert (await bench.advance()).blocking == ()


async def test_a_deferral_that_leaves_a_withdrawal_unpaid_is_paid_by_other_lines(bench_over: MakeBench) -> None:
    bench = bench_over(withdrawing())
    await bench.open()
    await bench.apply(recommend("CBA", "defer", flags=["div"]))
    assert await bench.amounts() == {("P1", "WBC"): -10_000}
    raised = await bench.trade("P1", "WBC")
    assert (raised["compliance_flags"], raised["source"], raised["decision"]) == ("cash_raise", "default", "proceed")


async def test_a_deferral_that_nothing_can_pay_for_is_blocked(bench_over: MakeBench) -> None:
    bench = bench_over(withdrawing(Restriction("WBC", "do_not_sell", "Escrow")))
    await bench.open()
    deferral = recommend("CBA", "defer", flags=["div"])
    validation = await bench.validate(deferral)
    assert not validation.valid
    assert [(f.rule, f.account_number, f.excess_value) for f in validation.hard_failures] == [
        ("cash_overdrawn", "P1", 10_000)
    ]
    with pytest.raises(Blocked, match="nothing was stored") as blocked:
        await bench.apply(deferral)
    assert [(p.field, p.code) for p in blocked.value.problems] == [("CASH/P1", "cash_overdrawn")]
    assert (await bench.summary()).version == 1


async def test_making_a_shortfall_worse_is_blocked_too(bench_over: MakeBench) -> None:
    rules = [{"code": "WBC", "rule": "do_not_sell", "reason": "Escrow"}]
    exits = [{"code": "CBA", "max_sell_percent": 25, "reason": "Slowly"}]
    bench = bench_over(withdrawing())
    await bench.open()
    # A quarter of 20,000 is 5,000 of the 10,000 that are due.
    assert (await bench.update(instrument_rules=rules, gradual_exits=exits)).totals.missing_cash == 5_000
    with pytest.raises(Blocked):
        await bench.apply(recommend("CBA", "partial", 40, flags=["div"]))
    await bench.apply(recommend("CBA", "proceed"))


async def test_trading_against_a_rule_is_a_hard_failure_with_its_name(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios(Restriction("BHP", "do_not_sell", "Escrow")))
    await bench.open()
    validation = await bench.validate(recommend("BHP", "proceed"))
    assert [(f.rule, f.symbol) for f in validation.hard_failures] == [("do_not_sell", "BHP")]
    with pytest.raises(Blocked) as blocked:
        await bench.apply(recommend("BHP", "proceed"))
    assert [p.code for p in blocked.value.problems] == ["do_not_sell"]
    assert (await bench.validate(recommend("BHP", "defer"))).valid


async def test_proceeding_with_an_order_over_the_limit_is_blocked(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios(), policy=Policy(limits=Limits(max_order_value=4_500)))
    opened = await bench.open()
    assert opened.totals.hard_failures == 2
    with pytest.raises(Blocked) as blocked:
        await bench.apply(recommend("BHP", "proceed"))
    assert [(p.field, p.code) for p in blocked.value.problems] == [("BHP/P1", "max_order_value")]
    with pytest.raises(Blocked):
        await bench.update(overrides=[{"code": "BHP", "action": "proceed", "reason": "Go on"}])
    decided = await bench.update(
        overrides=[{"code": "BHP", "action": "partial", "proceed_percent": 80, "reason": "In two days"}]
    )
    assert decided.totals.hard_failures == 1


async def test_an_instrument_that_trades_too_much_can_be_a_block(bench_over: MakeBench) -> None:
    # An average day of 20,000: at most 2,000 of it. 10,000 of CBA are too much, a fifth of each line isn't.
    policy = Policy(blocking_rules=("adv_share",), min_trade_value=100)
    book = two_portfolios()
    thin = replace(book, instruments=replace(book.instruments, adv_value=book.instruments.adv_value * 0 + 20_000))
    bench = bench_over(thin, policy=policy)
    await bench.open()
    with pytest.raises(Blocked) as blocked:
        await bench.apply(recommend("CBA", "proceed"))
    assert [(p.field, p.code) for p in blocked.value.problems] == [("CBA", "adv_share")]
    await bench.apply(recommend("CBA", "partial", 20))


async def test_what_a_person_decided_stays_whatever_analysts_say(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.update(
        overrides=[{"code": "CBA", "account_number": "P1", "action": "defer", "reason": "Client is away"}]
    )
    await bench.advance()
    assert (await bench.trade("P1", "CBA"))["source"] == "person"
    assert (await bench.trade("P2", "CBA"))["source"] == "rules"


async def test_applying_over_a_persons_decision_says_that_it_stays(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.apply(recommend("BHP", "defer", reason="Not this week"), caller=OWNER)
    applied = await bench.apply(recommend("BHP", "proceed"), recommend("CBA", "proceed"))
    assert applied.applied == 2
    assert [(a.rule, a.symbol) for a in applied.advisories] == [("person_decided", "BHP")]
    assert (await bench.trade("P1", "BHP"))["decision"] == "defer"


async def test_proposals_wait_until_they_are_applied_outside_ai_plan(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("Manual")
    with pytest.raises(InvalidInput, match="no stored proposals") as refused:
        await bench.apply()
    assert "analyze_trades" in refused.value.next_action
    analysis = await bench.analyze()
    assert not analysis.applied
    assert {r.symbol: (r.action, r.proceed_percent) for r in analysis.recommendations} == {
        "CBA": ("partial", 62),
        "BHP": ("proceed", 100),
    }
    assert (await bench.summary()).decisions == {}
    applied = await bench.apply()
    assert (applied.applied, applied.decisions) == (3, {"partial": 2, "proceed": 1})


async def test_an_analysis_with_nothing_to_propose_can_be_applied(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("Manual")
    await bench.advance()
    assert (await bench.analyze()).analysis == "There is cash for every buy."
    assert (await bench.apply()).applied == 0


async def test_switching_to_ai_plan_decides_what_was_proposed(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("Manual")
    await bench.analyze()
    switched = await bench.update(workflow_mode="AiPlan")
    assert (switched.workflow_mode, switched.decisions) == ("AiPlan", {"partial": 2, "proceed": 1})


async def test_switching_to_quick_rebalance_drops_decisions_but_not_those_of_a_phase_that_is_over(
    bench_over: MakeBench,
) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.update(overrides=[{"code": "BHP", "action": "defer", "reason": "Not now"}])
    await bench.analyze()
    dropped = await bench.update(workflow_mode="QuickRebalance")
    assert (dropped.decisions, dropped.overrides, dropped.totals.sells.value) == ({}, (), 15_000)
    assert dropped.next_steps == ("get_session view=plan", "advance_phase")

    again = await bench.update(workflow_mode="AiPlan")
    assert again.decisions == {"partial": 2, "proceed": 1}
    await bench.advance()
    await bench.apply(recommend("NAB", "review"))
    quick = await bench.update(workflow_mode="QuickRebalance")
    assert quick.decisions == {"partial": 2, "proceed": 1}
    assert quick.totals.sells.value == 11_200


async def test_decisions_survive_the_change_of_phase_without_doubles(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.analyze()
    sells = [row for row in await bench.rows("plan") if row["action"] == "sell"]
    await bench.advance()
    await bench.advance()
    rows = await bench.rows("plan")
    assert [{**row, "status": "Proposed"} for row in rows if row["action"] == "sell"] == sells
    assert len({row["trade_id"] for row in rows}) == len(rows)


async def test_going_back_from_review_needs_a_reason_and_keeps_the_decisions(bench_over: MakeBench) -> None:
    bench = bench_over(short_of_cash())
    await bench.open()
    await bench.advance()
    await bench.advance()
    before = await bench.amounts()
    with pytest.raises(InvalidInput, match="reason") as refused:
        await bench.advance(to="Buys")
    assert refused.value.field == "reason"
    for nothing in ("  ", "\u200b\u200b\u200b\u200b", "x"):
        with pytest.raises(ValidationError, match="reason"):
            await bench.advance(to="Buys", reason=nothing)
    assert (await bench.advance(to="Buys", reason="The client called")).phase == "Buys"
    assert await bench.amounts() == before
    assert (await bench.rows("log"))[-1]["detail"] == '{"from": "Review", "reason": "The client called", "to": "Buys"}'


@pytest.mark.parametrize(("advances", "to"), [(0, "Review"), (1, "Buys"), (2, None), (2, "Review")])
async def test_phases_are_not_skipped(bench_over: MakeBench, advances: int, to: str | None) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("QuickRebalance")
    for _ in range(advances):
        await bench.advance()
    with pytest.raises(WrongPhase) as refused:
        await bench.advance(to=to)
    assert refused.value.next_action.startswith(("Call advance_phase with to=", "Read it with get_session view=plan"))


async def test_an_answer_is_not_asked_for_twice_unless_something_changed(bench_over: MakeBench) -> None:
    analyst = ScriptedAnalyst()
    bench = bench_over(two_portfolios(), analyst=analyst)
    await bench.open()
    first = await bench.analyze()
    await bench.apply(recommend("BHP", "review"))
    assert (await bench.analyze()).version == 3
    assert sorted(analyst.asked) == ["momentum", "portfolios", "synthesis"]
    assert first.version == 2

    await bench.update(instrument_rules=[{"code": "WBC", "rule": "hold", "reason": "Research", "until": AS_OF}])
    await bench.analyze()
    assert analyst.asked[3:] == ["portfolios", "synthesis"]
    await bench.analyze(refresh=True, idempotency_key="key-number-1")
    assert sorted(analyst.asked[5:]) == ["momentum", "portfolios", "synthesis"]
    kept = await bench.analyze(idempotency_key="key-number-2")
    assert (kept.version, len(analyst.asked)) == (7, 8)


async def test_a_model_may_send_a_line_to_review(bench_over: MakeBench) -> None:
    analyst = ScriptedAnalyst(on_portfolios=answering(recommend("BHP", "review"), recommend("CBA", "proceed")))
    bench = bench_over(two_portfolios(), analyst=analyst)
    await bench.open()
    analysis = await bench.analyze()
    assert {r.symbol: (r.action, r.source) for r in analysis.recommendations} == {
        "BHP": ("review", "model"),
        "CBA": ("proceed", "model"),
    }


async def test_deciding_the_same_on_buys_twice_changes_nothing(bench_over: MakeBench) -> None:
    bench = bench_over(short_of_cash())
    await bench.open("Manual")
    await bench.advance()
    half = recommend("WBC", "partial", 50, reason="Half of it")
    await bench.apply(half)
    before = await bench.amounts()
    # Half of 7,000 for WBC and 7,000 for NAB are 10,500, scaled to the 6,000 there are.
    assert (before["P1", "WBC"], before["P1", "NAB"]) == (2_000, 4_000)
    await bench.apply(half)
    assert await bench.amounts() == before
