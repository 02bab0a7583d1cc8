"""What is said of a model's mistakes: kept for the model, should it be asked again, and for nobody else."""

from tests.domain.trading.test_repair import FLAGGED, PLAIN, cba, exception, resolved
from trimtab.domain.trading.recommendation import Recommendation
from trimtab.domain.trading.repair import MODEL

MISTAKES: tuple[Recommendation, ...] = (
    cba("partial", exceptions=[exception("P9", "defer"), exception("P1", "proceed"), exception("P1", "defer")]),
    cba("defer"),
    Recommendation(symbol="WBC", action="proceed"),
    Recommendation(symbol="XXX", action="proceed"),
)
SAID = [
    "this portfolio has no pending trade in the instrument",
    "the portfolio is in the list twice",
    "a partial needs a proceed_percent from 1 to 99; use proceed for all and defer for none",
    "the symbol is in the list twice; keep one entry",
    "nothing is pending in this instrument in this phase; see get_session view=trades",
    "the book has no such instrument; see get_session view=trades for those with pending trades",
]


def test_a_models_mistakes_are_complaints_and_refuse_nothing() -> None:
    found = resolved(*MISTAKES, manners=MODEL)
    assert [each.message for each in found.complaints] == SAID
    assert found.problems == ()
    assert len(found.verdicts) == 2


def test_a_callers_mistakes_are_problems_and_no_complaints() -> None:
    found = resolved(*MISTAKES)
    assert [each.message for each in found.problems] == SAID
    assert found.complaints == ()


def test_both_count_the_same() -> None:
    assert resolved(*MISTAKES, manners=MODEL).removed - resolved(*MISTAKES).removed == {"no_flag": 1}


def test_waiting_without_a_flag_is_counted_and_no_complaint() -> None:
    found = resolved(cba("defer", reason="Not today"), lines=[FLAGGED, PLAIN], manners=MODEL)
    assert (found.removed, found.complaints) == ({"no_flag": 1}, ())
