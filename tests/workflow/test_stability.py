"""The same question several times, in another order each: what depends on the order is nobody's verdict."""

from dataclasses import replace

import pytest

from tests.workflow.desks import plan_of
from tests.workflow.small_books import many_portfolios, two_portfolios
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.repair import LineVerdict
from trimtab.workflow.asking import FALLBACK
from trimtab.workflow.lines import open_lines
from trimtab.workflow.overviews import portfolio_batch
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.analysts import PortfolioQuestion
from trimtab.workflow.stability import (
    REASON,
    UNSTABLE,
    Stability,
    compare,
    first_given,
    permuted,
    with_flips_under_review,
)


def question_of(plan: SessionPlan) -> PortfolioQuestion:
    return PortfolioQuestion(portfolio_batch(plan, 1), open_lines(plan, "sell"))


QUESTION = question_of(plan_of(many_portfolios(6)))


def orders(question: PortfolioQuestion) -> tuple[list[str], list[tuple[str, ...]]]:
    blocks = question.batch.portfolios
    return [block.account_number for block in blocks], [tuple(row.symbol for row in block.rows) for block in blocks]


def verdict(symbol: str, account: str, what: Verdict = Verdict.PROCEED, percent: float = 100) -> LineVerdict:
    return LineVerdict(account, symbol, "sell", what, percent, "Because.", ("div:8d/$2.40",), "model")


def test_the_first_vote_has_the_usual_order() -> None:
    assert permuted(QUESTION, 0) is QUESTION


def test_each_vote_has_its_own_order_and_always_the_same_one() -> None:
    votes = [permuted(QUESTION, vote) for vote in range(5)]
    assert len({repr(orders(vote)) for vote in votes}) == 5
    assert votes == [permuted(question_of(plan_of(many_portfolios(6))), vote) for vote in range(5)]
    assert [vote.vote for vote in votes] == [0, 1, 2, 3, 4]


def test_portfolios_and_lines_both_move_and_none_is_lost() -> None:
    usual, moved = orders(QUESTION), orders(permuted(QUESTION, 1))
    assert moved[0] != usual[0]
    assert sorted(moved[0]) == sorted(usual[0])
    assert len(set(moved[1])) > 1
    assert {tuple(sorted(rows)) for rows in moved[1]} == {tuple(sorted(rows)) for rows in usual[1]}
    by_account = {block.account_number: set(block.rows) for block in QUESTION.batch.portfolios}
    assert {b.account_number: set(b.rows) for b in permuted(QUESTION, 1).batch.portfolios} == by_account


def test_what_is_asked_for_stays_the_same() -> None:
    moved = permuted(QUESTION, 3)
    assert (moved.lines, moved.batch.number, moved.batch.total) == (QUESTION.lines, 1, 1)


def test_an_instrument_flips_where_any_of_its_lines_has_two_actions() -> None:
    steady = [verdict("BHP", "P1"), verdict("CBA", "P1"), verdict("CBA", "P2")]
    flipped = [verdict("BHP", "P1"), verdict("CBA", "P1"), verdict("CBA", "P2", Verdict.DEFER, 0)]
    found = compare([steady, flipped, steady])
    assert found == Stability(votes=3, compared=2, flipped=("CBA",))
    assert found.flip_rate_pct == 50


@pytest.mark.parametrize(("votes", "compared", "rate_pct"), [(1, 0, None), (2, 2, 0), (3, 2, 0)])
def test_votes_that_agree_flip_nothing(votes: int, compared: int, rate_pct: float | None) -> None:
    found = compare([[verdict("BHP", "P1"), verdict("CBA", "P1")]] * votes)
    assert (found.votes, found.compared, found.flipped, found.flip_rate_pct) == (votes, compared, (), rate_pct)


def test_only_what_the_analyst_judged_twice_is_compared() -> None:
    stood_in = replace(verdict("CBA", "P1", Verdict.DEFER, 0), note=FALLBACK)
    found = compare([[verdict("BHP", "P1"), verdict("CBA", "P1")], [verdict("BHP", "P1"), stood_in]])
    assert (found.compared, found.flipped, found.flip_rate_pct) == (1, (), 0)
    waits = verdict("WBC", "P1", Verdict.DEFER, 0)
    once = compare(
        [[verdict(s, "P1") for s in ("BHP", "CBA", "WBC")], [verdict("BHP", "P1"), verdict("CBA", "P1"), waits]]
    )
    assert once.flip_rate_pct == 33.33


def test_of_each_line_the_first_verdict_that_the_analyst_gave_is_taken() -> None:
    stood_in = replace(verdict("CBA", "P1", Verdict.DEFER, 0), note=FALLBACK)
    own, later = verdict("CBA", "P1", Verdict.PARTIAL, 40), verdict("CBA", "P1", Verdict.PARTIAL, 60)
    other = verdict("CBA", "P2")
    assert first_given([[stood_in, other], [own], [later]]) == [own, other]
    assert first_given([[own], [stood_in]]) == [own]
    assert first_given([[stood_in], [replace(stood_in, proceed_pct=20.0)]]) == [stood_in]
    assert first_given([[], [other]]) == [other]


def test_another_percent_of_the_same_action_is_no_flip() -> None:
    both = [[verdict("CBA", "P1", Verdict.PARTIAL, percent)] for percent in (40, 60)]
    assert compare(both).flipped == ()


def test_of_nothing_nothing_flips() -> None:
    assert compare([[], []]).flip_rate_pct is None


def test_a_flipped_instrument_is_under_review_in_every_portfolio() -> None:
    first = [verdict("BHP", "P1"), verdict("CBA", "P1"), verdict("CBA", "P2", Verdict.PARTIAL, 40)]
    found = with_flips_under_review(first, Stability(2, 2, ("CBA",)))
    assert found[0] == first[0]
    assert [(v.account_number, v.verdict, v.proceed_pct, v.reason, v.flags, v.note) for v in found[1:]] == [
        ("P1", Verdict.REVIEW, 0, REASON, (), UNSTABLE),
        ("P2", Verdict.REVIEW, 0, REASON, (), UNSTABLE),
    ]
    assert {each.source for each in found} == {"model"}


def test_a_question_about_a_single_line_can_be_told_from_itself() -> None:
    alone = question_of(plan_of(two_portfolios(), portfolios=("P2",)))
    assert permuted(alone, 1) != permuted(alone, 2)
