"""The whole plan as canonical JSON: the same session gives the same bytes, whoever asks."""

import hashlib
import json

from trimtab.workflow.planning import SessionPlan, once_per_plan
from trimtab.workflow.ports.requests import Phase
from trimtab.workflow.trades import plan_table


def plan_document(plan: SessionPlan) -> str:
    """The plan without anything that differs between two runs: no session id, no time."""
    state, table = plan.state, plan_table(plan)
    document = {
        "as_of": state.as_of.isoformat(),
        "book": state.book,
        "book_digest": state.book_digest,
        "columns": table.columns,
        "phase": _decided_in(state.phase),
        "policy_digest": state.policy_digest,
        "rows": table.rows,
        "workflow_mode": state.workflow_mode,
    }
    return canonical(document)


def _decided_in(phase: Phase) -> Phase:
    """What is decided stays as it was in Review, while its orders are recorded and afterwards."""
    return "Review" if phase in ("Executing", "Done") else phase


def canonical(document: object) -> str:
    """JSON with sorted keys, without spaces, in one spelling."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@once_per_plan
def plan_digest(plan: SessionPlan) -> str:
    """SHA-256 of the plan document: two plans with the same digest are the same plan."""
    return hashlib.sha256(plan_document(plan).encode()).hexdigest()
