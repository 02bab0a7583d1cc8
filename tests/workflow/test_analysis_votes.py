"""Votes: each batch asked several times, and a verdict that depends on the order of its lines under review."""

import json
from collections import Counter

import pytest

from tests.workflow.desks import MakeBench, except_for, plan_of, recommend
from tests.workflow.scripted_analyst import RULES, ScriptedAnalyst, fail
from tests.workflow.small_books import many_portfolios, two_portfolios
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.analysis import Analyzed, Panel, analyze_sells
from trimtab.workflow.ports.analysts import PortfolioAnswer, PortfolioQuestion, SynthesisAnswer, SynthesisQuestion
from trimtab.workflow.ports.desk import no_progress
from trimtab.workflow.stability import REASON

TWO_EACH = Policy(batch_size=2)


async def first_waits(question: PortfolioQuestion) -> PortfolioAnswer:
    """Waits with CBA where it is read first: a model that judges by position."""
    first = question.batch.portfolios[0].account_number
    symbols = sorted({line.symbol for line in question.lines})
    exceptions = [except_for(first, "defer", flags=["div"])] if "CBA" in symbols else []
    return PortfolioAnswer(tuple(recommend(s, "proceed", exceptions=exceptions if s == "CBA" else []) for s in symbols))


async def analyzed(analyst: ScriptedAnalyst, *, votes: int, portfolios: int = 4) -> Analyzed:
    plan = plan_of(many_portfolios(portfolios), policy=TWO_EACH)
    return await analyze_sells(plan, panel=Panel(analyst, RULES, votes), progress=no_progress)


async def test_each_batch_is_asked_about_once_for_each_vote_and_the_rest_once() -> None:
    analyst = ScriptedAnalyst()
    found = await analyzed(analyst, votes=3)
    assert Counter(analyst.asked) == {"portfolios": 6, "momentum": 1, "synthesis": 1}
    assert (found.record.votes, found.record.flipped, found.record.flip_rate_pct) == (3, (), 0)


async def test_an_instrument_that_flips_anywhere_is_under_review_everywhere() -> None:
    seen: list[SynthesisQuestion] = []

    async def synthesis(question: SynthesisQuestion) -> SynthesisAnswer:
        seen.append(question)
        return await RULES.synthesis(question)

    async def first_waits_once(question: PortfolioQuestion) -> PortfolioAnswer:
        return await (first_waits if question.batch.number == 1 else RULES.portfolios)(question)

    found = await analyzed(ScriptedAnalyst(on_portfolios=first_waits_once, on_synthesis=synthesis), votes=5)
    outcome = {(p.account_number, p.symbol): (p.action, p.proceed_pct, p.reason, p.note) for p in found.proposals}
    reviewed = ("review", 0, REASON, "unstable")
    assert outcome == {
        ("A001", "BHP"): ("proceed", 100, "No flag speaks for waiting.", ""),
        **dict.fromkeys((("A001", "CBA"), ("A002", "CBA"), ("A003", "CBA"), ("A004", "CBA")), reviewed),
    }
    assert (found.record.votes, found.record.flipped, found.record.flip_rate_pct) == (5, ("CBA",), 50)
    assert [(v.symbol, v.action) for v in seen[0].verdicts] == [("BHP", "proceed"), ("CBA", "review")]


async def test_with_one_vote_the_order_is_the_usual_one_and_nothing_is_told_of_votes() -> None:
    found = await analyzed(ScriptedAnalyst(on_portfolios=first_waits), votes=1)
    assert {p.note for p in found.proposals} == {""}
    assert (found.record.votes, found.record.flipped, found.record.flip_rate_pct) == (1, (), None)


