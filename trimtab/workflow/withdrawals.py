"""An analyst's waiting may not leave a withdrawal unpaid."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from trimtab.domain.columns import CENT
from trimtab.domain.trading.checks import account_of
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.repair import WHOLE_PCT, LineVerdict
from trimtab.workflow.planning import SessionPlan, plan_session
from trimtab.workflow.verdicts import as_decision, decide

NOTE: Final = "cash_overdrawn"
REASON: Final = "The withdrawal and the minimum cash need the whole sell."


def release_unpaid(plan: SessionPlan, verdicts: Sequence[LineVerdict]) -> list[LineVerdict]:
    """Where the verdicts together leave a portfolio short, and no other line can pay, its waiting sells proceed.

    Each line by itself may wait with what the others pay; only together they can't.
    """
    state = decide(plan.state, map(as_decision, verdicts))
    missing = plan_session(plan.facts, state, rules=plan.rules).sell_plan.missing_cash
    short = {account_of(plan.facts, int(portfolio)) for portfolio in np.flatnonzero(missing > CENT / 2)}
    return [_released(verdict) if verdict.account_number in short else verdict for verdict in verdicts]


def _released(verdict: LineVerdict) -> LineVerdict:
    if verdict.verdict not in (Verdict.DEFER, Verdict.PARTIAL):
        return verdict
    return replace(verdict, verdict=Verdict.PROCEED, proceed_pct=WHOLE_PCT, reason=REASON, flags=(), note=NOTE)
