"""Analysis of the sells: portfolio batches and momentum at the same time, then synthesis.

One failure leaves the rest standing.
"""

import asyncio
import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.overview import ExchangeMomentum
from trimtab.domain.trading.repair import MODEL, LineVerdict, OpenLine, Resolution, resolve
from trimtab.workflow.lines import open_lines
from trimtab.workflow.overviews import batch_count, markets, portfolio_batch
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.analysts import (
    Analyst,
    ExchangeRemark,
    MomentumAnswer,
    PortfolioQuestion,
    SectorRemark,
    SynthesisAnswer,
    SynthesisQuestion,
    Verdicts,
)
from trimtab.workflow.ports.desk import Progress
from trimtab.workflow.state import AnalysisRecord, Decision, Remark
from trimtab.workflow.verdicts import ACTIONS, as_decision
from trimtab.workflow.withdrawals import NOTE as UNPAID
from trimtab.workflow.withdrawals import release_unpaid

FALLBACK: Final = "fallback"
"""Marks a verdict that the fallback gave in the analyst's place."""


@dataclass(frozen=True, slots=True)
class Analyzed:
    """Proposals for every open line, and the record of how they came about."""

    proposals: tuple[Decision, ...]
    record: AnalysisRecord


@dataclass(slots=True)
class Steps:
    """Counts finished steps, so that progress strictly increases whatever finishes first."""

    progress: Progress
    total: int
    done: int = 0

    async def report(self, message: str) -> None:
        """One more step is finished."""
        self.done += 1
        await self.progress(self.done, self.total, message)


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


async def analyze_sells(
    plan: SessionPlan, *, analyst: Analyst, fallback: Analyst, progress: Progress, refresh: bool = False
) -> Analyzed:
    """Asks the analyst about every open sell; where it fails the fallback judges, and the record says so.

    The market context is asked for again only where it isn't known, or with `refresh`.
    """
    questions = _questions(plan)
    steps = Steps(progress, len(questions) + 3)
    seen = markets(plan)
    batches = [_judge_batch(plan, question, analyst=analyst, fallback=fallback, steps=steps) for question in questions]
    momentum, judged = await asyncio.gather(
        _momentum(plan, seen, analyst=analyst, steps=steps, refresh=refresh), asyncio.gather(*batches)
    )
    verdicts = release_unpaid(plan, [verdict for batch in judged for verdict in batch.resolution.verdicts])
    degraded = [*momentum.degraded, *(note for batch in judged for note in batch.degraded)]
    answer, failed = await _synthesis(plan, verdicts, analyst=analyst, seen=seen, momentum=momentum.answer)
    await steps.report("Synthesizing recommendations...")
    removed: Counter[str] = Counter()
    for batch in judged:
        removed.update(batch.resolution.removed)
    removed[UNPAID] += sum(verdict.note == UNPAID for verdict in verdicts)
    record = AnalysisRecord(
        analyst=analyst.name,
        side="sell",
        inputs=inputs_digest(plan),
        summary=answer.summary,
        notes=answer.notes,
        market=momentum.answer.summary if momentum.answer else "",
        remarks=_remarks(momentum.answer),
        degraded=(*degraded, *failed),
        removed=dict(+removed),
    )
    await steps.report("Checking tolerances...")
    return Analyzed(tuple(as_decision(verdict) for verdict in verdicts), record)


@dataclass(frozen=True, slots=True)
class _Judged:
    resolution: Resolution
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Context:
    answer: MomentumAnswer | None
    degraded: tuple[str, ...] = ()


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


async def _judge_batch(
    plan: SessionPlan, question: PortfolioQuestion, *, analyst: Analyst, fallback: Analyst, steps: Steps
) -> _Judged:
    batch = question.batch
    try:
        judged = await _verdicts(plan, question, analyst=analyst, fallback=fallback)
    except Exception as error:  # noqa: BLE001 - whatever an analyst fails with, the other batches stand
        resolution = await _answered(plan, question, analyst=fallback)
        failure = f"{analyst.name} failed ({type(error).__name__}); {fallback.name} judged it"
        note = f"batch {batch.number} of {batch.total}: {failure}"
        judged = _Judged(_marked(resolution, FALLBACK), (note,))
    await steps.report(f"Analyzing batch {batch.number} of {batch.total}...")
    return judged


async def _answered(
    plan: SessionPlan, question: PortfolioQuestion, *, analyst: Analyst, again: bool = False
) -> Resolution:
    """The verdicts of an answer; of a second one only what was asked for counts."""
    answer = await analyst.portfolios(question)
    wanted = {line.symbol for line in question.lines}
    return resolve(
        [r for r in answer.recommendations if not again or r.symbol in wanted],
        question.lines,
        source=analyst.source,
        known_symbols=frozenset(plan.facts.book.instruments.code),
        manners=MODEL,
    )


