"""A batch of sells: a verdict for every line, whoever has to give it, and what was wrong counted."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.workflow.desks import plan_of, recommend
from tests.workflow.scripted_analyst import RULES, ScriptedAnalyst
from tests.workflow.small_books import two_portfolios
from trimtab.domain.trading.model_answer import Refused
from trimtab.domain.trading.recommendation import Recommendation
from trimtab.workflow.lines import open_lines
from trimtab.workflow.overviews import portfolio_batch
from trimtab.workflow.ports.analysts import AnalystFailed, PortfolioAnswer, PortfolioQuestion
from trimtab.workflow.sell_batches import Judged, judge_batch

PLAN = plan_of(two_portfolios())
QUESTION = PortfolioQuestion(portfolio_batch(PLAN, 1), open_lines(PLAN, "sell"))
CBA, BHP = recommend("CBA", "defer", flags=["div"]), recommend("BHP", "proceed")


class Answers:
    """Gives these one after the other; the last of them from then on. Keeps the questions."""

    def __init__(self, *answers: PortfolioAnswer | Exception) -> None:
        self._left = list(answers)
        self.asked: list[PortfolioQuestion] = []

    async def __call__(self, question: PortfolioQuestion) -> PortfolioAnswer:
        self.asked.append(question)
        found = self._left.pop(0) if len(self._left) > 1 else self._left[0]
        if isinstance(found, Exception):
            raise found
        return found


def of(*recommendations: Recommendation, refused: tuple[Refused, ...] = ()) -> PortfolioAnswer:
    return PortfolioAnswer(recommendations, refused)


async def judged(on_portfolios: Callable[[PortfolioQuestion], Awaitable[PortfolioAnswer]]) -> Judged:
    return await judge_batch(PLAN, QUESTION, analyst=ScriptedAnalyst(on_portfolios=on_portfolios), fallback=RULES)


def verdicts(found: Judged) -> dict[tuple[str, str], tuple[str, str, str]]:
    return {(v.account_number, v.symbol): (v.verdict.action, v.source, v.note) for v in found.resolution.verdicts}


ALL_OF_THE_MODEL = {
    ("P1", "BHP"): ("proceed", "model", ""),
    ("P1", "CBA"): ("defer", "model", ""),
    ("P2", "CBA"): ("defer", "model", ""),
}


async def test_one_answer_is_enough() -> None:
    answers = Answers(of(BHP, CBA))
    found = await judged(answers)
    assert answers.asked == [QUESTION]
    assert (verdicts(found), found.resolution.removed, found.degraded) == (ALL_OF_THE_MODEL, {}, ())


async def test_only_portfolios_with_something_left_are_asked_about_again_with_what_was_wrong() -> None:
    answers = Answers(
        of(CBA, recommend("XXX", "proceed"), refused=(Refused("wrong_direction", "recommendations[2] buys"),)),
        of(recommend("BHP", "proceed")),
    )
    found = await judged(answers)
    again = answers.asked[1]
    assert [block.account_number for block in again.batch.portfolios] == ["P1"]
    assert [(line.account_number, line.symbol) for line in again.lines] == [("P1", "BHP")]
    assert again.complaints == (
        "recommendations[2] buys",
        "recommendations[1].symbol: the book has no such instrument",
        "BHP: there is no verdict yet",
    )
    assert (again.batch.number, again.batch.total) == (1, 1)
    assert verdicts(found) == ALL_OF_THE_MODEL
    assert found.resolution.removed == {"unknown_symbol": 1, "wrong_direction": 1}


async def test_an_answer_to_more_than_was_asked_again_is_nobodys_mistake() -> None:
    found = await judged(Answers(of(CBA), of(recommend("CBA", "proceed"), BHP)))
    assert (verdicts(found), found.resolution.removed) == (ALL_OF_THE_MODEL, {})


async def test_an_instrument_invented_when_asked_again_is_counted() -> None:
    found = await judged(Answers(of(CBA), of(recommend("CBA", "proceed"), recommend("XXX", "proceed"), BHP)))
    assert (verdicts(found), found.resolution.removed) == (ALL_OF_THE_MODEL, {"unknown_symbol": 1})


async def test_a_line_whose_exception_cant_be_read_is_asked_about_again_and_then_judged_by_the_rules() -> None:
    unread = Refused("wrong_schema", "recommendations[1].exceptions[0] is none", "CBA", "P2")
    answers = Answers(of(BHP, CBA, refused=(unread,)), of(CBA))
    found = await judged(answers)
    assert [(line.account_number, line.symbol) for line in answers.asked[1].lines] == [("P2", "CBA")]
    assert answers.asked[1].complaints == (unread.message, "CBA: there is no verdict yet")
    assert (verdicts(found), found.degraded) == (ALL_OF_THE_MODEL, ())
    never = await judged(Answers(of(BHP, CBA, refused=(unread,)), of(CBA, refused=(unread,))))
    assert verdicts(never) == {**ALL_OF_THE_MODEL, ("P2", "CBA"): ("partial", "rules", "fallback")}
    assert never.degraded == ("batch 1 of 1: scripted left 1 instrument open; rules judged them",)


async def test_what_nobody_answers_in_three_tries_the_rules_judge_marked() -> None:
    answers = Answers(of(BHP), of())
    found = await judged(answers)
    assert len(answers.asked) == 3
    assert verdicts(found) == {
        ("P1", "BHP"): ("proceed", "model", ""),
        ("P1", "CBA"): ("partial", "rules", "fallback"),
        ("P2", "CBA"): ("partial", "rules", "fallback"),
    }
    assert found.resolution.removed == {"missing_instrument": 1}
    assert found.degraded == ("batch 1 of 1: scripted left 1 instrument open; rules judged them",)


@pytest.mark.parametrize("kind", ["bad_json", "wrong_schema"])
async def test_what_cant_be_read_is_asked_for_again(kind) -> None:
    answers = Answers(AnalystFailed(kind, "answered in another shape"), of(BHP, CBA))
    found = await judged(answers)
    assert [question.complaints for question in answers.asked] == [(), ("It answered in another shape.",)]
    assert (verdicts(found), found.resolution.removed, found.degraded) == (ALL_OF_THE_MODEL, {kind: 1}, ())


async def test_what_can_never_be_read_is_the_rules_to_judge() -> None:
    answers = Answers(AnalystFailed("bad_json", "said nothing"))
    found = await judged(answers)
    assert len(answers.asked) == 3
    assert {(source, note) for _, source, note in verdicts(found).values()} == {("rules", "fallback")}
    assert found.resolution.removed == {"bad_json": 3}
    assert found.degraded == ("batch 1 of 1: scripted said nothing; rules judged it",)


@pytest.mark.parametrize(
    "kind",
    ["truncated", "refused", "rate_limited", "overloaded", "timeout", "unreachable", "rejected", "over_budget"],
)
async def test_any_other_failure_is_final(kind) -> None:
    answers = Answers(AnalystFailed(kind, "was rate limited"))
    found = await judged(answers)
    assert len(answers.asked) == 1
    assert {(source, note) for _, source, note in verdicts(found).values()} == {("rules", "fallback")}
    assert (found.resolution.removed, found.degraded) == (
        {},
        ("batch 1 of 1: scripted was rate limited; rules judged it",),
    )


async def test_a_failure_after_an_answer_is_told_without_taking_the_answer_away() -> None:
    answers = Answers(of(BHP), AnalystFailed("overloaded", "was overloaded"))
    found = await judged(answers)
    assert verdicts(found)["P1", "BHP"] == ("proceed", "model", "")
    assert verdicts(found)["P1", "CBA"] == ("partial", "rules", "fallback")
    assert found.degraded == ("batch 1 of 1: scripted was overloaded when asked again",)
    assert found.resolution.removed == {"missing_instrument": 1}


async def test_a_models_reasons_are_checked_and_the_fallbacks_are_its_own() -> None:
    found = await judged(Answers(of(recommend("BHP", "proceed", reason="It lost 37%.")), of()))
    reasons = {v.symbol: v.reason for v in found.resolution.verdicts}
    assert reasons["BHP"] == "No flag speaks for waiting."
    assert reasons["CBA"] == "Sell what ends the breach now and wait with the rest: an ex-date is near."
    assert found.resolution.removed == {"number_in_prose": 1, "missing_instrument": 1}


async def test_a_vote_stays_what_it_is_when_it_is_asked_again() -> None:
    answers = Answers(of(CBA), of(BHP))
    analyst = ScriptedAnalyst(on_portfolios=answers)
    await judge_batch(PLAN, replace(QUESTION, vote=2), analyst=analyst, fallback=RULES)
    assert [question.vote for question in answers.asked] == [2, 2]
