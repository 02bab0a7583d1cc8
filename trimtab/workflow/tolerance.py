"""The tolerance status of a session: lines against their bands, a page at a time."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from trimtab.domain.columns import EDGE_PCT, BoolColumn, FloatColumn, IntColumn, SmallIntColumn
from trimtab.domain.trading.checks import account_of, symbol_of
from trimtab.domain.trading.drift import OVER, UNDER, WITHIN
from trimtab.workflow.figures import money_column, points_column
from trimtab.workflow.lines import line_flags
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.results import Table, ToleranceSummary

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
    portfolio, line = rows.portfolio[page], rows.line[page]
    drift, positions = plan.proposal.drift, plan.facts.positions
    held = line >= 0
    nothing = drift.liquidated[portfolio]

    def merged(of_line: FloatColumn | SmallIntColumn, of_cash: FloatColumn | SmallIntColumn | float) -> FloatColumn:
        """The lines' values, and the portfolios' in the rows of cash."""
        found = np.array(np.broadcast_to(of_cash, line.shape), dtype=np.float64)
        found[held] = of_line[line[held]]
        return found

    actual = merged(drift.actual_pct, drift.cash_pct[portfolio])
    target = merged(drift.target_pct, np.where(nothing, 0.0, positions.cash_target_pct[portfolio]))
    edge = merged(drift.edge_pct, np.where(nothing, 0.0, positions.cash_tolerance_pct[portfolio]) + EDGE_PCT)
    status = merged(drift.status, drift.cash_status[portfolio])
    cells = zip(
        [account_of(plan.facts, row) for row in portfolio.tolist()],
        [CASH_CODE if row < 0 else symbol_of(plan.facts, row) for row in line.tolist()],
        points_column(actual),
        points_column(target),
        points_column(edge - EDGE_PCT),
        points_column(actual - target),
        [STATUS[each] for each in status.tolist()],
        *(money_column(merged(money, 0.0)) for money in (plan.trade_amount, plan.min_amount, plan.max_amount)),
        _flag_texts(plan, portfolio, line=line),
        strict=True,
    )
    return Table.model_construct(columns=COLUMNS, rows=tuple(cells))


def _flag_texts(plan: SessionPlan, portfolio: IntColumn, *, line: IntColumn) -> list[str]:
    """The flags of each row; cash has none, but says where it is an estimate."""
    unknown = np.isnan(plan.facts.positions.cash[portfolio])
    texts: list[str] = np.where((line < 0) & unknown, CASH_ESTIMATED, "").tolist()
    held = np.flatnonzero(line >= 0)
    for row in held[plan.proposal.flags.present(line[held])].tolist():
        texts[row] = ",".join(line_flags(plan, int(line[row])))
    return texts


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
