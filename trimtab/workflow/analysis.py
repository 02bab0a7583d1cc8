"""Analysis of the sells: portfolio batches and momentum at the same time, then synthesis.

One failure leaves the rest standing.
"""

import asyncio
import hashlib
from dataclasses import dataclass

from trimtab.domain.trading.overview import ExchangeMomentum
from trimtab.domain.trading.repair import LineVerdict, OpenLine
from trimtab.workflow.lines import open_lines
from trimtab.workflow.market_context import MarketContext, as_remarks, market_context
from trimtab.workflow.overviews import batch_count, markets, portfolio_batch
from trimtab.workflow.planning import SessionPlan, before_decisions
from trimtab.workflow.ports.analysts import Analyst, PortfolioQuestion, SynthesisQuestion
from trimtab.workflow.ports.desk import Progress, Stage, Step
from trimtab.workflow.ports.model_calls import ModelCall
from trimtab.workflow.sell_batches import Judged, judge_batch
from trimtab.workflow.stability import Stability, compare, first_given, permuted, with_flips_under_review
from trimtab.workflow.state import AnalysisRecord, Decision
from trimtab.workflow.synthesizing import merge_verdicts, synthesize
from trimtab.workflow.together import together
from trimtab.workflow.verdicts import as_decision
from trimtab.workflow.withdrawals import NOTE as UNPAID
from trimtab.workflow.withdrawals import release_unpaid


@dataclass(frozen=True, slots=True)
class Panel:
    """Who judges: the analyst, who stands in where it fails, and how often each batch is asked."""

    analyst: Analyst
    fallback: Analyst
    votes: int = 1


@dataclass(frozen=True, slots=True)
class Analyzed:
    """Proposals for every open line, the record of how they came about, and the calls of a model behind them."""

    proposals: tuple[Decision, ...]
    record: AnalysisRecord
    calls: tuple[ModelCall, ...] = ()


@dataclass(slots=True)
class Steps:
    """Counts finished steps, so that progress strictly increases whatever finishes first."""

    progress: Progress
    total: int
    done: int = 0

    async def report(self, message: str, stage: Stage, *, batch: tuple[int, int] | None = None) -> None:
        """One more step is finished; `batch` is its number and of how many."""
        self.done += 1
        number, batches = batch or (None, None)
        await self.progress(Step(self.done, self.total, message, stage, number, batches))


def inputs_digest(plan: SessionPlan) -> str:
    """Digest of everything that the open side's offers are computed from; for the buys the sells' decisions too.

    Tells whether an analysis is still about this session.
    """
    state = plan.state
    if plan.open_side == "buy":
        state = state.changed(decisions=tuple(d for d in state.decisions if d.side == "sell"))
    seen = state.model_dump_json(
        include={
            "book_digest",
            "policy_digest",
            "portfolios",
            "instrument_rules",
            "substitutions",
            "gradual_exits",
        }
        | ({"decisions"} if plan.open_side == "buy" else set())
    )
    return hashlib.sha256(seen.encode()).hexdigest()


def current_analysis(plan: SessionPlan) -> AnalysisRecord | None:
    """The open side's analysis, if it saw the session as it is now."""
    record = plan.state.sell_analysis if plan.open_side == "sell" else plan.state.buy_analysis
    return record if record is not None and record.inputs == inputs_digest(plan) else None


