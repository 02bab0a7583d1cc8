"""Lines of a plan as an analyst and a caller see them: who, what, and the facts about it."""

import numpy as np

from trimtab.domain.columns import CENT, IntColumn
from trimtab.domain.trading.checks import account_of, symbol_of
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.flags import flag_texts
from trimtab.domain.trading.repair import OpenLine, Side
from trimtab.workflow.planning import SessionPlan, SidePlan

CASH_FLAG = "cash"
"""On buys: the portfolio's demand is over its cash."""


def line_flags(plan: SessionPlan, line: int) -> tuple[str, ...]:
    """The computed flags of a line as text."""
    facts = plan.facts
    return flag_texts(facts.book, facts.positions, flags=plan.proposal.flags, events=facts.events, line=line)


def open_rows(plan: SessionPlan, side: Side) -> IntColumn:
    """The rows of a side that take decisions: not sells that only pay for what was held back elsewhere."""
    line = plan.side(side).offers.line
    if side == "buy":
        return np.arange(len(line))
    return np.flatnonzero(plan.proposal.sell_units[line] > 0)


def open_lines(plan: SessionPlan, side: Side) -> tuple[OpenLine, ...]:
    """The lines of a side that take decisions, by account and code."""
    return tuple(_open_line(plan, side, row=row) for row in open_rows(plan, side).tolist())


def lines_under_review(plan: SessionPlan, side: Side) -> tuple[OpenLine, ...]:
    """The lines of a side that wait for somebody's decision."""
    rows = np.flatnonzero(plan.side(side).verdict == Verdict.REVIEW)
    return tuple(_open_line(plan, side, row=row) for row in rows.tolist())


def _open_line(plan: SessionPlan, side: Side, *, row: int) -> OpenLine:
    of_side = plan.side(side)
    offers = of_side.offers
    line, portfolio = int(offers.line[row]), int(offers.portfolio[row])
    flags = line_flags(plan, line)
    if side == "buy" and plan.power.deferral_needed[portfolio] > CENT / 2:
        flags = (*flags, CASH_FLAG)
    return OpenLine(
        row=row,
        account_number=account_of(plan.facts, portfolio),
        symbol=symbol_of(plan.facts, line),
        side=side,
        planned_value=float(of_side.planned_value[row]),
        amounts=_amounts(of_side, row),
        curing_pct=float(of_side.curing_pct[row]),
        tradable_pct=float(of_side.tradable_pct[row]),
        flags=flags,
    )


def _amounts(side: SidePlan, row: int) -> tuple[float, float]:
    """The least and the most that a person may choose: from the band edge to the target, or all that is planned."""
    offered, planned = side.offers.offered, float(side.planned_value[row])
    return min(float(offered.edge_amount[row]), planned), max(float(offered.planned_amount[row]), planned)