async def test_of_votes_that_agree_the_first_gives_percents_and_reasons() -> None:
    async def by_vote(question: PortfolioQuestion) -> PortfolioAnswer:
        said = ("The ex-date is in 8 days.", "Sell $4,000.", "A part waits.")[question.vote]
        percent = (60, 70, 80)[question.vote]
        return PortfolioAnswer(
            (recommend("CBA", "partial", percent, reason=said, flags=["div"]), recommend("BHP", "proceed"))
        )

    found = await analyzed(ScriptedAnalyst(on_portfolios=by_vote), votes=3, portfolios=1)
    [cba] = [p for p in found.proposals if p.symbol == "CBA"]
    assert (cba.action, cba.proceed_pct, cba.reason) == ("partial", 60, "The ex-date is in 8 days.")
    assert found.record.flipped == ()


async def test_what_is_removed_and_what_fails_is_told_of_every_vote() -> None:
    async def second_fails(question: PortfolioQuestion) -> PortfolioAnswer:
        if question.vote == 1:
            await fail(question)
        answer = await RULES.portfolios(question)
        return PortfolioAnswer((*answer.recommendations, recommend("XXX", "proceed")))

    found = await analyzed(ScriptedAnalyst(on_portfolios=second_fails), votes=3, portfolios=2)
    assert found.record.degraded == ("batch 1 of 1: scripted failed (Tired); rules judged it",)
    assert found.record.removed == {"unknown_symbol": 2}
    # The rules, who stood in, judged as the others did.
    assert found.record.flipped == ()


async def test_where_the_first_vote_fails_what_the_analyst_said_in_another_is_taken() -> None:
    async def only_the_second(question: PortfolioQuestion) -> PortfolioAnswer:
        return await (RULES.portfolios if question.vote == 1 else fail)(question)

    found = await analyzed(ScriptedAnalyst(on_portfolios=only_the_second), votes=3, portfolios=2)
    assert {(p.source, p.note) for p in found.proposals} == {("model", "")}
    assert found.record.degraded == ("batch 1 of 1: scripted failed (Tired); rules judged it",)
    assert (found.record.votes, found.record.flipped, found.record.flip_rate_pct) == (3, (), None)


async def test_votes_of_which_no_two_can_be_compared_have_no_rate_and_are_told_all_the_same(
    bench_over: MakeBench,
) -> None:
    bench = bench_over(two_portfolios(), analyst=ScriptedAnalyst(on_portfolios=fail), votes=2)
    await bench.open()
    analysis = await bench.analyze()
    assert analysis.degraded == ("batch 1 of 1: scripted failed (Tired); rules judged it",)
    assert analysis.stability is not None
    assert analysis.stability.model_dump() == {"votes": 2, "flip_rate_pct": None, "flipped": ()}
    once = bench_over(two_portfolios(), analyst=ScriptedAnalyst())
    await once.open()
    assert (await once.analyze()).stability is None


@pytest.mark.parametrize("votes", [1, 3])
async def test_the_flip_rate_is_told_in_the_log_where_there_are_votes(bench_over: MakeBench, votes: int) -> None:
    bench = bench_over(two_portfolios(), analyst=ScriptedAnalyst(on_portfolios=first_waits), votes=votes)
    await bench.open()
    analysis = await bench.analyze()
    detail = json.loads((await bench.rows("log"))[-1]["detail"])
    if votes == 1:
        assert not detail.keys() & {"votes", "flip_rate_pct"}
    else:
        assert (detail["votes"], detail["flip_rate_pct"]) == (3, 50)
        assert {r.symbol: (r.action, r.reason) for r in analysis.recommendations}["CBA"] == ("review", REASON)
        assert (await bench.advance()).under_review == 2


async def test_the_same_votes_lead_to_the_same_plan(bench_over: MakeBench) -> None:
    plans = []
    for _ in range(2):
        bench = bench_over(many_portfolios(5), analyst=ScriptedAnalyst(on_portfolios=first_waits), votes=4)
        await bench.open()
        await bench.analyze()
        plans.append(await bench.rows("plan"))
    assert plans[0] == plans[1]
