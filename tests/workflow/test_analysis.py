"""Analysis of the sells: what fails is replaced and said, and what stands stays."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

import pytest

from tests.oracle.book_rows import NewInstrument, NewModel, NewPortfolio, make_book
from tests.workflow.desks import MakeBench, except_for, plan_of, recommend
from tests.workflow.scripted_analyst import RULES, ScriptedAnalyst, answering, fail
from tests.workflow.small_books import (
    CBA,
    both_wait,
    many_portfolios,
    portfolio_lots,
    short_of_cash,
    two_portfolios,
)
from trimtab.domain.errors import SettingsError, TrimtabError, Unavailable
from trimtab.domain.trading.overview import ExchangeMomentum
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.analysis import Analyzed, Panel, analyze_sells, current_analysis, inputs_digest
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.analysts import (
    BuyQuestion,
    MomentumAnswer,
    PortfolioAnswer,
    PortfolioQuestion,
    SynthesisQuestion,
)
from trimtab.workflow.ports.desk import no_progress
from trimtab.workflow.ports.requests import InstrumentRule
from trimtab.workflow.state import AnalysisRecord, Decision

ONE_EACH = Policy(batch_size=1)


async def analyzed(plan: SessionPlan, analyst: ScriptedAnalyst) -> Analyzed:
    return await analyze_sells(plan, panel=Panel(analyst, RULES), progress=no_progress)


def decided(found: Analyzed) -> dict[tuple[str, str], tuple[str, float, str]]:
    return {(p.account_number, p.symbol): (p.action, p.proceed_pct, p.note) for p in found.proposals}


async def test_every_open_sell_gets_a_proposal() -> None:
    found = await analyzed(plan_of(two_portfolios()), ScriptedAnalyst())
    assert decided(found) == {
        ("P1", "BHP"): ("proceed", 100, ""),
        ("P1", "CBA"): ("partial", 50, ""),
        ("P2", "CBA"): ("partial", 70, ""),
    }
    assert {proposal.source for proposal in found.proposals} == {"model"}
    assert (found.record.degraded, found.record.removed) == ((), {})


async def test_batches_and_momentum_really_run_at_the_same_time() -> None:
    everybody = asyncio.Barrier(3)

    async def portfolios(question: PortfolioQuestion) -> PortfolioAnswer:
        async with everybody:
            return await RULES.portfolios(question)

    async def momentum(markets: tuple[ExchangeMomentum, ...]) -> MomentumAnswer:
        async with everybody:
            return await RULES.momentum(markets)

    analyst = ScriptedAnalyst(on_portfolios=portfolios, on_momentum=momentum)
    async with asyncio.timeout(10):
        found = await analyzed(plan_of(two_portfolios(), policy=ONE_EACH), analyst)
    assert len(found.proposals) == 3


async def test_batches_never_see_the_markets_and_momentum_never_sees_portfolios() -> None:
    seen: list[object] = []

    async def portfolios(question: PortfolioQuestion) -> PortfolioAnswer:
        seen.append(question)
        return await RULES.portfolios(question)

    async def momentum(markets: tuple[ExchangeMomentum, ...]) -> MomentumAnswer:
        seen.append(markets)
        return await RULES.momentum(markets)

    await analyzed(plan_of(two_portfolios()), ScriptedAnalyst(on_portfolios=portfolios, on_momentum=momentum))
    [question] = [each for each in seen if isinstance(each, PortfolioQuestion)]
    [markets] = [each for each in seen if isinstance(each, tuple)]
    assert "P1" not in repr(markets)
    assert "Client" not in repr(markets)
    assert "ExchangeMomentum" not in repr(question)


async def test_a_batch_that_fails_is_judged_by_the_fallback_and_the_others_stand() -> None:
    async def second_fails(question: PortfolioQuestion) -> PortfolioAnswer:
        return await (fail(question) if question.batch.number == 2 else RULES.portfolios(question))

    plan = plan_of(two_portfolios(), policy=ONE_EACH)
    found = await analyzed(plan, ScriptedAnalyst(on_portfolios=second_fails))
    assert found.record.degraded == ("batch 2 of 2: scripted failed (Tired); rules judged it",)
    assert [(p.account_number, p.source, p.note) for p in found.proposals] == [
        ("P1", "model", ""),
        ("P1", "model", ""),
        ("P2", "rules", "fallback"),
    ]


async def test_instruments_left_out_are_asked_for_again() -> None:
    asked: list[tuple[str, ...]] = []

    async def one_at_a_time(question: PortfolioQuestion) -> PortfolioAnswer:
        asked.append(tuple(sorted({line.symbol for line in question.lines})))
        # The second answer repeats the first one's symbol, which wasn't asked for again: nobody's mistake.
        return PortfolioAnswer(
            (recommend("CBA", "proceed"), *([recommend("BHP", "proceed")] if len(asked) == 2 else []))
        )

    found = await analyzed(plan_of(two_portfolios()), ScriptedAnalyst(on_portfolios=one_at_a_time))
    assert asked == [("BHP", "CBA"), ("BHP",)]
    assert {note for _, _, note in decided(found).values()} == {""}
    assert found.record.removed == {}


async def test_instruments_left_out_twice_get_the_rules_verdict_marked_and_counted() -> None:
    found = await analyzed(
        plan_of(two_portfolios()), ScriptedAnalyst(on_portfolios=answering(recommend("BHP", "proceed")))
    )
    assert decided(found) == {
        ("P1", "BHP"): ("proceed", 100, ""),
        ("P1", "CBA"): ("partial", 50, "fallback"),
        ("P2", "CBA"): ("partial", 70, "fallback"),
    }
    assert found.record.removed == {"missing_instrument": 1}
    assert found.record.degraded == ("batch 1 of 1: scripted left 1 instrument open; rules judged them",)


async def test_the_first_answer_stands_when_the_second_call_fails() -> None:
    async def tired_after_one(question: PortfolioQuestion) -> PortfolioAnswer:
        if len(question.lines) < 3:
            await fail(question)
        return PortfolioAnswer((recommend("BHP", "proceed"),))

    found = await analyzed(plan_of(two_portfolios()), ScriptedAnalyst(on_portfolios=tired_after_one))
    assert decided(found)["P1", "BHP"] == ("proceed", 100, "")
    assert decided(found)["P1", "CBA"] == ("partial", 50, "fallback")
    assert found.record.degraded == ("batch 1 of 1: scripted failed (Tired) when asked again",)


async def test_a_models_mistakes_are_repaired_and_counted() -> None:
    answer = answering(
        recommend("CBA", "partial", 0, flags=["dip:-20%", "div"]),
        recommend("CBA", "defer"),
        recommend("XXX", "defer"),
        recommend("WBC", "proceed"),
        recommend("BHP", "defer", flags=["cgt:3d"], exceptions=[except_for("P7", "defer")]),
    )
    found = await analyzed(plan_of(two_portfolios()), ScriptedAnalyst(on_portfolios=answer))
    assert decided(found) == {
        ("P1", "BHP"): ("proceed", 100, "no_flag"),
        ("P1", "CBA"): ("partial", 50, "curing_percent"),
        ("P2", "CBA"): ("partial", 70, "curing_percent"),
    }
    assert found.record.removed == {
        "duplicate_symbol": 1,
        "no_flag": 1,
        "nothing_pending": 1,
        "percent_out_of_range": 2,
        "unknown_portfolio": 1,
        "unknown_symbol": 1,
        "unsupported_flag": 2,
    }


async def test_waiting_that_together_leaves_a_withdrawal_unpaid_proceeds() -> None:
    found = await analyzed(plan_of(both_wait()), ScriptedAnalyst())
    assert decided(found) == {
        ("P1", "CBA"): ("proceed", 100, "cash_overdrawn"),
        ("P1", "CBB"): ("proceed", 100, "cash_overdrawn"),
    }
    assert found.record.removed == {"cash_overdrawn": 2}
    assert "2 proceed" in found.record.summary


async def test_verdicts_stand_without_market_context_or_summary(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios(), analyst=ScriptedAnalyst(on_momentum=fail, on_synthesis=fail))
    await bench.open()
    analysis = await bench.analyze()
    assert analysis.degraded == ("momentum: scripted failed (Tired)", "synthesis: scripted failed (Tired)")
    assert (analysis.analysis, analysis.exchange_comments) == ("", ())
    assert analysis.recommendations[0].action == "partial"
    assert (await bench.summary()).degraded == analysis.degraded
    assert (await bench.advance()).degraded == analysis.degraded


async def test_synthesis_sees_one_verdict_per_instrument_and_cannot_change_it() -> None:
    questions: list[SynthesisQuestion] = []

    async def synthesis(question: SynthesisQuestion):
        questions.append(question)
        return replace(await RULES.synthesis(question), summary="Two instruments, in 2 portfolios.")

    answer = answering(recommend("BHP", "proceed"), recommend("CBA", "defer", exceptions=[except_for("P2", "proceed")]))
    found = await analyzed(plan_of(two_portfolios()), ScriptedAnalyst(on_portfolios=answer, on_synthesis=synthesis))
    bhp, cba = questions[0].verdicts
    assert (bhp.symbol, bhp.action, bhp.counts) == ("BHP", "proceed", (("proceed", 1),))
    assert (cba.action, cba.counts, cba.flags) == ("partial", (("proceed", 1), ("defer", 1)), ("div:8d/$0.0200",))
    assert found.record.summary == "Two instruments, in 2 portfolios."
    assert decided(found)["P1", "CBA"] == ("defer", 0, "")


async def test_progress_strictly_increases_to_its_end(bench_over: MakeBench) -> None:
    bench = bench_over(many_portfolios(5), policy=ONE_EACH)
    await bench.open()
    await bench.analyze()
    assert [done for done, _, _ in bench.progress] == list(range(1, 9))
    assert {total for _, total, _ in bench.progress} == {8}
    assert {message for _, _, message in bench.progress} >= {
        "Analyzing batch 3 of 5...",
        "Reading momentum...",
        "Synthesizing recommendations...",
        "Checking tolerances...",
    }


async def test_progress_says_the_stage_and_the_batch(bench_over: MakeBench) -> None:
    bench = bench_over(short_of_cash(), policy=ONE_EACH)
    await bench.open()
    await bench.advance()
    assert sorted((step.stage, step.batch, step.batches) for step in bench.steps) == [
        ("analyzing", 1, 1),
        ("buys", 1, 1),
        ("momentum", None, None),
        ("synthesizing", None, None),
        ("validating", None, None),
    ]
    bench.steps.clear()
    again = bench_over(many_portfolios(3), policy=ONE_EACH)
    await again.open()
    await again.analyze()
    batches = [(step.batch, step.batches) for step in again.steps if step.stage == "analyzing"]
    assert sorted(batches) == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("error", [SettingsError("The key is wrong."), Unavailable("The address doesn't answer.")])
async def test_an_analyst_that_cant_work_at_all_is_not_asked(bench_over: MakeBench, error: TrimtabError) -> None:
    async def prepare(_questions: Sequence[PortfolioQuestion | BuyQuestion]) -> None:
        raise error

    analyst = ScriptedAnalyst(on_prepare=prepare)
    bench = bench_over(two_portfolios(), analyst=analyst)
    await bench.open()
    for call in (bench.analyze, bench.advance):
        with pytest.raises(type(error)):
            await call()
    assert analyst.asked == []
    assert ((await bench.summary()).version, len(await bench.rows("log"))) == (1, 1)


async def test_whoever_judges_is_shown_all_batches_and_the_markets_before_the_first_is_asked_about() -> None:
    shown: list[tuple[int, ...]] = []

    async def prepare(questions: Sequence[PortfolioQuestion | BuyQuestion]) -> None:
        shown.append(tuple(question.batch.number for question in questions if isinstance(question, PortfolioQuestion)))

    analyst, plan = ScriptedAnalyst(on_prepare=prepare), plan_of(many_portfolios(3), policy=ONE_EACH)
    await analyzed(plan, analyst)
    assert shown == [(1, 2, 3)]
    assert [[market.code for market in seen] for seen in analyst.measured] == [["ASX"]]


def waits_for_cash(*decisions: Decision) -> SessionPlan:
    """P1 pays out 10,000: CBA 56 of 40 is to be sold, AAA 54 of 60 only where CBA waits."""
    book = make_book(
        instruments=[NewInstrument("AAA"), CBA],
        models=[NewModel(lines=(("AAA", 60.0), ("CBA", 40.0)))],
        portfolios=[NewPortfolio("P1", pending_withdrawal=10_000)],
        lots=portfolio_lots("P1", AAA=54_000, CBA=56_000),
    )
    return plan_of(book, decisions=decisions)


async def test_an_analysis_of_a_decided_session_sees_it_as_if_nobody_had_decided() -> None:
    # What CBA's waiting leaves unpaid AAA pays, as a row of its own before CBA's.
    waits = Decision(
        account_number="P1", symbol="CBA", side="sell", action="defer", proceed_pct=0, source="person", reason="Not yet"
    )
    assert [len(plan.sells.offers.line) for plan in (waits_for_cash(), waits_for_cash(waits))] == [1, 2]
    seen: list[object] = []

    async def portfolios(question: PortfolioQuestion) -> PortfolioAnswer:
        seen.append(question)
        return PortfolioAnswer((recommend("CBA", "proceed", reason="CBA is at 56% of a target of 40%."),))

    async def momentum(markets: tuple[ExchangeMomentum, ...]) -> MomentumAnswer:
        seen.append(markets)
        return await RULES.momentum(markets)

    for plan in (waits_for_cash(), waits_for_cash(waits)):
        found = await analyzed(plan, ScriptedAnalyst(on_portfolios=portfolios, on_momentum=momentum))
        assert [proposal.reason for proposal in found.proposals] == ["CBA is at 56% of a target of 40%."]
        assert found.record.removed == {}
    assert sorted(map(repr, seen[:2])) == sorted(map(repr, seen[2:]))


async def test_a_cancelled_analysis_leaves_nothing_running() -> None:
    asked, ended = asyncio.Semaphore(0), list[str]()

    async def never(name: str) -> NoReturn:
        asked.release()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(name)
        raise AssertionError

    analyst = ScriptedAnalyst(on_portfolios=lambda _: never("batch"), on_momentum=lambda _: never("momentum"))
    task = asyncio.create_task(analyzed(plan_of(two_portfolios(), policy=ONE_EACH), analyst))
    for _ in range(3):
        await asked.acquire()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(ended) == ["batch", "batch", "momentum"]


async def test_a_batch_without_open_sells_is_not_asked_about() -> None:
    book = two_portfolios()
    analyst = ScriptedAnalyst()
    rules = tuple(
        InstrumentRule(code=code, rule="do_not_sell", reason="Escrow", account_number="P1") for code in ("BHP", "CBA")
    )
    found = await analyzed(plan_of(book, policy=ONE_EACH, instrument_rules=rules), analyst)
    assert sorted(analyst.asked) == ["momentum", "portfolios", "synthesis"]
    assert len(found.proposals) == 1


async def test_remembered_remarks_are_the_ones_that_were_made() -> None:
    plan = plan_of(two_portfolios())
    first = await analyzed(plan, ScriptedAnalyst())
    analyst = ScriptedAnalyst()
    again = await analyzed(replace(plan, state=plan.state.changed(sell_analysis=first.record)), analyst)
    assert "momentum" not in analyst.asked
    assert again.record == first.record
    assert {remark.sector for remark in again.record.remarks} == {None, "Diversified", "Financials", "Materials"}


def test_an_analysis_is_current_as_long_as_its_inputs_are() -> None:
    plan = plan_of(two_portfolios())
    record = AnalysisRecord(analyst="rules", side="sell", inputs=inputs_digest(plan), summary="")
    assert current_analysis(plan) is None
    assert current_analysis(plan_of(two_portfolios(), sell_analysis=record)) == record
    rule = InstrumentRule(code="BHP", rule="hold", reason="Escrow")
    assert current_analysis(plan_of(two_portfolios(), sell_analysis=record, instrument_rules=(rule,))) is None
