"""Verdicts that together leave a withdrawal unpaid."""

from collections.abc import Sequence

from tests.workflow.desks import plan_of
from tests.workflow.small_books import both_wait, withdrawing
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.repair import LineVerdict
from trimtab.workflow.withdrawals import NOTE, release_unpaid


def verdict(symbol: str, what: Verdict, percent: float) -> LineVerdict:
    return LineVerdict("P1", symbol, "sell", what, percent, "", ("div:8d/$0.0200",), "model")


def outcome(verdicts: Sequence[LineVerdict]) -> list[tuple[str, float, str]]:
    return [(v.verdict.action, v.proceed_pct, v.note) for v in verdicts]


def test_what_can_be_paid_stays_as_it_was_judged() -> None:
    one = [verdict("CBA", Verdict.PARTIAL, 70), verdict("CBB", Verdict.PROCEED, 100)]
    assert release_unpaid(plan_of(both_wait()), one) == one
    elsewhere = [verdict("CBA", Verdict.DEFER, 0)]
    assert release_unpaid(plan_of(withdrawing()), elsewhere) == elsewhere


def test_waiting_that_cannot_be_paid_proceeds_and_review_stays() -> None:
    waiting = [verdict("CBA", Verdict.PARTIAL, 70), verdict("CBB", Verdict.PARTIAL, 70)]
    assert outcome(release_unpaid(plan_of(both_wait()), waiting)) == [("proceed", 100, NOTE)] * 2
    reviewed = [verdict("CBA", Verdict.REVIEW, 0), verdict("CBB", Verdict.DEFER, 0)]
    assert outcome(release_unpaid(plan_of(both_wait()), reviewed)) == [("review", 0, ""), ("proceed", 100, NOTE)]
