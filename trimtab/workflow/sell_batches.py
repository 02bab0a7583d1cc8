"""A batch of sells before the analyst: a verdict for every line, the analyst's or the fallback's."""

from dataclasses import dataclass, replace

from trimtab.domain.trading.repair import MODEL, OpenLine, Resolution, resolve
from trimtab.workflow.asking import (
    FALLBACK,
    ask_until_judged,
    complaints,
    left_note,
    left_open,
    marked,
    with_refused,
)
from trimtab.workflow.guarding import guard_reasons
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.analysts import Analyst, PortfolioQuestion


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts of a batch, what was removed from the answers, and what failed on the way."""

    resolution: Resolution
    degraded: tuple[str, ...] = ()


async def judge_batch(plan: SessionPlan, question: PortfolioQuestion, *, analyst: Analyst, fallback: Analyst) -> Judged:
    """Asks the analyst; what it leaves open, or can't be asked about, the fallback judges, marked."""

    async def answered(asked: PortfolioQuestion) -> Resolution:
        return await _answered(plan, asked, analyst=analyst)

    heard = await ask_until_judged(question, analyst=analyst, answered=answered, narrowed=_narrowed)
    left, removed = heard.left, heard.removed
    if left is None:
        return Judged(Resolution(heard.verdicts, removed=+removed))
    if heard.verdicts or not heard.failed:
        removed["missing_instrument"] += len({line.symbol for line in left.lines})
    last = await _answered(plan, left, analyst=fallback)
    instead = "" if heard.verdicts else f"; {fallback.name} judged it"
    what = f"{heard.failed}{instead}" if heard.failed else left_note(analyst, left.lines, instead=fallback)
    note = f"batch {question.batch.number} of {question.batch.total}: {what}"
    verdicts = (*heard.verdicts, *marked(last.verdicts, FALLBACK))
    return Judged(Resolution(verdicts, removed=+removed), (note,))


async def _answered(plan: SessionPlan, question: PortfolioQuestion, *, analyst: Analyst) -> Resolution:
    """The verdicts of an answer, their reasons checked; what it says again of lines that are judged doesn't count."""
    answer = await analyst.portfolios(question)
    wanted = {line.symbol for line in question.lines}
    judged = {row.symbol for block in question.batch.portfolios for row in block.rows} - wanted
    found = resolve(
        [r for r in answer.recommendations if not question.complaints or r.symbol not in judged],
        question.lines,
        source=analyst.source,
        known_symbols=frozenset(plan.facts.book.instruments.code),
        manners=MODEL,
    )
    found = with_refused(found, answer.refused)
    return guard_reasons(plan, found, lines=question.lines) if analyst.source == "model" else found


def _narrowed(question: PortfolioQuestion, found: Resolution) -> PortfolioQuestion | None:
    """The same question about the lines that are left, and only the portfolios that hold them."""
    left: tuple[OpenLine, ...] = left_open(question.lines, found.verdicts)
    if not left:
        return None
    accounts = {line.account_number for line in left}
    portfolios = tuple(block for block in question.batch.portfolios if block.account_number in accounts)
    batch = replace(question.batch, portfolios=portfolios)
    return replace(question, batch=batch, lines=left, complaints=complaints(found, left))
