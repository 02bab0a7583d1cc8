"""Why a line that is outside its band, or looks as if it should trade, doesn't: a reason code per line."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from trimtab.domain.columns import EDGE_PCT, BoolColumn
from trimtab.domain.trading.checks import account_of, symbol_of
from trimtab.domain.trading.rules import within_wide_band
from trimtab.domain.trading.trades import Reason
from trimtab.workflow.figures import money, points
from trimtab.workflow.planning import SessionPlan, once_per_plan
from trimtab.workflow.ports.results import Cell, Table

COLUMNS: Final = (
    "account_number",
    "code",
    "reason",
    "variance_pct",
    "tolerance_pct",
    "amount_not_traded",
    "detail",
)


@once_per_plan
def why_not_table(plan: SessionPlan) -> Table:
    """A row per line that has a reason and no trade, by account and code; also per line sold for cash, not bought."""
    reasons = {line: reason for line, reason in _reasons(plan) if not plan.trade_amount[line]}
    sold = plan.proposal.planned.line[_bought_otherwise(plan)]
    reasons.update(dict.fromkeys(sold.tolist(), Reason.SOLD_FOR_CASH))
    return Table.model_construct(
        columns=COLUMNS, rows=tuple(_cells(plan, line, reason=reasons[line]) for line in sorted(reasons))
    )


def _reasons(plan: SessionPlan) -> Iterator[tuple[int, Reason]]:
    """Weaker reasons first: a later one for the same line replaces an earlier one."""
    planned = plan.proposal.planned
    for line in np.flatnonzero(within_wide_band(plan.proposal.drift)):
        yield int(line), Reason.INSIDE_WIDE_BAND
    for line in np.flatnonzero(plan.proposal.replaced):
        yield int(line), Reason.SUBSTITUTED
    for row in np.flatnonzero(planned.reason != Reason.NONE):
        yield int(planned.line[row]), Reason(int(planned.reason[row]))
    for side in (plan.sells, plan.buys):
        for row in np.flatnonzero((side.units <= 0) & (side.reason != Reason.NONE)):
            yield int(side.offers.line[row]), Reason(int(side.reason[row]))


def _bought_otherwise(plan: SessionPlan) -> BoolColumn:
    """Triggered lines under their band that raise cash instead of being bought, shape (t,)."""
    planned = plan.proposal.planned
    return (planned.side > 0) & (plan.sell_plan.units[planned.line] > 0)


def _cells(plan: SessionPlan, line: int, *, reason: Reason) -> tuple[Cell, ...]:
    drift = plan.proposal.drift
    account = account_of(plan.facts, int(plan.facts.positions.portfolio[line]))
    code = symbol_of(plan.facts, line)
    return (
        account,
        code,
        reason.code,
        points(drift.variance_pct[line]),
        points(drift.edge_pct[line] - EDGE_PCT),
        money(plan.max_amount[line]),
        _detail(plan, account, code=code, reason=reason),
    )


def _detail(plan: SessionPlan, account: str, *, code: str, reason: Reason) -> str:
    """The words of the rule or of the substitution that stopped the line."""
    if reason in (Reason.DO_NOT_BUY, Reason.DO_NOT_SELL, Reason.HOLD):
        in_force = plan.rules.in_force(plan.facts.book.as_of)
        named = (
            r for r in in_force if r.rule == reason.code and r.code == code and r.account_number in (None, account)
        )
        return next((rule.reason for rule in named), "")
    if reason is Reason.SUBSTITUTED:
        swaps = (s for s in plan.rules.substitutions if s.code == code and s.account_number in (None, account))
        return next((f"bought as {swap.substitute}" for swap in swaps), "")
    return ""
