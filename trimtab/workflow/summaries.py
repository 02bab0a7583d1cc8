"""The summary of a session: where it stands, what was decided, and what can be done next."""

from collections import Counter
from typing import Final

from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.valuation import UnableToCheck
from trimtab.workflow.analysis import current_analysis
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.requests import Phase
from trimtab.workflow.ports.results import ExecutionMode, SessionEntry, SessionSummaryResult
from trimtab.workflow.ports.results import UnableToCheck as UnableResult
from trimtab.workflow.ports.stores import SessionInfo
from trimtab.workflow.sessions import Open
from trimtab.workflow.totals import executive_summary, plan_totals

NEXT_STEPS: Final[dict[Phase, tuple[str, ...]]] = {
    "Sells": ("get_trading_overview", "validate_recommendations", "apply_recommendations", "advance_phase"),
    "Buys": ("get_trading_overview view=buys", "validate_recommendations", "apply_recommendations", "advance_phase"),
    "Review": ("preview_orders", "get_session view=plan", "advance_phase to=Buys with a reason"),
    "Executing": ("get_execution_status until done", "cancel_orders with a reason"),
    "Done": ("get_execution_status: what was filled",),
}
QUICK_STEPS: Final = ("get_session view=plan", "advance_phase")


def session_summary(
    opened: Open, *, analyst: str, execution_mode: ExecutionMode, unable: tuple[UnableToCheck, ...]
) -> SessionSummaryResult:
    """`get_session view=summary`, and what opening and updating answer."""
    plan, stored = opened.plan, opened.stored
    state = plan.state
    analyses = [record for record in (state.sell_analysis, state.buy_analysis) if record]
    return SessionSummaryResult(
        execution_mode=execution_mode,
        phase=state.phase,
        version=opened.version,
        session_id=stored.session_id,
        workflow_mode=state.workflow_mode,
        analyst=analyst,
        book=state.book,
        as_of=state.as_of.isoformat(),
        portfolios=len(plan.facts.positions.portfolio_row),
        unable_to_check=unable_results(unable),
        totals=plan_totals(plan),
        decisions=dict(sorted(Counter(decision.action for decision in state.decisions).items())),
        analyzed=current_analysis(plan) is not None,
        degraded=tuple(note for record in analyses for note in record.degraded),
        instrument_rules=tuple(rule.model_dump(mode="json", exclude_none=True) for rule in state.instrument_rules),
        substitutions=tuple(rule.model_dump(mode="json", exclude_none=True) for rule in state.substitutions),
        gradual_exits=tuple(rule.model_dump(mode="json", exclude_none=True) for rule in state.gradual_exits),
        overrides=tuple(rule.model_dump(mode="json", exclude_none=True) for rule in state.overrides),
        executive_summary=executive_summary(plan),
        policy_digest=state.policy_digest,
        expires_at=stored.expires_at.isoformat(timespec="seconds"),
        next_steps=_next_steps(plan),
    )


def session_entry(info: SessionInfo) -> SessionEntry:
    """A session as it stands in a list."""
    return SessionEntry(
        session_id=info.session_id,
        version=info.version,
        created_at=info.created_at.isoformat(timespec="seconds"),
        expires_at=info.expires_at.isoformat(timespec="seconds"),
    )


def unable_results(unable: tuple[UnableToCheck, ...]) -> tuple[UnableResult, ...]:
    """One row per reason."""
    return tuple(
        UnableResult(account_number=entry.account_number, code=reason.code, message=reason.message)
        for entry in unable
        for reason in entry.reasons
    )


def _next_steps(plan: SessionPlan) -> tuple[str, ...]:
    state = plan.state
    if state.phase not in ("Sells", "Buys"):
        return NEXT_STEPS[state.phase]
    decide = ("update_session overrides: lines under review wait for a decision",) if _under_review(plan) else ()
    if state.workflow_mode == "QuickRebalance":
        return (*decide, *QUICK_STEPS)
    analyze = ("analyze_trades",) if state.workflow_mode == "AiPlan" and current_analysis(plan) is None else ()
    return (*analyze, *decide, *NEXT_STEPS[state.phase])


def _under_review(plan: SessionPlan) -> bool:
    return any(bool((side.verdict == Verdict.REVIEW).any()) for _, side in plan.planned_sides)
