"""Asking the same question several times, its lines in another order each: a verdict that depends on the order is
none."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.overview import PortfolioBlock
from trimtab.domain.trading.repair import LineVerdict
from trimtab.workflow.asking import FALLBACK
from trimtab.workflow.ports.analysts import PortfolioQuestion

UNSTABLE: Final = "unstable"
"""Marks a verdict that flipped."""
REASON: Final = "Asked again with its lines in another order, the analyst judged differently: somebody has to decide."

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stability:
    """How many instruments the analyst judged at least twice, and which of them got different verdicts."""

    votes: int
    compared: int
    flipped: tuple[str, ...]

    @property
    def flip_rate_pct(self) -> float | None:
        """Instruments that flipped, of those judged twice, in points; None where none was."""
        return round(100 * len(self.flipped) / self.compared, 2) if self.compared else None


def permuted(question: PortfolioQuestion, vote: int) -> PortfolioQuestion:
    """The question with portfolios and lines in this vote's order; the first vote has the usual one."""
    if vote == 0:
        return question
    blocks = _shuffled(question.batch.portfolios, vote, key=lambda block: block.account_number)
    batch = replace(question.batch, portfolios=tuple(_with_rows_shuffled(block, vote) for block in blocks))
    return replace(question, batch=batch, vote=vote)


def _with_rows_shuffled(block: PortfolioBlock, vote: int) -> PortfolioBlock:
    return replace(
        block, rows=tuple(_shuffled(block.rows, vote, key=lambda row: f"{block.account_number} {row.symbol}"))
    )


def _shuffled(items: Sequence[T], vote: int, *, key: Callable[[T], str]) -> list[T]:
    """In an order that looks like chance and is always the same for the same vote."""
    return sorted(items, key=lambda item: hashlib.sha256(f"{vote} {key(item)}".encode()).digest())


def compare(votes: Sequence[Sequence[LineVerdict]]) -> Stability:
    """Which instruments got another action in some vote, for any of their lines; where others judged is no vote."""
    by_line: dict[tuple[str, str], list[Verdict]] = {}
    for vote in votes:
        for verdict in vote:
            if verdict.note != FALLBACK:
                by_line.setdefault((verdict.symbol, verdict.account_number), []).append(verdict.verdict)
    flipped = {symbol for (symbol, _), found in by_line.items() if len(set(found)) > 1}
    compared = {symbol for (symbol, _), found in by_line.items() if len(found) > 1}
    return Stability(len(votes), len(compared), tuple(sorted(flipped)))


def first_given(votes: Sequence[Sequence[LineVerdict]]) -> list[LineVerdict]:
    """For each line the first verdict that the analyst itself gave, where it gave one in any vote."""
    given: dict[tuple[str, str], LineVerdict] = {}
    for vote in votes:
        for verdict in vote:
            line = (verdict.account_number, verdict.symbol)
            if line not in given or (given[line].note == FALLBACK and verdict.note != FALLBACK):
                given[line] = verdict
    return list(given.values())


def with_flips_under_review(verdicts: Sequence[LineVerdict], stability: Stability) -> list[LineVerdict]:
    """The verdicts, those of flipped instruments under review."""
    flipped = frozenset(stability.flipped)
    return [_under_review(verdict) if verdict.symbol in flipped else verdict for verdict in verdicts]


def _under_review(verdict: LineVerdict) -> LineVerdict:
    return replace(verdict, verdict=Verdict.REVIEW, proceed_pct=0.0, reason=REASON, flags=(), note=UNSTABLE)
