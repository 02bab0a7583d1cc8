"""Raising cash: selling more where planned sells don't pay the pending withdrawal and the minimum cash."""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import CENT, EDGE_PCT, BoolColumn, FloatColumn, IntColumn
from trimtab.domain.trading.drift import Drift, weight_base
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.positions import Positions
from trimtab.domain.trading.segments import (
    order_in_segments,
    running_sum_before,
    running_sum_by_key,
    segment_sum,
    starts_of,
)
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


def minimum_cash(drift: Drift, policy: Policy) -> FloatColumn:
    """Cash that must remain in each portfolio, shape (p,)."""
    return policy.minimum_cash_pct / 100 * drift.investable


def cash_after(positions: Positions, drift: Drift, *, sell_value: FloatColumn, policy: Policy) -> FloatColumn:
    """Cash left for buys, shape (p,): cash + sells - pending withdrawal - minimum cash; negative is what is missing."""
    return drift.cash + sell_value - positions.pending_withdrawal - minimum_cash(drift, policy)


@dataclass(frozen=True, slots=True, eq=False)
class _Books:
    """What both stages work on; `raised` (n,) grows as units are taken."""

    positions: Positions
    drift: Drift
    sold: FloatColumn
    limit: FloatColumn
    lot_size: FloatColumn
    raised: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class _Candidates:
    """Lines that may give cash (c rows, rising): what they hold and can give in units, and what a unit is worth."""

    row: IntColumn
    portfolio: IntColumn
    unit_value: FloatColumn
    held: FloatColumn
    give: FloatColumn


def raise_cash(
    positions: Positions,
    drift: Drift,
    *,
    need: FloatColumn,
    sold_units: FloatColumn,
    limit_units: FloatColumn,
    lot_size: FloatColumn,
) -> CashRaised:
    """Section 5 of the trading maths: excess over target first, then every line in proportion.

    Args:
        positions: n lines of p portfolios.
        drift: their drift.
        need: money missing per portfolio, shape (p,).
        sold_units: units that the plan sells already, shape (n,).
        limit_units: most units that may be sold in all, `sold_units` included, shape (n,); whole lots under a cap.
        lot_size: lot size per instrument of the book.
    """
    books = _Books(positions, drift, sold_units, limit_units, lot_size, np.zeros(len(sold_units)))
    still = np.where(need > CENT / 2, need, 0.0)
    for stage in (_take_excess, _take_in_proportion):
        if still.any():
            still = still - stage(books, still)
            still[still <= CENT / 2] = 0.0
    return CashRaised(books.raised, still)


def _candidates(books: _Books, still: FloatColumn, *, where: BoolColumn) -> _Candidates:
    """Lines of the portfolios that are short, of those in the mask `where` (n,)."""
    positions = books.positions
    short = np.repeat(still > 0, np.diff(positions.start))
    row = np.flatnonzero(short & where)
    gone = books.sold[row] + books.raised[row]
    return _Candidates(
        row=row,
        portfolio=positions.portfolio[row],
        unit_value=positions.unit_value[row],
        held=positions.units[row] - gone,
        give=np.maximum(books.limit[row] - gone, 0.0),
    )


def _take_excess(books: _Books, still: FloatColumn) -> FloatColumn:
    """Stage 1: lines over their target, largest remaining excess in points first, each down to its target."""
    drift = books.drift
    lines = _candidates(books, still, where=drift.variance_pct > EDGE_PCT)
    target_value = drift.target_pct[lines.row] * (drift.investable / 100)[lines.portfolio]
    excess = lines.held * lines.unit_value - target_value
    points = excess * (100 / weight_base(drift.total, drift.investable, liquidated=drift.liquidated))[lines.portfolio]
    return _take_in_order(books, lines, key=points, wanted=np.where(points > EDGE_PCT, excess, 0.0), still=still)


def _take_in_proportion(books: _Books, still: FloatColumn) -> FloatColumn:
    """Stage 2: every line in proportion to its remaining value, none above what it can give."""
    lines = _candidates(books, still, where=books.limit > books.sold + books.raised)
    value = lines.held * lines.unit_value
    share = capped_shares(value, lines.give * lines.unit_value, segment=lines.portfolio, amount=still)
    return _take_in_order(books, lines, key=value, wanted=share, still=still)


def _take_in_order(
    books: _Books, lines: _Candidates, *, key: FloatColumn, wanted: FloatColumn, still: FloatColumn
) -> FloatColumn:
    """Sells `wanted` money of each line, largest key first, rounded up to lots, until nothing is missing.

    What the lines before would raise in full tells what is still missing at each: once that is nothing, nothing is
    taken, so the sum of full takes is right exactly as long as it matters. Returns the money raised, shape (p,).
    """
    start = starts_of(lines.portfolio, len(still))
    lot = books.lot_size[books.positions.instrument[lines.row]]
    full = np.minimum(lots_up(wanted / lines.unit_value, lot), lines.give)
    before = running_sum_by_key(full * lines.unit_value, np.round(key, KEY_DECIMALS), start=start)
    left = still[lines.portfolio] - before
    money = np.where(left > CENT / 2, np.minimum(wanted, left), 0.0)
    units = np.minimum(lots_up(money / lines.unit_value, lot), lines.give)
    books.raised[lines.row] += units
    return segment_sum(units * lines.unit_value, start)


def capped_shares(weight: FloatColumn, cap: FloatColumn, *, segment: IntColumn, amount: FloatColumn) -> FloatColumn:
    """Splits `amount` (s,) of each segment over its rows in proportion to `weight`, none above `cap`.

    What a capped row can't take goes to the others in proportion; if all are capped, less than the amount is given.
    Rows are sorted by `segment`, weights are positive.
    """
    start = starts_of(segment, len(amount))
    order = order_in_segments(-(cap / weight), start)
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
