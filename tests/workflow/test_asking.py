"""Asking until everything is judged: again with what was wrong, at most twice more, and only where it may help."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.workflow.scripted_analyst import RULES, ScriptedAnalyst, Tired
from trimtab.domain.errors import Problem
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.model_answer import Refused
from trimtab.domain.trading.overview import Batch
from trimtab.domain.trading.repair import LineVerdict, OpenLine, Resolution
from trimtab.workflow.asking import (
    MENDABLE,
    MOST_COMPLAINTS,
    Heard,
    ask_until_judged,
    complaints,
    left_note,
    left_open,
    marked,
    with_refused,
)
from trimtab.workflow.ports.analysts import AnalystFailed, PortfolioQuestion
from trimtab.workflow.ports.model_calls import FailureKind

FAILURES: tuple[FailureKind, ...] = (
    *("truncated", "refused", "rate_limited", "overloaded", "timeout", "bad_json", "wrong_schema", "unreachable"),
    *("rejected", "over_budget", "cancelled"),
)
ANALYST = ScriptedAnalyst()


def line(symbol: str, account: str = "P1") -> OpenLine:
    return OpenLine(
        row=0,
        account_number=account,
        symbol=symbol,
        side="sell",
        planned_value=1_000,
        amounts=(0, 1_000),
        curing_pct=50,
        tradable_pct=50,
        flags=(),
    )


def verdict(symbol: str, account: str = "P1", *, reason: str = "") -> LineVerdict:
    return LineVerdict(account, symbol, "sell", Verdict.PROCEED, 100, reason, (), "model")


LINES = (line("BHP"), line("CBA"), line("CBA", "P2"))
QUESTION = PortfolioQuestion(Batch(1, 1, ()), LINES)


async def heard(*answers: Resolution | Exception) -> tuple[Heard[PortfolioQuestion], list[PortfolioQuestion]]:
    """What comes of these answers, one to each question, and the questions."""
    asked: list[PortfolioQuestion] = []
    left = list(answers)

    async def answered(question: PortfolioQuestion) -> Resolution:
        asked.append(question)
        found = left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    def narrowed(question: PortfolioQuestion, found: Resolution) -> PortfolioQuestion | None:
        still = left_open(question.lines, found.verdicts)
        return replace(question, lines=still, complaints=complaints(found, still)) if still else None

    found = await ask_until_judged(QUESTION, analyst=ANALYST, answered=answered, narrowed=narrowed)
    return found, asked


def of(*verdicts: LineVerdict, removed: Sequence[str] = (), said: Sequence[str] = ()) -> Resolution:
    return Resolution(verdicts, removed=Counter(removed), complaints=tuple(Problem("answer", each) for each in said))


ALL = of(*(verdict(each.symbol, each.account_number) for each in LINES))


async def test_an_answer_to_everything_is_asked_for_once() -> None:
    found, asked = await heard(ALL)
    assert asked == [QUESTION]
    assert (found.left, found.verdicts, found.failed) == (None, ALL.verdicts, "")


async def test_what_an_answer_leaves_open_is_asked_about_again_with_what_was_wrong() -> None:
    first = of(verdict("CBA"), removed=["unknown_symbol"], said=["the book has no such instrument"])
    found, asked = await heard(first, of(verdict("BHP")), of(verdict("CBA", "P2")))
    assert [question.lines for question in asked] == [LINES, (LINES[0], LINES[2]), (LINES[2],)]
    assert [question.complaints for question in asked] == [
        (),
        ("the book has no such instrument", "BHP: there is no verdict yet", "CBA: there is no verdict yet"),
        ("CBA: there is no verdict yet",),
    ]
    assert found.left is None
    assert found.removed == {"unknown_symbol": 1}


async def test_after_twice_more_it_is_left() -> None:
    found, asked = await heard(of(), of(verdict("CBA")), of(), ALL)
    assert len(asked) == 3
    assert found.left is not None
    assert found.left.lines == (LINES[0], LINES[2])
    assert (found.verdicts, found.failed) == ((verdict("CBA"),), "")


async def test_what_was_answered_first_stands() -> None:
    again = (verdict("CBA", reason="another"), verdict("BHP"), verdict("CBA", "P2"))
    found, _ = await heard(of(verdict("CBA", reason="first")), of(*again))
    assert [(each.symbol, each.account_number, each.reason) for each in found.verdicts] == [
        ("CBA", "P1", "first"),
        ("BHP", "P1", ""),
        ("CBA", "P2", ""),
    ]


@pytest.mark.parametrize("kind", FAILURES)
async def test_only_an_answer_that_cant_be_read_is_asked_for_again(kind: FailureKind) -> None:
    found, asked = await heard(AnalystFailed(kind, "answered oddly"), ALL)
    if kind in MENDABLE:
        assert [question.complaints for question in asked] == [(), ("It answered oddly.",)]
        assert asked[1].lines == LINES
        assert (found.left, found.failed, found.removed) == (None, "", {kind: 1})
    else:
        assert (asked, found.left, found.removed) == ([QUESTION], QUESTION, {})
        assert found.failed == "scripted answered oddly"


def test_those_that_may_be_mended_are_two() -> None:
    assert {kind for kind in FAILURES if kind in MENDABLE} == {"bad_json", "wrong_schema"}


async def test_three_answers_that_cant_be_read_are_a_failure_counted_three_times() -> None:
    found, asked = await heard(*(AnalystFailed("bad_json", "said nothing") for _ in range(4)))
    assert len(asked) == 3
    assert (found.verdicts, found.failed, found.removed) == ((), "scripted said nothing", {"bad_json": 3})
    assert found.left is not None
    assert found.left.lines == LINES


async def test_a_failure_after_an_answer_leaves_the_answer_and_says_when_it_was() -> None:
    found, asked = await heard(of(verdict("CBA")), AnalystFailed("overloaded", "was overloaded"), ALL)
    assert len(asked) == 2
    assert (found.verdicts, found.failed) == ((verdict("CBA"),), "scripted was overloaded when asked again")
    assert found.left is not None
    assert found.left.lines == (LINES[0], LINES[2])


async def test_an_answer_after_a_failure_makes_good_for_it() -> None:
    found, _ = await heard(of(verdict("CBA")), AnalystFailed("bad_json", "said nothing"), ALL)
    assert (found.left, found.failed, found.removed) == (None, "", {"bad_json": 1})


async def test_whatever_else_an_analyst_fails_with_is_told_by_its_kind() -> None:
    found, asked = await heard(Tired("with client names in it"))
    assert (len(asked), found.failed) == (1, "scripted failed (Tired)")


def test_complaints_are_said_once_and_come_to_an_end() -> None:
    twice = of(said=["the portfolio is in the list twice"] * 2)
    assert complaints(twice, [line("CBA"), line("CBA", "P2")]) == (
        "the portfolio is in the list twice",
        "CBA: there is no verdict yet",
    )
    crowd = [line(f"X{number:03}") for number in range(90)]
    assert len(complaints(of(), crowd)) == MOST_COMPLAINTS


def test_entries_that_couldnt_be_read_are_counted_and_said_first() -> None:
    found = with_refused(
        of(verdict("CBA"), removed=["no_flag"], said=["later"]),
        (Refused("wrong_schema", "one"), Refused("wrong_direction", "two"), Refused("wrong_schema", "three")),
    )
    assert found.removed == {"no_flag": 1, "wrong_schema": 2, "wrong_direction": 1}
    assert complaints(found, ()) == ("one", "two", "three", "later")
    assert found.verdicts == (verdict("CBA"),)


def test_a_line_of_which_an_answer_says_what_nobody_can_read_is_still_open() -> None:
    one = with_refused(ALL, (Refused("wrong_schema", "one", "CBA", "P2"), Refused("wrong_schema", "x", "BHP", "P9")))
    assert left_open(LINES, one.verdicts) == (line("CBA", "P2"),)
    whole = with_refused(ALL, (Refused("wrong_schema", "no list", "CBA"),))
    assert left_open(LINES, whole.verdicts) == (line("CBA"), line("CBA", "P2"))
    assert whole.removed == {"wrong_schema": 1}


def test_a_complaint_says_where_and_not_what_only_a_caller_of_tools_could_do() -> None:
    problems = (
        Problem("recommendations[1].symbol", "the book has no such instrument; see get_session view=trades"),
        Problem("answer", "recommendations[2] is no object"),
    )
    assert complaints(Resolution((), complaints=problems), ()) == (
        "recommendations[1].symbol: the book has no such instrument",
        "recommendations[2] is no object",
    )


@pytest.mark.parametrize(("left", "said"), [(LINES, "2 instruments"), (LINES[1:], "1 instrument")])
def test_who_leaves_instruments_open_is_named_with_who_judges_them(left: tuple[OpenLine, ...], said: str) -> None:
    assert left_note(ANALYST, left, instead=RULES) == f"scripted left {said} open; rules judged them"


def test_a_mark_says_how_a_verdict_came_about() -> None:
    assert {each.note for each in marked(ALL.verdicts, "fallback")} == {"fallback"}
