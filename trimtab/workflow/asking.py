"""Asking an analyst until everything has a verdict: again, with what was wrong, about what an answer left open."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

from trimtab.domain.errors import Problem
from trimtab.domain.trading.model_answer import Refused
from trimtab.domain.trading.repair import LineVerdict, OpenLine, Resolution
from trimtab.workflow.ports.analysts import Analyst, AnalystFailed, BuyQuestion, PortfolioQuestion
from trimtab.workflow.ports.model_calls import FailureKind

FALLBACK: Final = "fallback"
"""Marks a verdict that the fallback gave in the analyst's place."""
MOST_AGAIN: Final = 2
MOST_COMPLAINTS: Final = 30
MENDABLE: Final[frozenset[FailureKind]] = frozenset({"bad_json", "wrong_schema"})
"""Failures that another answer may mend; any other would only cost the same again."""

Question = TypeVar("Question", PortfolioQuestion, BuyQuestion)


@dataclass(slots=True)
class Heard(Generic[Question]):
    """What came of asking: `left` is what still has no verdict, `failed` why the last call had no answer."""

    left: Question | None
    verdicts: tuple[LineVerdict, ...] = ()
    removed: Counter[str] = field(default_factory=Counter)
    failed: str = ""


async def ask_until_judged(
    question: Question,
    *,
    analyst: Analyst,
    answered: Callable[[Question], Awaitable[Resolution]],
    narrowed: Callable[[Question, Resolution], Question | None],
) -> Heard[Question]:
    """Asks once, and at most twice more.

    Args:
        question: the first question.
        analyst: who is asked, for the words of a failure.
        answered: asks, and resolves the answer.
        narrowed: the question that is left after an answer, given all verdicts so far; None if nothing is.
    """
    heard = Heard(question)
    asked = question
    for _ in range(1 + MOST_AGAIN):
        try:
            found = await answered(asked)
        except Exception as error:  # noqa: BLE001 - whatever an analyst fails with, what was answered stands
            heard.failed = failure(analyst, error) + (" when asked again" if heard.verdicts else "")
            if not (isinstance(error, AnalystFailed) and error.kind in MENDABLE):
                break
            heard.removed[error.kind] += 1
            asked = heard.left = replace(asked, complaints=(f"It {error.said}.",))
            continue
        heard.failed = ""
        heard.verdicts += _new(found.verdicts, heard.verdicts)
        heard.removed += found.removed
        heard.left = narrowed(asked, replace(found, verdicts=heard.verdicts))
        if heard.left is None:
            break
        asked = heard.left
    return heard


def _new(verdicts: Iterable[LineVerdict], known: Iterable[LineVerdict]) -> tuple[LineVerdict, ...]:
    """Those about lines that have none: what was answered first stands."""
    judged = {(verdict.account_number, verdict.symbol) for verdict in known}
    return tuple(verdict for verdict in verdicts if (verdict.account_number, verdict.symbol) not in judged)


def failure(analyst: Analyst, error: Exception) -> str:
    """A failed call in a few words: `anthropic was overloaded`."""
    said = error.said if isinstance(error, AnalystFailed) else f"failed ({type(error).__name__})"
    return f"{analyst.name} {said}"


def left_open(lines: Iterable[OpenLine], verdicts: Iterable[LineVerdict]) -> tuple[OpenLine, ...]:
    """The lines without a verdict."""
    judged = {(verdict.account_number, verdict.symbol) for verdict in verdicts}
    return tuple(line for line in lines if (line.account_number, line.symbol) not in judged)


def with_refused(resolution: Resolution, refused: Iterable[Refused]) -> Resolution:
    """The resolution, with what of the answer couldn't even be read; lines of which it may say something stay open."""
    entries = tuple(refused)
    open_lines = {(entry.symbol, entry.account_number) for entry in entries if entry.symbol}
    verdicts = (
        verdict
        for verdict in resolution.verdicts
        if not open_lines & {(verdict.symbol, verdict.account_number), (verdict.symbol, None)}
    )
    resolution = replace(resolution, verdicts=tuple(verdicts))
    said = tuple(Problem("answer", entry.message, entry.rule) for entry in entries)
    counted = Counter[str](entry.rule for entry in entries)
    return replace(resolution, removed=resolution.removed + counted, complaints=(*said, *resolution.complaints))


def complaints(resolution: Resolution, left: Iterable[OpenLine]) -> tuple[str, ...]:
    """What was wrong with an answer, in sentences for whoever gave it."""
    found = [_complaint(problem) for problem in resolution.complaints]
    found += [f"{symbol}: there is no verdict yet" for symbol in sorted({line.symbol for line in left})]
    return tuple(dict.fromkeys(found))[:MOST_COMPLAINTS]


def _complaint(problem: Problem) -> str:
    """A problem with its place, without what only a caller of tools could do about it."""
    said = problem.message.partition(";")[0]
    return said if problem.field == "answer" else f"{problem.field}: {said}"


def left_note(who: Analyst, left: Iterable[OpenLine], *, instead: Analyst) -> str:
    """What is said where an analyst answered, and not everything."""
    symbols = len({line.symbol for line in left})
    return f"{who.name} left {symbols} instrument{'' if symbols == 1 else 's'} open; {instead.name} judged them"


def marked(verdicts: Iterable[LineVerdict], note: str) -> tuple[LineVerdict, ...]:
    """The verdicts with a note that says how they came about."""
    return tuple(replace(verdict, note=note) for verdict in verdicts)