async def analyze_sells(plan: SessionPlan, *, panel: Panel, progress: Progress, refresh: bool = False) -> Analyzed:
    """Asks the analyst about every open sell; where it fails the fallback judges, and the record says so.

    The market context is asked for again only where it isn't known, or with `refresh`.

    Raises:
        SettingsError: The analyst can't work as it is set up; nothing was asked.
        Unavailable: The analyst can't be reached now; nothing was asked.
    """
    undecided = before_decisions(plan, "sell")
    questions = _questions(undecided)
    steps, seen = Steps(progress, len(questions) + 3), markets(undecided)
    await panel.analyst.prepare(questions, seen)
    context = asyncio.ensure_future(_context(plan, seen, panel=panel, steps=steps, refresh=refresh))
    try:
        batches = await together(_judged(undecided, question, panel=panel, steps=steps) for question in questions)
        momentum = await context
    finally:
        context.cancel()
        await asyncio.gather(context, return_exceptions=True)
    judged = [vote for batch in batches for vote in batch]
    verdicts, stability = _settled(plan, batches, votes=panel.votes)
    question = SynthesisQuestion(
        portfolios=len(plan.facts.positions.portfolio_row),
        verdicts=merge_verdicts(verdicts),
        markets=seen,
        momentum=momentum.answer,
    )
    answer, failed, reworded = await synthesize(question, analyst=panel.analyst, fallback=panel.fallback)
    await steps.report("Synthesizing recommendations...", "synthesizing")
    removed = sum((vote.resolution.removed for vote in judged), momentum.removed + reworded)
    removed[UNPAID] += sum(verdict.note == UNPAID for verdict in verdicts)
    record = AnalysisRecord(
        analyst=panel.analyst.name,
        side="sell",
        inputs=inputs_digest(plan),
        summary=answer.summary,
        notes=answer.notes,
        market=momentum.answer.summary if momentum.answer else "",
        remarks=as_remarks(momentum.answer),
        degraded=_said_once(momentum.degraded, *(vote.degraded for vote in judged), failed),
        removed=dict(+removed),
        votes=panel.votes,
        flipped=stability.flipped,
        flip_rate_pct=stability.flip_rate_pct if panel.votes > 1 else None,
        model=panel.analyst.model,
    )
    await steps.report("Checking tolerances...", "validating")
    return Analyzed(tuple(map(as_decision, verdicts)), record)


def _said_once(*notes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(note for each in notes for note in each))


def _questions(plan: SessionPlan) -> list[PortfolioQuestion]:
    """The batches with their open lines; a batch without any needs no answer."""
    by_account: dict[str, list[OpenLine]] = {}
    for line in open_lines(plan, "sell"):
        by_account.setdefault(line.account_number, []).append(line)
    batches = (portfolio_batch(plan, number) for number in range(1, batch_count(plan) + 1))
    questions = (
        PortfolioQuestion(batch, tuple(line for p in batch.portfolios for line in by_account.get(p.account_number, ())))
        for batch in batches
    )
    return [question for question in questions if question.lines]


async def _judged(plan: SessionPlan, question: PortfolioQuestion, *, panel: Panel, steps: Steps) -> list[Judged]:
    """The batch's verdicts, once for each vote."""
    asked = (permuted(question, vote) for vote in range(panel.votes))
    votes = await together(judge_batch(plan, each, analyst=panel.analyst, fallback=panel.fallback) for each in asked)
    batch = question.batch
    await steps.report(
        f"Analyzing batch {batch.number} of {batch.total}...", "analyzing", batch=(batch.number, batch.total)
    )
    return votes


async def _context(
    plan: SessionPlan, seen: tuple[ExchangeMomentum, ...], *, panel: Panel, steps: Steps, refresh: bool
) -> MarketContext:
    known = None if refresh else plan.state.sell_analysis
    found = await market_context(seen, analyst=panel.analyst, fallback=panel.fallback, known=known)
    await steps.report("Reading momentum...", "momentum")
    return found


def _settled(plan: SessionPlan, batches: list[list[Judged]], *, votes: int) -> tuple[list[LineVerdict], Stability]:
    """The first verdict on each line, without those that another vote contradicts, and with every withdrawal paid."""
    by_vote = [[v for batch in batches for v in batch[vote].resolution.verdicts] for vote in range(votes)]
    stability = compare(by_vote)
    return release_unpaid(plan, with_flips_under_review(first_given(by_vote), stability)), stability
