"""Phases: Sells > Buys > Review, forward, and back from Review to Buys with a reason."""

from typing import Final

import numpy as np

from trimtab.domain.errors import InvalidInput, WrongPhase
from trimtab.domain.trading.checks import account_of, symbol_of
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.repair import Side
from trimtab.domain.trading.trades import Reason
from trimtab.workflow.figures import money
from trimtab.workflow.groups import group_table
from trimtab.workflow.judging import as_results
from trimtab.workflow.planning import SessionPlan, SidePlan
from trimtab.workflow.ports.requests import AdvancePhase, Phase
from trimtab.workflow.ports.results import Actuals, ActualsTotals, ExecutionMode, PhaseAdvanced, Table
from trimtab.workflow.totals import buy_reduction, executive_summary, plan_totals

NEXT: Final[dict[Phase, Phase]] = {"Sells": "Buys", "Buys": "Review"}
HELD_COLUMNS: Final = ("account_number", "code", "reason")
LEFT_SIDE: Final[dict[Phase, Side]] = {"Buys": "sell", "Review": "buy"}
"""The side whose trades are approved on entering a phase."""


def target_phase(plan: SessionPlan, request: AdvancePhase) -> Phase:
    """The phase that the request leads to.

    Raises:
        WrongPhase: There is no way from here.
        InvalidInput: Going back without a reason.
    """
    now = plan.state.phase
    if now == "Review" and request.to == "Buys":
        if not (request.reason or "").strip():
            raise InvalidInput(
                "Going back from Review to Buys needs a reason.",
                field="reason",
                next_action="Call advance_phase again with to='Buys' and a `reason`; it goes into the log.",
            )
        return "Buys"
    following = NEXT.get(now)
    if now in ("Executing", "Done"):
        raise WrongPhase(
            "The orders of this session are recorded; nothing is decided in it any more.",
            next_action="Call preview_orders to see them; open_session starts a new session.",
        )
    if following is None:
        raise WrongPhase(
            f"The session is in {now}; the plan is complete.",
            next_action="Read it with get_session view=plan, or go back with to='Buys' and a reason.",
        )
    if request.to not in (None, following):
        raise WrongPhase(
            f"From {now} the next phase is {following}.",
            field="to",
            next_action=f"Call advance_phase with to='{following}', or without `to`.",
        )
    return following


def advanced(plan: SessionPlan, *, version: int, execution_mode: ExecutionMode) -> PhaseAdvanced:
    """What a phase change answers: the plan's totals, the buy reduction, the summary, and what is held."""
    totals, phase = plan_totals(plan), plan.state.phase
    side = plan.side(LEFT_SIDE.get(phase, "sell"))
    analyses = (plan.state.sell_analysis, plan.state.buy_analysis)
    return PhaseAdvanced(
        execution_mode=execution_mode,
        phase=phase,
        version=version,
        current_phase=phase,
        actuals=Actuals(
            portfolios=len(plan.facts.positions.portfolio_row),
            totals=ActualsTotals(
                sell_value=totals.sells.value,
                buy_value=totals.buys.value,
                net_cash_flow=money(totals.sells.value - totals.buys.value),
                trade_count=totals.sells.count + totals.buys.count,
            ),
            instrument_summaries=group_table(plan, "instrument"),
        ),
        buy_reduction_summary=buy_reduction(plan),
        executive_summary=executive_summary(plan),
        approved=int((side.units > 0).sum()),
        held=int((side.units <= 0).sum()),
        held_lines=_held_lines(plan, side),
        under_review=_under_review(side),
        blocking=_blocking(plan),
        hard_failures=as_results(plan.hard_failures),
        soft_warnings=as_results(plan.soft_warnings),
        degraded=tuple(note for analysis in analyses if analysis for note in analysis.degraded),
    )


def _held_lines(plan: SessionPlan, side: SidePlan) -> Table:
    """What of the side that was just approved sends nothing, with the reason code."""
    rows = (
        (
            account_of(plan.facts, int(side.offers.portfolio[row])),
            symbol_of(plan.facts, int(side.offers.line[row])),
            Reason(int(side.reason[row])).code,
        )
        for row in np.flatnonzero(side.units <= 0)
    )
    return Table(columns=HELD_COLUMNS, rows=tuple(rows))


def _under_review(side: SidePlan) -> int:
    return int((side.verdict == Verdict.REVIEW).sum())


def _blocking(plan: SessionPlan) -> tuple[str, ...]:
    """What must be decided before the plan can be approved."""
    codes, of_line = plan.facts.book.instruments.code, plan.facts.positions.instrument
    reasons = []
    for name, side in plan.planned_sides:
        symbols = np.unique(of_line[side.offers.line[side.verdict == Verdict.REVIEW]])
        reasons += [f"{name} of {codes[row]}: under review" for row in symbols]
    return (
        *reasons,
        *(f"{f.rule}: {' '.join(filter(None, (f.account_number, f.symbol)))}" for f in plan.hard_failures),
    )
