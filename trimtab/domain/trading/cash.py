"""Raising cash: selling more where planned sells don't pay the pending withdrawal and the minimum cash."""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import CENT, EDGE_PCT, BoolColumn, FloatColumn, IntColumn
from trimtab.domain.trading.drift import Drift
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.positions import Positions
from trimtab.domain.trading.segments import running_sum_before, segment_sum, starts_of
from trimtab.domain.trading.whole_lots import lots_up

KEY_DECIMALS = 6
"""Sort keys are compared after rounding, so that float noise never decides who is sold first."""


@dataclass(frozen=True, slots=True, eq=False)
class CashRaised:
    """`units` (n,) sold on top of the planned ones.

    `missing_cash` (p,) what couldn't be raised, 0 where nothing is missing.
    """

    units: FloatColumn
    missing_cash: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    """The sellable lines of the portfolios that are short, in segments (`start`) of those portfolios.

    Changed as units are taken.
    """

    row: IntColumn
    start: IntColumn
    unit_value: FloatColumn
    lot_size: FloatColumn
    give: FloatColumn
    held: FloatColumn
    taken: FloatColumn


def minimum_cash(drift: Drift, policy: Policy) -> FloatColumn:
    """Cash that must remain in each portfolio, shape (p,)."""
    return policy.minimum_cash_pct / 100 * drift.investable


def cash_after(positions: Positions, drift: Drift, *, sell_value: FloatColumn, policy: Policy) -> FloatColumn:
    """Cash left for buys, shape (p,): cash + sells - pending withdrawal - minimum cash; negative is what is missing."""
    return drift.cash + sell_value - positions.pending_withdrawal - minimum_cash(drift, policy)


def raise_cash(
    positions: Positions,
    drift: Drift,
    *,
    need: FloatColumn,
    sold_units: FloatColumn,
    may_sell_units: FloatColumn,
    lot_size: FloatColumn,
) -> CashRaised:
    """Section 5 of the trading maths: excess over target first, then every line in proportion.

    Args:
        positions: n lines of p portfolios.
        drift: their drift.
        need: money missing per portfolio, shape (p,).
        sold_units: units that the plan sells already, shape (n,).
        may_sell_units: most units that may be sold on top of them, whole lots where a cap binds, shape (n,).
        lot_size: lot size per instrument of the book.
    """
    raised = np.zeros(len(positions.units))
    short = np.flatnonzero(need > CENT / 2)
    missing = np.zeros(len(need))
    if not len(short):
        return CashRaised(raised, missing)
    lines = _lines_of(positions, short, sold_units=sold_units, may_sell_units=may_sell_units, lot_size=lot_size)
    still = need[short]
    portfolio = np.repeat(np.arange(len(short)), np.diff(lines.start))
    target_value = drift.target_pct[lines.row] / 100 * drift.investable[short][portfolio]
    still = still - _take_excess(lines, portfolio, still=still, target_value=target_value, drift=drift, short=short)
    still = still - _take_in_proportion(lines, portfolio, still=still)
    raised[lines.row] = lines.taken
    missing[short] = np.where(still > CENT / 2, still, 0.0)
    return CashRaised(raised, missing)


def _lines_of(
    positions: Positions,
    short: IntColumn,
    *,
    sold_units: FloatColumn,
    may_sell_units: FloatColumn,
    lot_size: FloatColumn,
) -> _Lines:
    count = positions.start[short + 1] - positions.start[short]
    first = np.repeat(positions.start[short] - (np.cumsum(count) - count), count)
    row = np.arange(int(count.sum())) + first
    sellable = may_sell_units[row] > 0
    portfolio = np.repeat(np.arange(len(short)), count)[sellable]
    row = row[sellable]
    return _Lines(
        row=row,
        start=starts_of(portfolio, len(short)),
        unit_value=positions.unit_value_table[positions.price_row[row]],
        lot_size=lot_size[positions.instrument[row]],
        give=may_sell_units[row],
        held=positions.units[row] - sold_units[row],
        taken=np.zeros(len(row)),
    )


