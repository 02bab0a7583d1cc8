"""Analysis of the buys: the analyst picks what waits where cash is short; where it can't be asked the tiers decide."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from trimtab.domain.columns import CENT
from trimtab.domain.errors import Problem, Unavailable
from trimtab.domain.trading.overview import BuyBlock
from trimtab.domain.trading.recommendation import Recommendation
from trimtab.domain.trading.repair import MODEL, LineVerdict, OpenLine, Resolution, resolve
from trimtab.workflow.analysis import Analyzed, Panel, Steps, inputs_digest
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
from trimtab.workflow.lines import CASH_FLAG, open_lines
from trimtab.workflow.overviews import buy_blocks
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.analysts import Analyst, BuyAnswer, BuyQuestion, BuyVerdict
from trimtab.workflow.ports.desk import Progress
from trimtab.workflow.state import AnalysisRecord
from trimtab.workflow.together import together
from trimtab.workflow.verdicts import as_decision

Lines = dict[str, list[OpenLine]]
"""Open buys by account number."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """What came of a batch; without verdicts the tiers cut its portfolios."""

    verdicts: tuple[LineVerdict, ...] = ()
    removed: Counter[str] = field(default_factory=Counter)
    degraded: tuple[str, ...] = ()


async def analyze_buys(plan: SessionPlan, *, panel: Panel, progress: Progress) -> Analyzed:
    """Proposals for the buys of portfolios that are short of cash.

    None for a batch on which the analyst failed, so the tiers cut it.

    Raises:
        SettingsError: The analyst can't work as it is set up; nothing was asked.
    """
    blocks = buy_blocks(plan, only_short=True)
    lines: Lines = {}
    for line in open_lines(plan, "buy"):
        lines.setdefault(line.account_number, []).append(line)
    questions = _questions(blocks, size=plan.facts.policy.batch_size)
    steps = Steps(progress, len(questions))
    away = bool(questions) and await _is_away(panel.analyst, questions)

    async def judged(question: BuyQuestion) -> _Judged:
        named = f"buys {question.number} of {question.total}"
        if away:
            found = _Judged(degraded=(f"{named}: {panel.analyst.name} can't be reached; reduced by tiers",))
        else:
            found = await _judged(plan, question, panel=panel, lines=lines)
        await steps.report(f"Choosing {named}...", "buys", batch=(question.number, question.total))
        return found

    found = await together(map(judged, questions))
    record = AnalysisRecord(
        analyst=panel.analyst.name,
        model=panel.analyst.model,
        side="buy",
        inputs=inputs_digest(plan),
        summary=_summary(plan, judged=len(blocks)),
        degraded=tuple(note for each in found for note in each.degraded),
        removed=dict(+sum((each.removed for each in found), Counter())),
    )
    return Analyzed(tuple(as_decision(verdict) for each in found for verdict in each.verdicts), record)


def _questions(blocks: tuple[BuyBlock, ...], *, size: int) -> list[BuyQuestion]:
    batches = [blocks[first : first + size] for first in range(0, len(blocks), size)]
    return [BuyQuestion(number, len(batches), batch) for number, batch in enumerate(batches, 1)]


async def _is_away(analyst: Analyst, questions: list[BuyQuestion]) -> bool:
    """Whether the analyst can't be reached now: then the phase goes on without it."""
    try:
        await analyst.prepare(questions)
    except Unavailable:
        return True
    return False


def _summary(plan: SessionPlan, *, judged: int) -> str:
    """How many portfolios are short of cash for their buys, and how many have none at all."""
    without = int((plan.power.deferral_needed > CENT / 2).sum()) - judged
    counts = (f"{judged} with less cash than they want to buy for", f"{without} with none for any buy")
    told = [text for count, text in zip((judged, without), counts, strict=True) if count]
    return f"Portfolios short of cash: {', '.join(told)}." if told else "There is cash for every buy."


