"""A session that just began, and a decision in it."""

from datetime import date

from trimtab.workflow.state import Decision, SessionState

STATE = SessionState(
    workflow_mode="AiPlan", book="example", book_digest="0" * 64, policy_digest="1" * 64, as_of=date(2026, 6, 30)
)
DEFERRAL = Decision(account_number="P1", symbol="CBA", side="sell", action="defer", proceed_pct=0, source="rules")