async def _verdicts(plan: SessionPlan, question: PortfolioQuestion, *, analyst: Analyst, fallback: Analyst) -> _Judged:
    """The analyst's verdicts; instruments it left out are asked for again, then judged by the fallback, and counted."""
    first = await _answered(plan, question, analyst=analyst)
    missing = _missing(question.lines, first)
    if not missing:
        return _Judged(first)
    again, degraded = await _asked_again(plan, replace(question, lines=missing), analyst=analyst)
    left = _missing(missing, again)
    removed = first.removed + again.removed + Counter({"missing_instrument": len({line.symbol for line in left})})
    verdicts = (*first.verdicts, *again.verdicts)
    if left:
        last = await _answered(plan, replace(question, lines=left), analyst=fallback)
        verdicts += _marked(last, FALLBACK).verdicts
    return _Judged(Resolution(verdicts=verdicts, removed=+removed), degraded)


async def _asked_again(
    plan: SessionPlan, question: PortfolioQuestion, *, analyst: Analyst
) -> tuple[Resolution, tuple[str, ...]]:
    """The second answer; if it fails the first one stands, and the fallback judges what it left out."""
    try:
        return await _answered(plan, question, analyst=analyst, again=True), ()
    except Exception as error:  # noqa: BLE001 - what was answered first stands, whatever the second call fails with
        batch = question.batch
        failure = f"{analyst.name} failed ({type(error).__name__}) when asked again"
        return Resolution(()), (f"batch {batch.number} of {batch.total}: {failure}",)


def _missing(lines: tuple[OpenLine, ...], resolution: Resolution) -> tuple[OpenLine, ...]:
    judged = {(verdict.account_number, verdict.symbol) for verdict in resolution.verdicts}
    return tuple(line for line in lines if (line.account_number, line.symbol) not in judged)


def _marked(resolution: Resolution, note: str) -> Resolution:
    return replace(resolution, verdicts=tuple(replace(verdict, note=note) for verdict in resolution.verdicts))


async def _momentum(
    plan: SessionPlan, seen: tuple[ExchangeMomentum, ...], *, analyst: Analyst, steps: Steps, refresh: bool
) -> _Context:
    """The market context; kept in the session for as long as book and analyst are the same."""
    known = plan.state.sell_analysis
    usable = known is not None and known.market and known.analyst == analyst.name and not known.degraded
    if known is not None and usable and not refresh:
        context = _Context(_remembered(known))
    else:
        try:
            context = _Context(await analyst.momentum(seen))
        except Exception as error:  # noqa: BLE001 - market context is optional, verdicts stand without it
            context = _Context(None, (f"momentum: {analyst.name} failed ({type(error).__name__})",))
    await steps.report("Reading momentum...")
    return context


async def _synthesis(
    plan: SessionPlan,
    verdicts: list[LineVerdict],
    *,
    analyst: Analyst,
    seen: tuple[ExchangeMomentum, ...],
    momentum: MomentumAnswer | None,
) -> tuple[SynthesisAnswer, tuple[str, ...]]:
    question = SynthesisQuestion(
        portfolios=len(plan.facts.positions.portfolio_row),
        verdicts=merge_verdicts(verdicts),
        markets=seen,
        momentum=momentum,
    )
    try:
        return await analyst.synthesis(question), ()
    except Exception as error:  # noqa: BLE001 - the verdicts stand without a summary
        return SynthesisAnswer(summary=""), (f"synthesis: {analyst.name} failed ({type(error).__name__})",)


def merge_verdicts(verdicts: list[LineVerdict]) -> tuple[Verdicts, ...]:
    """One verdict per instrument: its lines' if all agree, else partial, with the counts."""
    by_symbol: dict[str, list[LineVerdict]] = {}
    for verdict in verdicts:
        by_symbol.setdefault(verdict.symbol, []).append(verdict)
    return tuple(_merged(symbol, by_symbol[symbol]) for symbol in sorted(by_symbol))


def _merged(symbol: str, verdicts: list[LineVerdict]) -> Verdicts:
    counts = Counter(verdict.verdict for verdict in verdicts)
    only = next(iter(counts)) if len(counts) == 1 else Verdict.PARTIAL
    flags = dict.fromkeys(flag for verdict in verdicts for flag in verdict.flags)
    return Verdicts(
        symbol=symbol,
        action=ACTIONS[only],
        counts=tuple((verdict.action, counts[verdict]) for verdict in sorted(counts)),
        flags=tuple(flags),
    )


def _remarks(answer: MomentumAnswer | None) -> tuple[Remark, ...]:
    if answer is None:
        return ()
    exchanges = (Remark(exchange=r.exchange, comment=r.comment, across=r.across) for r in answer.exchanges)
    sectors = (
        Remark(exchange=r.exchange, sector=r.sector, comment=r.comment, within=r.within, across=r.across)
        for r in answer.sectors
    )
    return (*exchanges, *sectors)


def _remembered(record: AnalysisRecord) -> MomentumAnswer:
    exchanges = (ExchangeRemark(r.exchange, r.comment, r.across) for r in record.remarks if r.sector is None)
    sectors = (
        SectorRemark(r.exchange, r.sector, r.comment, r.within, r.across)
        for r in record.remarks
        if r.sector is not None
    )
    return MomentumAnswer(record.market, tuple(exchanges), tuple(sectors))
