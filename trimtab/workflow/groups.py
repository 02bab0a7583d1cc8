"""The plan's trades grouped by instrument, portfolio or model: totals per group."""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.trading.checks import account_of
from trimtab.domain.trading.recommendation import Action
from trimtab.domain.trading.segments import grouped_sum
from trimtab.workflow.figures import in_cents, money, points
from trimtab.workflow.planning import SessionPlan, SidePlan
from trimtab.workflow.ports.requests import GroupBy
from trimtab.workflow.ports.results import Cell, Table

SIDE_COLUMNS: Final = (
    "sells",
    "sell_value",
    "sell_deferred_value",
    "buys",
    "buy_value",
    "buy_deferred_value",
    "under_review",
)
VERDICTS: Final[tuple[Action, ...]] = ("proceed", "defer", "partial", "review")


def group_table(plan: SessionPlan, group_by: GroupBy) -> Table:
    """Groups with a planned trade, by name; money is positive, of a portfolio in its own base currency."""
    return {"instrument": _by_instrument, "portfolio": _by_portfolio, "model": _by_model}[group_by](plan)


def _by_instrument(plan: SessionPlan) -> Table:
    codes = plan.facts.book.instruments.code
    instrument = plan.facts.positions.instrument
    rows = _grouped(plan, lambda side: instrument[side.offers.line], count=len(codes))
    extra = {row: (codes[row], *_verdicts(plan, row)) for row in rows}
    columns = ("code", "action", "proceed_percent", "min_proceed_percent", *SIDE_COLUMNS)
    return _table(columns, ((*extra[row], *cells) for row, cells in rows.items()))


def _verdicts(plan: SessionPlan, instrument: int) -> tuple[Cell, ...]:
    """One action if all its lines agree, else partial; the value-weighted percent; the largest curing percent."""
    of_line = plan.facts.positions.instrument
    chosen = [(side, np.flatnonzero(of_line[side.offers.line] == instrument)) for _, side in plan.planned_sides]
    side, rows = max(chosen, key=lambda pair: (len(pair[1]) > 0, pair[0] is plan.side(plan.open_side)))
    action, percent = merged_action(side, rows)
    return action, points(percent), points(float(side.curing_pct[rows].max()))


def merged_action(side: SidePlan, rows: IntColumn) -> tuple[Action, float]:
    """The action that stands for several lines, and their value-weighted percent.

    Of sells it is the percent decided, so that whole lots don't blur it; of buys what cash leaves of the planned money.
    """
    verdicts = set(side.verdict[rows].tolist())
    whole = side.reported_planned_value[rows]
    planned = float(whole.sum())
    going = side.proceed_pct[rows] / 100 * whole if side.offers.side < 0 else side.reported_value[rows]
    percent = float(going.sum()) / planned * 100 if planned > 0 else 0.0
    return (VERDICTS[verdicts.pop()] if len(verdicts) == 1 else "partial"), min(percent, 100.0)


def _by_portfolio(plan: SessionPlan) -> Table:
    facts, drift = plan.facts, plan.proposal.drift
    rows = _grouped(plan, lambda side: side.offers.portfolio, count=len(drift.total), reported=False)
    bought = grouped_sum(plan.buys.offers.portfolio, plan.buys.value, count=len(drift.total))
    bought = bought if plan.state.phase != "Sells" else np.zeros(len(bought))
    paid = drift.cash - facts.positions.pending_withdrawal
    left = paid + plan.sell_plan.value - bought
    names = facts.book.portfolios
    book_row = facts.positions.portfolio_row
    columns = (
        "account_number",
        "client_name",
        "model",
        "cash",
        "pending_withdrawal",
        "cash_after",
        "missing_cash",
        *SIDE_COLUMNS,
    )
    extra = (
        (
            account_of(facts, row),
            names.client_name[book_row[row]],
            names.model_name[book_row[row]],
            money(drift.cash[row]),
            money(facts.positions.pending_withdrawal[row]),
            money(left[row]),
            money(plan.sell_plan.missing_cash[row]),
            *cells,
        )
        for row, cells in rows.items()
    )
    return _table(columns, extra)


def _by_model(plan: SessionPlan) -> Table:
    names = plan.facts.book.models.name
    model = plan.facts.book.portfolios.model[plan.facts.positions.portfolio_row]
    rows = _grouped(plan, lambda side: model[side.offers.portfolio], count=len(names))
    return _table(("model", *SIDE_COLUMNS), ((names[row], *cells) for row, cells in rows.items()))


def _grouped(
    plan: SessionPlan, key: Callable[[SidePlan], IntColumn], *, count: int, reported: bool = True
) -> dict[int, tuple[Cell, ...]]:
    """`SIDE_COLUMNS` of each group with a trade, by group number; in reporting currency, or in base currency."""
    no_buys = plan.state.phase == "Sells"
    sums: list[FloatColumn] = []
    present = np.zeros(count, dtype=np.bool_)
    review = np.zeros(count)
    for side in (plan.sells, plan.buys):
        groups = key(side)
        if no_buys and side is plan.buys:
            groups = groups[:0]
        rows = len(groups)
        value, planned = (
            (side.reported_value, side.reported_planned_value) if reported else (side.value, side.planned_value)
        )
        held_back = np.maximum(planned - value, 0.0)
        sums_of = (in_cents(column[:rows]) for column in (value, held_back))
        for column in ((side.units > 0)[:rows].astype(np.float64), *sums_of):
            sums.append(grouped_sum(groups, column, count=count))
        review += np.bincount(groups, weights=(side.verdict[:rows] == VERDICTS.index("review")), minlength=count)
        present[groups] = True
    return {int(row): tuple(_cells(sums, review, row=int(row))) for row in np.flatnonzero(present)}


def _cells(sums: list[FloatColumn], review: FloatColumn, *, row: int) -> Iterator[Cell]:
    for first in (0, 3):
        yield int(sums[first][row])
        yield money(sums[first + 1][row])
        yield money(sums[first + 2][row])
    yield int(review[row])


def _table(columns: tuple[str, ...], rows: Iterator[tuple[Cell, ...]]) -> Table:
    return Table.model_construct(columns=columns, rows=tuple(rows))
