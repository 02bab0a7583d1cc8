"""Planned trades: what each line that left its band would trade, in whole lots, before cash and decisions."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from trimtab.domain.columns import CENT, EDGE_PCT, BoolColumn, FloatColumn, IntColumn, SmallIntColumn
from trimtab.domain.trading.drift import Drift
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.positions import Positions
from trimtab.domain.trading.rules import HOLD, NO_BUY, NO_SELL
from trimtab.domain.trading.whole_lots import lots_down


class Reason(IntEnum):
    """Why a line trades nothing, or less than planned. The lower-case name is the code that callers see."""

    NONE = 0
    DO_NOT_BUY = 1
    DO_NOT_SELL = 2
    HOLD = 3
    UNDER_ONE_LOT = 4
    GRADUAL_EXIT = 5
    BELOW_MINIMUM = 6
    INSIDE_WIDE_BAND = 7
    SUBSTITUTED = 8
    SOLD_FOR_CASH = 9
    DEFERRED = 10
    UNDER_REVIEW = 11
    NO_CASH = 12

    @property
    def code(self) -> str:
        """The reason code in tools and files."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, eq=False)
class PlannedTrades:
    """Trades of the triggered lines only (t rows): `line` is the row in the positions, rising.

    `side` is +1 buy or -1 sell; `max_amount`, `min_amount` signed money, unrounded; `units` planned (>= 0); `capped`
    where a gradual exit cut them; `minimum_value` what a trade must be worth; `reason` why there are no units.
    """

    line: IntColumn
    side: SmallIntColumn
    max_amount: FloatColumn
    min_amount: FloatColumn
    units: FloatColumn
    unit_value: FloatColumn
    lot_size: FloatColumn
    minimum_value: FloatColumn
    capped: BoolColumn
    reason: SmallIntColumn


@dataclass(frozen=True, slots=True, eq=False)
class TradeRules:
    """What the trades of a book must respect: lot size per instrument, rule bits and sell caps per line."""

    policy: Policy
    lot_size: FloatColumn
    bits: SmallIntColumn
    sell_cap_units: FloatColumn | None = None


def triggered_lines(positions: Positions, drift: Drift, *, policy: Policy) -> IntColumn:
    """Rows of the lines that are to trade.

    Those outside their band, or whole portfolios with a breach (cash included).
    """
    if policy.trade_scope == "breached":
        return np.flatnonzero(drift.status)
    breached = drift.cash_status != 0
    breached[positions.portfolio[drift.status != 0]] = True
    return np.flatnonzero(breached[positions.portfolio] & (np.abs(drift.variance_pct) > EDGE_PCT))


def plan_trades(positions: Positions, drift: Drift, *, rules: TradeRules) -> PlannedTrades:
    """Sections 3 and 4 of the trading maths for the triggered lines."""
    line = triggered_lines(positions, drift, policy=rules.policy)
    variance = drift.variance_pct[line]
    side = np.where(variance < 0, 1, -1).astype(np.int8)
    portfolio = positions.portfolio[line]
    point_value = (drift.investable / 100)[portfolio]
    exits = drift.target_pct[line] == 0
    max_amount = np.where(exits, -drift.value[line], -variance * point_value)
    edge = np.abs(variance) - (drift.edge_pct[line] - EDGE_PCT)
    min_amount = np.where(edge > EDGE_PCT, side * edge * point_value, 0.0)
    unit_value, held = positions.unit_value[line], positions.units[line]
    lot_size = rules.lot_size[positions.instrument[line]]
    units = lots_down(np.abs(max_amount) / unit_value, lot_size)
    np.minimum(units, held, out=units, where=side < 0)
    np.copyto(units, held, where=exits)
    minimum = np.maximum(rules.policy.min_trade_value, rules.policy.min_trade_pct / 100 * drift.investable)[portfolio]
    planned = PlannedTrades(
        line=line,
        side=side,
        max_amount=max_amount,
        min_amount=np.where(drift.liquidated[portfolio], max_amount, min_amount),
        units=units,
        unit_value=unit_value,
        lot_size=lot_size,
        minimum_value=minimum,
        capped=np.zeros(len(line), dtype=np.bool_),
        reason=np.zeros(len(line), dtype=np.int8),
    )
    _restrict(planned, rules)
    return planned


def _restrict(planned: PlannedTrades, rules: TradeRules) -> None:
    """Cuts units by rule, lot, gradual exit and minimum trade, in this order.

    The first that leaves none is the reason.
    """
    if rules.bits.any():
        bits = rules.bits[planned.line]
        forbidden = np.where(planned.side > 0, bits & NO_BUY, bits & NO_SELL) != 0
        named = np.where(planned.side > 0, Reason.DO_NOT_BUY, Reason.DO_NOT_SELL)
        _stop(planned, forbidden, reason=np.where(bits & (HOLD & ~NO_BUY & ~NO_SELL), Reason.HOLD, named))
    _stop(planned, planned.units <= 0, reason=Reason.UNDER_ONE_LOT)
    if rules.sell_cap_units is not None:
        cap = lots_down(rules.sell_cap_units[planned.line], planned.lot_size)
        planned.capped[:] = (planned.side < 0) & (cap < planned.units)
        planned.units[planned.capped] = cap[planned.capped]
        _stop(planned, planned.units <= 0, reason=Reason.GRADUAL_EXIT)
    too_small = planned.units * planned.unit_value < planned.minimum_value - CENT / 2
    _stop(planned, too_small, reason=Reason.BELOW_MINIMUM)


def _stop(planned: PlannedTrades, where: BoolColumn, *, reason: int | IntColumn) -> None:
    stopped = where & (planned.reason == 0)
    planned.reason[stopped] = np.broadcast_to(reason, where.shape)[stopped]
    planned.units[stopped] = 0.0
