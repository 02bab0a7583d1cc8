"""Why a line that is outside its band, or looks as if it should trade, doesn't: a reason code per line."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from trimtab.domain.trading.checks import account_of, symbol_of
from trimtab.domain.trading.rules import within_wide_band
from trimtab.domain.trading.trades import Reason
from trimtab.workflow.figures import money, points
from trimtab.workflow.planning import SessionPlan
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


def why_not_table(plan: SessionPlan) -> Table:
    """One row per line without a trade and with a reason, by account and code."""
    rows = sorted(
        {(portfolio, line): cells for portfolio, line, cells in _rows(plan)}.items(), key=lambda item: item[0]
    )
    return Table.model_construct(columns=COLUMNS, rows=tuple(cells for _, cells in rows))


def _rows(plan: SessionPlan) -> Iterator[tuple[int, int, tuple[Cell, ...]]]:
    """Weaker reasons first: a later row for the same line replaces an earlier one."""
    planned, of_line = plan.proposal.planned, plan.facts.positions.portfolio
    for line in np.flatnonzero(within_wide_band(plan.proposal.drift)):
        yield _row(plan, int(of_line[line]), line=int(line), reason=Reason.INSIDE_WIDE_BAND)
    for line in np.flatnonzero(plan.proposal.replaced):
        yield _row(plan, int(of_line[line]), line=int(line), reason=Reason.SUBSTITUTED)
    sold = plan.sell_plan.units[planned.line] > 0
    for_cash = (planned.side > 0) & sold
    for row in np.flatnonzero((planned.reason != Reason.NONE) | for_cash):
        reason = Reason(int(planned.reason[row])) if planned.reason[row] else Reason.SOLD_FOR_CASH
        if not (planned.side[row] < 0 and sold[row]):
            yield _row(plan, int(of_line[planned.line[row]]), line=int(planned.line[row]), reason=reason)
    for side in (plan.sells, plan.buys):
        for row in np.flatnonzero((side.units <= 0) & (side.reason != Reason.NONE)):
            reason = Reason(int(side.reason[row]))
            yield _row(plan, int(side.offers.portfolio[row]), line=int(side.offers.line[row]), reason=reason)


def _row(plan: SessionPlan, portfolio: int, *, line: int, reason: Reason) -> tuple[int, int, tuple[Cell, ...]]:
    drift = plan.proposal.drift
    account, code = account_of(plan.facts, portfolio), symbol_of(plan.facts, line)
    cells = (
        account,
        code,
        reason.code,
        points(drift.variance_pct[line]),
        points(drift.tolerance_pct[line]),
        money(plan.max_amount[line]),
        _detail(plan, account, code=code, reason=reason),
    )
    return portfolio, line, cells


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