def _take_excess(
    lines: _Lines,
    portfolio: IntColumn,
    *,
    still: FloatColumn,
    target_value: FloatColumn,
    drift: Drift,
    short: IntColumn,
) -> FloatColumn:
    """Stage 1: lines over their target, largest remaining excess in points first, each down to its target."""
    excess = lines.held * lines.unit_value - target_value
    base = np.where(drift.liquidated, drift.total, drift.investable)[short][portfolio]
    points = excess / np.where(base > 0, base, 1.0) * 100
    chosen = np.flatnonzero(points > EDGE_PCT)
    key = np.round(points[chosen], KEY_DECIMALS)
    order = chosen[np.lexsort((chosen, -key, portfolio[chosen]))]
    return _take_in_order(lines, order, portfolio=portfolio, wanted=excess[order], still=still)


def _take_in_proportion(lines: _Lines, portfolio: IntColumn, *, still: FloatColumn) -> FloatColumn:
    """Stage 2: every line in proportion to its remaining value, none above what it can give."""
    give = lines.give - lines.taken
    value = (lines.held - lines.taken) * lines.unit_value
    open_lines: BoolColumn = (still[portfolio] > CENT / 2) & (give > 0)
    chosen = np.flatnonzero(open_lines)
    if not len(chosen):
        return np.zeros(len(still))
    share = np.zeros(len(value))
    share[chosen] = capped_shares(
        value[chosen],
        give[chosen] * lines.unit_value[chosen],
        segment=portfolio[chosen],
        amount=np.maximum(still, 0.0),
    )
    key = np.round(value[chosen], KEY_DECIMALS)
    order = chosen[np.lexsort((chosen, -key, portfolio[chosen]))]
    return _take_in_order(lines, order, portfolio=portfolio, wanted=share[order], still=still)


def _take_in_order(
    lines: _Lines, order: IntColumn, *, portfolio: IntColumn, wanted: FloatColumn, still: FloatColumn
) -> FloatColumn:
    """Sells `wanted` money of each line in turn, rounded up to lots, until nothing is missing.

    Returns money raised, (short,).

    What the lines before would raise in full tells what is still missing at each: once that is nothing, nothing is
    taken, so the sum of full takes is right exactly as long as it matters.
    """
    start = starts_of(portfolio[order], len(still))
    unit_value, lot, give = lines.unit_value[order], lines.lot_size[order], (lines.give - lines.taken)[order]
    full = np.minimum(lots_up(wanted / unit_value, lot), give)
    left = still[portfolio[order]] - running_sum_before(full * unit_value, start)
    money = np.where(left > CENT / 2, np.minimum(wanted, left), 0.0)
    units = np.minimum(lots_up(money / unit_value, lot), give)
    lines.taken[order] += units
    return segment_sum(units * unit_value, start)


def capped_shares(weight: FloatColumn, cap: FloatColumn, *, segment: IntColumn, amount: FloatColumn) -> FloatColumn:
    """Splits `amount` (s,) of each segment over its rows in proportion to `weight`, none above `cap`.

    What a capped row can't take goes to the others in proportion; if all are capped, less than the amount is given.
    Rows are sorted by `segment`, weights are positive.
    """
    start = starts_of(segment, len(amount))
    order = np.lexsort((cap / weight, segment))
    cap_before = running_sum_before(cap[order], start)
    weight_left = segment_sum(weight, start)[segment] - running_sum_before(weight[order], start)
    level = (amount[segment] - cap_before) / np.maximum(weight_left, weight[order])
    share = np.empty_like(weight)
    binds = cap[order] <= level * weight[order]
    # Rows rise in cap / weight: behind the first that its cap doesn't bind none is bound, and that one's level holds.
    free_level = _first_free_level(np.where(binds, np.inf, level), start)[segment]
    share[order] = np.where(binds, cap[order], free_level * weight[order])
    return share


def _first_free_level(level: FloatColumn, start: IntColumn) -> FloatColumn:
    """The first finite level of each segment.

    The level that holds for all its unbound rows (infinite: all are bound).
    """
    finite = np.flatnonzero(np.isfinite(level))
    position = np.searchsorted(finite, start[:-1])
    return np.append(level[finite], np.inf)[position]