async def _judged(plan: SessionPlan, question: BuyQuestion, *, panel: Panel, lines: Lines) -> _Judged:
    """The analyst's verdicts; what an answered batch left open the fallback judges, one without any answer nobody."""

    async def answered(asked: BuyQuestion) -> Resolution:
        return _resolved(plan, asked, answer=await panel.analyst.buys(asked), analyst=panel.analyst, lines=lines)

    def narrowed(asked: BuyQuestion, found: Resolution) -> BuyQuestion | None:
        left = left_open(_of(asked, lines), found.verdicts)
        accounts = {line.account_number for line in left}
        blocks = tuple(block for block in asked.blocks if block.account_number in accounts)
        return replace(asked, blocks=blocks, complaints=complaints(found, left)) if left else None

    heard = await ask_until_judged(question, analyst=panel.analyst, answered=answered, narrowed=narrowed)
    left, verdicts, removed = heard.left, heard.verdicts, heard.removed
    if left is None:
        return _Judged(verdicts, +removed)
    note: tuple[str, ...] = ()
    if heard.failed:
        begun = {verdict.account_number for verdict in verdicts}
        whole, left = len(left.blocks), replace(left, blocks=tuple(b for b in left.blocks if b.account_number in begun))
        instead = "reduced by tiers" if len(left.blocks) < whole else f"{panel.fallback.name} judged the rest"
        note = (f"buys {question.number} of {question.total}: {heard.failed}; {instead}",)
    open_still = left_open(_of(left, lines), verdicts)
    if not heard.failed:
        what = left_note(panel.analyst, open_still, instead=panel.fallback)
        note = (f"buys {question.number} of {question.total}: {what}",)
    removed["missing_instrument"] += len(open_still)
    answer = await panel.fallback.buys(replace(left, complaints=()))
    last = _resolved(plan, left, answer=answer, analyst=panel.fallback, lines=lines)
    wanted = {(line.account_number, line.symbol) for line in open_still}
    rest = marked((v for v in last.verdicts if (v.account_number, v.symbol) in wanted), FALLBACK)
    return _Judged((*verdicts, *rest), +removed, note)


def _of(question: BuyQuestion, lines: Lines) -> Iterator[OpenLine]:
    """The open lines of a question's portfolios."""
    return (line for block in question.blocks for line in lines[block.account_number])


def _resolved(
    plan: SessionPlan, question: BuyQuestion, *, answer: BuyAnswer, analyst: Analyst, lines: Lines
) -> Resolution:
    """The verdicts of an answer, their reasons checked."""
    verdicts: list[LineVerdict] = []
    removed: Counter[str] = Counter()
    given: dict[str, tuple[BuyVerdict, ...]] = {}
    for account, of_account in answer.portfolios:
        removed["duplicate_portfolio"] += account in given
        given.setdefault(account, of_account)
    said: list[Problem] = []
    for block in question.blocks:
        found = resolve(
            [_recommendation(verdict) for verdict in given.get(block.account_number, ())],
            lines[block.account_number],
            source=analyst.source,
            known_symbols=frozenset(plan.facts.book.instruments.code),
            manners=MODEL,
        )
        verdicts.extend(found.verdicts)
        removed.update(found.removed)
        said += found.complaints
    removed["unknown_portfolio"] += len(given.keys() - {block.account_number for block in question.blocks})
    found = with_refused(Resolution(tuple(verdicts), removed=+removed, complaints=tuple(said)), answer.refused)
    return guard_reasons(plan, found, lines=_of(question, lines)) if analyst.source == "model" else found


def _recommendation(verdict: BuyVerdict) -> Recommendation:
    """Waiting on a buy rests on one fact, the cash; whether it is one is checked like any other flag.

    Not validated here: one bad percent or symbol is repaired and counted, and doesn't fail the batch.
    """
    return Recommendation.model_construct(
        symbol=verdict.symbol,
        action=verdict.action,
        proceed_percent=verdict.proceed_percent,
        reason=verdict.reason,
        flags=() if verdict.action == "proceed" else (CASH_FLAG,),
    )
