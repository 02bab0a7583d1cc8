"""What of an instrument's trades is held back: by whom, why, and what stays outside its band meanwhile."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from trimtab.domain.columns import CENT, IntColumn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.outside_text import clean
from trimtab.domain.trading.checks import account_of
from trimtab.domain.trading.repair import Side
from trimtab.domain.trading.valuation import reporting_currency
from trimtab.workflow.figures import in_cents, money, points
from trimtab.workflow.planning import SessionPlan, SidePlan, once_per_plan
from trimtab.workflow.ports.requests import ExplainDeferral
from trimtab.workflow.ports.results import Cell, Deferral, ExecutionMode, Table
from trimtab.workflow.sessions import Open
from trimtab.workflow.trades import COLUMNS as TRADE_COLUMNS
from trimtab.workflow.trades import trade_cells

MOST_NAMED: Final = 20
"""Instruments that an error names."""
SIDE_COLUMNS: Final = (
    "side",
    "portfolios",
    "planned_value",
    "goes_ahead_value",
    "held_back_portfolios",
    "held_back_value",
    "min_proceed_percent",
)
LINE_COLUMNS: Final = (
    "account_number",
    "side",
    "planned_amount",
    "amount",
    "decision",
    "proceed_percent",
    "min_proceed_percent",
    "source",
    "reason",
    "flags",
    "target_pct",
    "tolerance_pct",
    "weight_before_pct",
    "weight_after_pct",
    "outside_pct",
)
_NAMES: Final = {"side": "action", "reason": "deferred_reason", "flags": "categories"}
"""What the plan's table calls these."""


def deferral(opened: Open, request: ExplainDeferral, *, execution_mode: ExecutionMode) -> Deferral:
    """The instrument's lines that trade less than was planned.

    Raises:
        InvalidInput: Nothing of such an instrument is held back; says of which instruments something is.
    """
    plan = opened.plan
    held = sorted(_held_lines(plan, request.symbol), key=lambda line: line[0])
    if not held:
        raise _nothing_held(plan, request.symbol)
    instruments = plan.facts.book.instruments
    return Deferral(
        execution_mode=execution_mode,
        phase=plan.state.phase,
        version=opened.version,
        session_id=request.session_id,
        as_of=plan.state.as_of.isoformat(),
        symbol=request.symbol,
        name=clean(instruments.name[instruments.code.index(request.symbol)]),
        currency=reporting_currency(plan.facts.book),
        sides=Table(columns=SIDE_COLUMNS, rows=tuple(_sides(plan, request.symbol))),
        lines=Table(columns=LINE_COLUMNS, rows=tuple(cells for _, cells in held[: request.limit])),
        total=len(held),
        outside_count=sum(bool(cells[-1]) for _, cells in held),
    )


def held_rows(side: SidePlan) -> IntColumn:
    """The rows of a side that trade less than was planned for them."""
    return np.flatnonzero(side.planned_value - side.value > CENT / 2)


@once_per_plan
def held_symbols(plan: SessionPlan) -> tuple[str, ...]:
    """The instruments of which something is held back, by code."""
    codes, instrument = plan.facts.book.instruments.code, plan.facts.positions.instrument
    held = {row for _, side in plan.planned_sides for row in instrument[side.offers.line[held_rows(side)]].tolist()}
    return tuple(codes[row] for row in sorted(held))


def _rows_of(plan: SessionPlan, side: SidePlan, *, symbol: str) -> IntColumn:
    codes = plan.facts.book.instruments.code
    if symbol not in codes:
        return np.array([], dtype=np.int64)
    return np.flatnonzero(plan.facts.positions.instrument[side.offers.line] == codes.index(symbol))


def _sides(plan: SessionPlan, symbol: str) -> Iterator[tuple[Cell, ...]]:
    for side, of_side in plan.planned_sides:
        rows = _rows_of(plan, of_side, symbol=symbol)
        if not len(rows):
            continue
        planned = in_cents(of_side.reported_planned_value[rows])
        ahead = in_cents(of_side.reported_value[rows])
        yield (
            side,
            len(rows),
            money(planned.sum()),
            money(ahead.sum()),
            len(np.intersect1d(rows, held_rows(of_side))),
            money(np.maximum(planned - ahead, 0.0).sum()),
            points(of_side.curing_pct[rows].max()),
        )


def _held_lines(plan: SessionPlan, symbol: str) -> Iterator[tuple[tuple[float, str], tuple[Cell, ...]]]:
    """Each line with its place in the list."""
    for side, of_side in plan.planned_sides:
        held = of_side.reported_planned_value - of_side.reported_value
        for row in np.intersect1d(_rows_of(plan, of_side, symbol=symbol), held_rows(of_side)).tolist():
            account = account_of(plan.facts, int(of_side.offers.portfolio[row]))
            yield (-money(held[row]), account), _line(plan, side, row=row, account=account)


def _line(plan: SessionPlan, side: Side, *, row: int, account: str) -> tuple[Cell, ...]:
    of_side = plan.side(side)
    trade = dict(zip(TRADE_COLUMNS, trade_cells(plan, side, row=row, account=account), strict=True))
    own: dict[str, Cell] = {
        "min_proceed_percent": points(of_side.curing_pct[row]),
        "tolerance_pct": points(plan.proposal.drift.tolerance_pct[of_side.offers.line[row]]),
        "outside_pct": points(of_side.aftermath.excess_pct[row]),
    }
    return tuple(own[name] if name in own else trade[_NAMES.get(name, name)] for name in LINE_COLUMNS)


def _nothing_held(plan: SessionPlan, symbol: str) -> InvalidInput:
    known = symbol in plan.facts.book.instruments.code
    return InvalidInput(
        "Nothing of this instrument is held back." if known else "The book has no instrument of this code.",
        field="symbol",
        next_action=_what_is_held(held_symbols(plan)),
    )


def _what_is_held(symbols: tuple[str, ...]) -> str:
    if not symbols:
        return "Nothing is held back in this session; get_session view=why_not has the lines that don't trade at all."
    more = f" and {len(symbols) - MOST_NAMED} more (get_session view=trades)" if len(symbols) > MOST_NAMED else ""
    return f"Name one of those held back: {', '.join(map(clean, symbols[:MOST_NAMED]))}{more}."
