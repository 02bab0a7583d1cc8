"""What an analyst is told for one question, as text: the same whether a model is asked or an assistant asks itself."""

from collections import Counter
from typing import Final

import numpy as np

from trimtab.domain.columns import IntColumn
from trimtab.domain.errors import InvalidInput, WrongPhase
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.overview import BuyBlock, InstrumentVerdict
from trimtab.domain.trading.repair import Side
from trimtab.formatters.toon_buys import format_buys
from trimtab.formatters.toon_momentum import format_momentum
from trimtab.formatters.toon_portfolios import format_portfolios
from trimtab.formatters.toon_verdicts import format_verdicts
from trimtab.workflow.groups import merged_action
from trimtab.workflow.lines import open_lines, open_rows
from trimtab.workflow.overviews import batch_count, buy_blocks, markets, portfolio_batch
from trimtab.workflow.planning import SessionPlan, before_decisions
from trimtab.workflow.ports.requests import AnalystQuestion, GetAnalystFacts
from trimtab.workflow.ports.results import AnalystFacts, ExecutionMode
from trimtab.workflow.sessions import Open
from trimtab.workflow.verdicts import ACTIONS

SIDES: Final[dict[AnalystQuestion, Side]] = {"portfolios": "sell", "buys": "buy"}
"""The side that a question judges."""


def analyst_facts(opened: Open, request: GetAnalystFacts, *, execution_mode: ExecutionMode) -> AnalystFacts:
    """The facts of a question about the session as it stands.

    Raises:
        WrongPhase: The question is about the other phase's trades.
        InvalidInput: There is no such batch.
    """
    question = request.question
    plan = _open_to(question, opened.plan)
    short = buy_blocks(plan, only_short=True) if question == "buys" else ()
    size = plan.facts.policy.batch_size
    batches = {"portfolios": batch_count(plan), "buys": max(1, -(-len(short) // size))}.get(question, 1)
    if request.batch > batches:
        there_are, use = ("is 1 batch", "=1") if batches == 1 else (f"are {batches} batches", f" 1 to {batches}")
        raise InvalidInput(f"There {there_are}.", field="batch", next_action=f"Use batch{use}.")
    text, portfolios, lines = _told(plan, request, short=short[(request.batch - 1) * size : request.batch * size])
    return AnalystFacts(
        execution_mode=execution_mode,
        phase=plan.state.phase,
        version=opened.version,
        session_id=request.session_id,
        question=question,
        batch=request.batch,
        batches=batches,
        portfolios=portfolios,
        lines=lines,
        facts=text,
        verdicts=format_verdicts(verdicts_of(plan)) if question == "synthesis" else "",
    )


def _open_to(question: AnalystQuestion, plan: SessionPlan) -> SessionPlan:
    """The plan as whoever judges has to see it: without what was decided on the lines in question."""
    side = SIDES.get(question)
    if side is None:
        return plan
    phase = "Sells" if side == "sell" else "Buys"
    if plan.state.phase != phase:
        raise WrongPhase(
            f"In {plan.state.phase} nobody judges {side}s.",
            field="session_id",
            next_action=f"Ask in the phase {phase}, or look at what was decided with get_session view=plan.",
        )
    return before_decisions(plan, side)


def _told(plan: SessionPlan, request: GetAnalystFacts, *, short: tuple[BuyBlock, ...]) -> tuple[str, int, int]:
    """The text, its portfolios, and how many lines of it wait for a verdict."""
    every = len(plan.facts.positions.portfolio_row)
    if request.question == "portfolios":
        batch = portfolio_batch(plan, request.batch)
        accounts = {block.account_number for block in batch.portfolios}
        lines = sum(line.account_number in accounts for line in open_lines(plan, "sell"))
        return format_portfolios(batch), len(batch.portfolios), lines
    if request.question == "buys":
        return format_buys(short), len(short), sum(len(block.rows) for block in short)
    return format_momentum(markets(plan)), every, 0


def verdicts_of(plan: SessionPlan) -> tuple[InstrumentVerdict, ...]:
    """What the plan's sells are decided to do, by instrument."""
    rows = open_rows(plan, "sell")
    codes, instrument = plan.facts.book.instruments.code, plan.facts.positions.instrument
    of_row = instrument[plan.sells.offers.line[rows]]
    return tuple(_verdict(plan, codes[each], rows=rows[of_row == each]) for each in np.unique(of_row).tolist())


def _verdict(plan: SessionPlan, symbol: str, *, rows: IntColumn) -> InstrumentVerdict:
    counts = Counter(plan.sells.verdict[rows].tolist())
    decided = (plan.sells.decided[row] for row in rows.tolist() if row in plan.sells.decided)
    return InstrumentVerdict(
        symbol=symbol,
        action=merged_action(plan.sells, rows)[0],
        counts=tuple((ACTIONS[Verdict(verdict)], counts[verdict]) for verdict in sorted(counts)),
        flags=tuple(dict.fromkeys(flag for decision in decided for flag in decision.flags)),
    )
