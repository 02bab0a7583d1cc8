"""How proposals and recommendations become decisions of a session."""

from collections import Counter
from dataclasses import replace

from pydantic import JsonValue

from trimtab.domain.errors import InvalidInput, WrongPhase
from trimtab.domain.trading.repair import Source
from trimtab.workflow.analysis import Analyzed
from trimtab.workflow.judging import (
    Judged,
    advisories_for,
    as_results,
    check_results,
    soft_warnings_for,
)
from trimtab.workflow.planning import SessionPlan, plan_session
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.requests import ApplyRecommendations
from trimtab.workflow.ports.results import Applied, ExecutionMode
from trimtab.workflow.sessions import Open
from trimtab.workflow.state import Decision, SessionState
from trimtab.workflow.totals import plan_totals
from trimtab.workflow.verdicts import adopt, decide


def source_of(plan: SessionPlan, caller: Caller) -> Source:
    """Whose decisions these are: in Manual the person decides, whoever hands them in."""
    return "person" if plan.state.workflow_mode == "Manual" else caller.source


def require_open(plan: SessionPlan) -> None:
    """Raises `WrongPhase` unless the phase takes decisions."""
    if plan.state.phase not in ("Sells", "Buys"):
        raise WrongPhase(
            f"In {plan.state.phase} nothing waits for a decision.",
            next_action="Call advance_phase with to='Buys' and a reason to go back.",
        )


def require_analysis(plan: SessionPlan) -> None:
    """Raises `WrongPhase` where an analysis makes no sense: after Buys, and in QuickRebalance."""
    require_open(plan)
    if plan.state.workflow_mode == "QuickRebalance":
        raise WrongPhase(
            "QuickRebalance trades everything that is triggered, without an analysis.",
            field="workflow_mode",
            next_action="Call update_session with workflow_mode='AiPlan' or 'Manual' first, or advance_phase.",
        )


def wants_sell_analysis(state: SessionState) -> bool:
    """AiPlan, nothing analysed yet, and nobody but a person has decided: what a person decided stays anyway."""
    judged = any(decision.source != "person" for decision in state.decisions)
    return state.workflow_mode == "AiPlan" and state.sell_analysis is None and not judged


def with_analysis(state: SessionState, analyzed: Analyzed) -> SessionState:
    """The state with an analysis and its proposals; in AiPlan they are decisions."""
    side = analyzed.record.side
    kept = tuple(proposal for proposal in state.proposals if proposal.side != side)
    field = "sell_analysis" if side == "sell" else "buy_analysis"
    stored = state.changed(proposals=(*kept, *analyzed.proposals), **{field: analyzed.record})
    return adopt(stored, analyzed.proposals, side=side) if state.workflow_mode == "AiPlan" else stored


def with_decisions(plan: SessionPlan, decisions: tuple[Decision, ...]) -> SessionPlan:
    """The plan as if these were decided."""
    return plan_session(plan.facts, decide(plan.state, decisions), rules=plan.rules)


def proposals_for(plan: SessionPlan) -> tuple[Decision, ...]:
    """The stored proposals of the open side; none where its analysis had nothing to propose.

    Raises:
        InvalidInput: There was no analysis.
    """
    proposals = tuple(proposal for proposal in plan.state.proposals if proposal.side == plan.open_side)
    if (plan.state.sell_analysis if plan.open_side == "sell" else plan.state.buy_analysis) is None:
        raise InvalidInput(
            "There are no stored proposals for this phase.",
            field="recommendations",
            next_action="Call analyze_trades first, or hand in recommendations.",
        )
    return proposals


def analysis_detail(analyzed: Analyzed) -> dict[str, JsonValue]:
    """What the log keeps of an analysis."""
    record = analyzed.record
    return {
        "analyst": record.analyst,
        "side": record.side,
        "proposals": len(analyzed.proposals),
        "degraded": list(record.degraded),
        "removed": dict(record.removed),
        **({} if record.votes == 1 else {"votes": record.votes, "flip_rate_pct": record.flip_rate_pct}),
        **({} if record.usage is None else {"usage": record.usage.model_dump(mode="json")}),
    }


def judged_detail(judged: Judged) -> dict[str, JsonValue]:
    """What the log keeps of decisions: each that isn't simply to proceed, and what was removed."""
    held: list[JsonValue] = [
        {
            "account_number": v.account_number,
            "symbol": v.symbol,
            "action": v.verdict.action,
            "percent": v.proceed_pct,
            "reason": v.reason,
        }
        for v in judged.resolution.verdicts
        if v.verdict.action != "proceed"
    ]
    return {
        "lines": len(judged.resolution.verdicts),
        "held_back": held,
        "removed": dict(judged.resolution.removed),
    }


def applied(
    opened: Open, request: ApplyRecommendations, *, judged: Judged | None, execution_mode: ExecutionMode
) -> Applied:
    """What applying answers; without `judged` the stored proposals were applied."""
    plan = opened.plan
    recommendations = request.recommendations or ()
    decided = plan.side(plan.open_side).decided.values()
    counts = Counter(decision.action for decision in decided)
    symbols = frozenset(recommendation.symbol for recommendation in recommendations)
    current = None if judged is None else replace(judged, after=plan)
    proposed = frozenset(plan.state.proposals)
    return Applied(
        execution_mode=execution_mode,
        phase=plan.state.phase,
        version=opened.version,
        applied=sum(decision in proposed for decision in decided)
        if current is None
        else len(current.resolution.verdicts) - current.kept.total(),
        decisions=dict(sorted(counts.items())),
        removed={} if current is None else dict(current.resolution.removed),
        soft_warnings=as_results(plan.soft_warnings if current is None else soft_warnings_for(plan, symbols)),
        advisories=() if current is None else as_results(advisories_for(current, symbols)),
        results=() if current is None else check_results(current, recommendations),
        totals=plan_totals(plan),
    )
