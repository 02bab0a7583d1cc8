"""The trades of a plan.

One unified row per line that is offered, in the same form for sells, buys and what was held back.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from trimtab.domain.columns import CENT
from trimtab.domain.trading.checks import account_of, symbol_of
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.repair import Side
from trimtab.domain.trading.trades import Reason
from trimtab.workflow.figures import money, points, quantity
from trimtab.workflow.lines import line_flags
from trimtab.workflow.planning import SessionPlan, SidePlan, once_per_plan
from trimtab.workflow.ports.requests import Phase
from trimtab.workflow.ports.results import Cell, Table

REDUCED_TO_CASH: Final = "reduced_to_cash"
"""Why a buy is smaller than planned though nobody decided so."""
COLUMNS: Final = (
    "trade_id",
    "account_number",
    "code",
    "action",
    "quantity",
    "amount",
    "planned_amount",
    "min_amount",
    "max_amount",
    "status",
    "decision",
    "proceed_percent",
    "source",
    "deferred_reason",
    "categories",
    "compliance_flags",
    "weight_before_pct",
    "target_pct",
    "weight_after_pct",
)
DECIDED_IN: Final[dict[Side, tuple[Phase, ...]]] = {"sell": ("Sells",), "buy": ("Sells", "Buys")}
"""Phases in which a side's trades are still proposals."""


@once_per_plan
def plan_table(plan: SessionPlan) -> Table:
    """Every trade of the plan: by account, sells before buys, by code."""
    rows = [
        (account, order, cells)
        for order, (side, of_side) in enumerate(plan.planned_sides)
        for account, cells in _rows(plan, side, of_side=of_side)
    ]
    rows.sort(key=lambda row: (row[0], row[1]))
    return Table.model_construct(columns=COLUMNS, rows=tuple(cells for _, _, cells in rows))


def _rows(plan: SessionPlan, side: Side, *, of_side: SidePlan) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    for row in range(len(of_side.offers.line)):
        account = account_of(plan.facts, int(of_side.offers.portfolio[row]))
        yield account, trade_cells(plan, side, row=row, account=account)


def trade_cells(plan: SessionPlan, side: Side, *, row: int, account: str) -> tuple[Cell, ...]:
    """The trade of one row of a side, under `COLUMNS`."""
    of_side, drift = plan.side(side), plan.proposal.drift
    line, sign = int(of_side.offers.line[row]), of_side.offers.side
    code = symbol_of(plan.facts, line)
    return (
        trade_id(account, code, side=side),
        account,
        code,
        side,
        quantity(of_side.units[row]),
        money(sign * of_side.value[row]),
        money(sign * of_side.planned_value[row]),
        money(plan.min_amount[line]),
        money(plan.max_amount[line]),
        _status(plan, side, row=row),
        *_decision(of_side, row),
        _source(plan, side, row=row),
        _why(plan, side, row=row),
        ",".join(line_flags(plan, line)),
        ",".join(_compliance(plan, side, row=row)),
        points(drift.actual_pct[line]),
        points(drift.target_pct[line]),
        points(of_side.aftermath.after_pct[row]),
    )


def _decision(side: SidePlan, row: int) -> tuple[Cell, Cell]:
    """The action and percent decided; where nobody decided, what cash made of the trade."""
    decision = side.decided.get(row)
    if decision is not None:
        return Verdict(int(side.verdict[row])).action, points(decision.proceed_pct)
    percent = side.value[row] / side.planned_value[row] * 100
    if percent >= 100:
        return Verdict.PROCEED.action, 100.0
    return (Verdict.PARTIAL if percent > 0 else Verdict.DEFER).action, points(percent)


def trade_id(account: str, code: str, *, side: Side) -> str:
    """Identity of a trade within its session: the same line and side always have the same one."""
    return hashlib.sha256(f"{account}\n{code}\n{side}".encode()).hexdigest()[:12]


def _status(plan: SessionPlan, side: Side, *, row: int) -> str:
    if plan.side(side).units[row] <= 0:
        return "Held"
    return "Proposed" if plan.state.phase in DECIDED_IN[side] else "Approved"


def _source(plan: SessionPlan, side: Side, *, row: int) -> str:
    decision = plan.side(side).decided.get(row)
    if decision is not None:
        return decision.source
    portfolio = plan.side(side).offers.portfolio[row]
    return "tiers" if side == "buy" and plan.buy_plan.by_tiers[portfolio] else "default"


def _why(plan: SessionPlan, side: Side, *, row: int) -> str:
    """Why less is traded than was planned: the decision's words, else the reason's code.

    Empty where nothing was held back.
    """
    of_side = plan.side(side)
    if of_side.planned_value[row] - of_side.value[row] <= CENT / 2:
        return ""
    decision = of_side.decided.get(row)
    if decision is not None and decision.action != "proceed" and decision.reason:
        return decision.reason
    code = Reason(int(of_side.reason[row]))
    return code.code if code is not Reason.NONE else REDUCED_TO_CASH


def _compliance(plan: SessionPlan, side: Side, *, row: int) -> Iterator[str]:
    of_side = plan.side(side)
    if of_side.aftermath.breached[row]:
        yield "tolerance_concern"
    if side == "sell" and (
        of_side.offers.offered.for_cash[row] or plan.sell_plan.raised_units[of_side.offers.line[row]] > 0
    ):
        yield "cash_raise"
