"""Decisions applied.

How many of the planned units a verdict lets through, and the smallest percent that cures a breach.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from trimtab.domain.columns import CENT, EDGE_PCT, UNIT, BoolColumn, FloatColumn, SmallIntColumn
from trimtab.domain.trading.trades import Reason
from trimtab.domain.trading.whole_lots import lots_down, lots_up

CURING_STEP_PCT = 5
PROCEED_FROM_PCT = 96


class Verdict(IntEnum):
    """What was decided for a line; the lower-case name is the action in answers."""

    PROCEED = 0
    DEFER = 1
    PARTIAL = 2
    REVIEW = 3

    @property
    def action(self) -> str:
        """The action as callers spell it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, eq=False)
class Offered:
    """Trades that are up for decision, one row each: units and money per unit positive, whatever the side.

    `planned_amount` is the whole trade before rounding to lots, `edge_amount` the part of it that ends the breach (0
    inside the band), `far_edge_amount` what brings the line to the other edge of its band (only cash raising goes
    there), `for_cash` rows that raise cash and ignore the minimum trade.
    """

    units: FloatColumn
    unit_value: FloatColumn
    lot_size: FloatColumn
    planned_amount: FloatColumn
    edge_amount: FloatColumn
    far_edge_amount: FloatColumn
    minimum_value: FloatColumn
    for_cash: BoolColumn


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """A verdict and a percent of the planned units per row; proceed is 100, defer and review 0."""

    verdict: SmallIntColumn
    proceed_pct: FloatColumn

    @classmethod
    def proceed_all(cls, count: int) -> "Decisions":
        """Everything goes ahead."""
        return cls(np.zeros(count, dtype=np.int8), np.full(count, 100.0))


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """Units that go ahead, and why a row with planned units has none."""

    units: FloatColumn
    reason: SmallIntColumn


def apply_decisions(offered: Offered, decisions: Decisions) -> Decided:
    """Section 7 of the trading maths.

    Percentages are always of the planned units, so applying twice changes nothing.
    """
    verdict, percent = decisions.verdict, decisions.proceed_pct
    partial = verdict == Verdict.PARTIAL
    units = np.where(verdict == Verdict.PROCEED, offered.units, 0.0)
    units = np.where(partial, _partial_units(offered, percent), units)
    too_small = (units > 0) & (units * offered.unit_value < offered.minimum_value - CENT / 2) & ~offered.for_cash
    units = np.where(too_small, 0.0, units)
    reason = np.zeros(len(units), dtype=np.int8)
    stopped = (units <= 0) & (offered.units > 0)
    reason[stopped] = Reason.UNDER_ONE_LOT
    reason[stopped & too_small] = Reason.BELOW_MINIMUM
    reason[stopped & (verdict == Verdict.DEFER)] = Reason.DEFERRED
    reason[stopped & (verdict == Verdict.REVIEW)] = Reason.UNDER_REVIEW
    return Decided(units, reason)


def _partial_units(offered: Offered, percent: FloatColumn) -> FloatColumn:
    """Whole lots of the share; where the share would end the breach but its lots don't, the fewest lots that do."""
    share = lots_down(offered.units * percent / 100, offered.lot_size)
    reaches = offered.planned_amount * percent / 100 >= offered.edge_amount - CENT / 2
    ending = lots_up(offered.edge_amount / offered.unit_value, offered.lot_size)
    cures = reaches & (offered.edge_amount > 0) & (ending > share) & (ending <= offered.units + UNIT)
    cures &= ending * offered.unit_value <= offered.far_edge_amount + CENT / 2
    return np.minimum(np.where(cures, ending, share), offered.units)


def curing_percent(offered: Offered, cash_need: FloatColumn) -> FloatColumn:
    """`min_proceed_percent` of each row: the smallest percent, in steps of 5, that ends the breach and pays the cash.

    `cash_need` is the share 0..1 of the planned units without which the portfolio can't pay. From 96 on it is 100.
    """
    planned = np.where(offered.planned_amount > 0, offered.planned_amount, 1.0)
    need = np.maximum(np.minimum(offered.edge_amount / planned, 1.0), cash_need) * 100
    stepped = _up_to_a_step(need)
    return np.where(stepped >= PROCEED_FROM_PCT, 100.0, stepped)


def tradable_percent(offered: Offered, curing_pct: FloatColumn) -> FloatColumn:
    """The curing percent, raised to where the trade isn't under the minimum; 0 stays 0. What actually ends a breach."""
    least = offered.minimum_value / np.where(offered.units > 0, offered.units * offered.unit_value, 1.0) * 100
    stepped = _up_to_a_step(least)
    raised = np.where(offered.for_cash | (curing_pct <= 0), curing_pct, np.maximum(curing_pct, stepped))
    return np.where(raised >= PROCEED_FROM_PCT, 100.0, raised)


def _up_to_a_step(percent: FloatColumn) -> FloatColumn:
    return np.maximum(np.ceil((percent - EDGE_PCT) / CURING_STEP_PCT), 0.0) * CURING_STEP_PCT
