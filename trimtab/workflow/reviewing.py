"""A session for a person to look over: its summary, what the checks found, and what is held back."""

from collections.abc import Iterable
from typing import Final, cast

from trimtab.domain.trading.checks import Finding
from trimtab.workflow.groups import group_table
from trimtab.workflow.judging import as_results
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.results import Finding as FindingResult
from trimtab.workflow.ports.results import SessionReview, SessionSummaryResult, Table

MOST_FINDINGS: Final = 15
MOST_HELD: Final = 20
MOST_UNABLE: Final = 10
MOST_DEGRADED: Final = 5


def session_review(plan: SessionPlan, summary: SessionSummaryResult) -> SessionReview:
    """What a review needs of the plan, beside its summary; long lists are cut, and counted whole."""
    held = _held_back(plan)
    return SessionReview(
        execution_mode=summary.execution_mode,
        phase=summary.phase,
        version=summary.version,
        session_id=summary.session_id,
        workflow_mode=summary.workflow_mode,
        analyst=summary.analyst,
        analyzed=summary.analyzed,
        book=summary.book,
        as_of=summary.as_of,
        expires_at=summary.expires_at,
        portfolios=summary.portfolios,
        unable_to_check=summary.unable_to_check[:MOST_UNABLE],
        unable_to_check_count=len(summary.unable_to_check),
        totals=summary.totals,
        decisions=summary.decisions,
        session_rules=_counted(summary),
        degraded=summary.degraded[:MOST_DEGRADED],
        held_back=Table(columns=held.columns, rows=held.rows[:MOST_HELD]),
        held_back_count=len(held.rows),
        hard_failures=_worst(plan.hard_failures),
        soft_warnings=_worst(plan.soft_warnings),
        next_steps=summary.next_steps,
    )


def _counted(summary: SessionSummaryResult) -> dict[str, int]:
    return {
        "instrument_rules": len(summary.instrument_rules),
        "substitutions": len(summary.substitutions),
        "gradual_exits": len(summary.gradual_exits),
        "overrides": len(summary.overrides),
    }


def _held_back(plan: SessionPlan) -> Table:
    """The groups by instrument of which something waits, most money first."""
    groups = group_table(plan, "instrument")
    place = groups.columns.index
    deferred = place("sell_deferred_value"), place("buy_deferred_value")
    waiting = place("under_review")
    money = [sum(cast("float", row[column]) for column in deferred) for row in groups.rows]
    held = [(-value, row) for value, row in zip(money, groups.rows, strict=True) if value or row[waiting]]
    held.sort(key=lambda entry: entry[0])
    return Table(columns=groups.columns, rows=tuple(row for _, row in held))


def _worst(findings: Iterable[Finding]) -> tuple[FindingResult, ...]:
    by_money = sorted(findings, key=lambda finding: -(finding.excess_value or 0.0))
    return as_results(by_money[:MOST_FINDINGS])
