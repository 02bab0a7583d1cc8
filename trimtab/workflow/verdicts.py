"""Verdicts as decisions of a session."""

from collections.abc import Iterable
from typing import Final

from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.recommendation import Action
from trimtab.domain.trading.repair import LineVerdict, Side
from trimtab.workflow.state import Decision, SessionState

ACTIONS: Final[dict[Verdict, Action]] = {
    Verdict.PROCEED: "proceed",
    Verdict.DEFER: "defer",
    Verdict.PARTIAL: "partial",
    Verdict.REVIEW: "review",
}


def as_decision(verdict: LineVerdict) -> Decision:
    """The stored form of a verdict."""
    return Decision(
        account_number=verdict.account_number,
        symbol=verdict.symbol,
        side=verdict.side,
        action=ACTIONS[verdict.verdict],
        proceed_pct=verdict.proceed_pct,
        source=verdict.source,
        reason=verdict.reason,
        flags=verdict.flags,
        note=verdict.note,
    )


def decide(state: SessionState, decisions: Iterable[Decision]) -> SessionState:
    """The state with these decisions; a person's decision stays unless a person decides again."""
    standing = {decision.key: decision for decision in state.decisions}
    for decision in decisions:
        old = standing.get(decision.key)
        if old is None or old.source != "person" or decision.source == "person":
            standing[decision.key] = decision
    return state.changed(decisions=tuple(standing[key] for key in sorted(standing)))


def adopt(state: SessionState, proposals: Iterable[Decision], *, side: Side) -> SessionState:
    """The state in which an analyst's proposals for a side are decided; what one said of it before is forgotten."""
    kept = tuple(d for d in state.decisions if d.side != side or d.source not in ("rules", "model"))
    return decide(state.changed(decisions=kept), (proposal for proposal in proposals if proposal.side == side))
