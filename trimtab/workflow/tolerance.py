"""The tolerance status of a session: lines against their bands, a page at a time."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from trimtab.domain.columns import EDGE_PCT, BoolColumn, IntColumn
from trimtab.domain.trading.checks import account_of, symbol_of
from trimtab.domain.trading.drift import OVER, UNDER, WITHIN
from trimtab.workflow.figures import money, points
from trimtab.workflow.lines import line_flags
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.results import Cell, Table, ToleranceSummary

CASH_CODE: Final = "CASH"
CASH_ESTIMATED: Final = "cash_estimated"
"""In the flags of a cash line: the book doesn't know the cash."""
COLUMNS: Final = (
    "account_number",
    "code",
    "actual_pct",
    "target_pct",
    "tolerance_pct",
    "variance_pct",
    "status",
    "trade_amount",
    "min_amount",
    "max_amount",
    "flags",
)
STATUS: Final = {OVER: "over", WITHIN: "within", UNDER: "under"}


@dataclass(frozen=True, slots=True, eq=False)
class StatusRows:
    """Rows in answer order: portfolio, then code, cash last; `line` is -1 for cash."""

    portfolio: IntColumn
    line: IntColumn


def select_rows(plan: SessionPlan, *, status: Literal["breaches", "all"], portfolios: BoolColumn) -> StatusRows:
    """The rows of the portfolios in the mask (p,): all, or those outside their band."""
    positions, drift = plan.facts.positions, plan.proposal.drift
    every = status == "all"
    of_line = positions.portfolio
    line = np.flatnonzero(portfolios[of_line] & ((drift.status != WITHIN) | every))
    cash = np.flatnonzero(portfolios & ((drift.cash_status != WITHIN) | every))
    portfolio = np.concatenate([of_line[line], cash])
    rows = np.concatenate([line, np.full(len(cash), -1)])
    order = np.lexsort((rows == -1, portfolio))
    return StatusRows(portfolio[order], rows[order])


def status_table(plan: SessionPlan, rows: StatusRows, *, offset: int, limit: int) -> Table:
    """A page of the rows."""
    page = slice(offset, offset + limit)
    cells = [
        _cash_cells(plan, int(portfolio)) if line < 0 else _line_cells(plan, int(portfolio), line=int(line))
        for portfolio, line in zip(rows.portfolio[page], rows.line[page], strict=True)
    ]
    return Table.model_construct(columns=COLUMNS, rows=tuple(cells))


def _line_cells(plan: SessionPlan, portfolio: int, *, line: int) -> tuple[Cell, ...]:
    drift = plan.proposal.drift
    return (
        account_of(plan.facts, portfolio),
        symbol_of(plan.facts, line),
        points(drift.actual_pct[line]),
        points(drift.target_pct[line]),
        points(drift.edge_pct[line] - EDGE_PCT),
        points(drift.variance_pct[line]),
        STATUS[int(drift.status[line])],
        money(plan.trade_amount[line]),
        money(plan.min_amount[line]),
        money(plan.max_amount[line]),
        ",".join(line_flags(plan, line)),
    )


def _cash_cells(plan: SessionPlan, portfolio: int) -> tuple[Cell, ...]:
    drift, positions = plan.proposal.drift, plan.facts.positions
    nothing = bool(drift.liquidated[portfolio])
    target = 0.0 if nothing else float(positions.cash_target_pct[portfolio])
    return (
        account_of(plan.facts, portfolio),
        CASH_CODE,
        points(drift.cash_pct[portfolio]),
        points(target),
        0.0 if nothing else points(positions.cash_tolerance_pct[portfolio]),
        points(drift.cash_pct[portfolio] - target),
        STATUS[int(drift.cash_status[portfolio])],
        0.0,
        0.0,
        0.0,
        CASH_ESTIMATED if np.isnan(positions.cash[portfolio]) else "",
    )


def count_status(plan: SessionPlan, *, portfolios: BoolColumn, unable: int) -> ToleranceSummary:
    """Counts over the portfolios in the mask, their cash lines included."""
    drift = plan.proposal.drift
    lines = portfolios[plan.facts.positions.portfolio]
    status = np.concatenate([drift.status[lines], drift.cash_status[portfolios]])
    return ToleranceSummary(
        portfolios=int(portfolios.sum()),
        lines=len(status),
        within=int((status == WITHIN).sum()),
        over=int((status == OVER).sum()),
        under=int((status == UNDER).sum()),
        unable_to_check=unable,
    )
