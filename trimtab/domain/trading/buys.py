"""Buys within the cash there is: the tiers that reduce them, and the exact scaling to whole lots."""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import CENT, EDGE_PCT, MONEY, UNIT, BoolColumn, FloatColumn, IntColumn
from trimtab.domain.trading.cash import KEY_DECIMALS
from trimtab.domain.trading.segments import grouped_sum, order_in_segments, segment_sum, starts_of
from trimtab.domain.trading.whole_lots import lots_down

TIER_BOUNDS_PCT = (80.0, 50.0)
"""Progress from which a line is in tier 1 and in tier 2; bounds belong to the upper tier."""


@dataclass(frozen=True, slots=True, eq=False)
class Reduction:
    """`factor` (b,) of each buy that goes ahead under the tiers.

    `caps_exceeded` (p,) portfolios whose caps weren't enough.
    """

    factor: FloatColumn
    caps_exceeded: BoolColumn


def reduce_by_tiers(
    amount: FloatColumn,
    progress_pct: FloatColumn,
    *,
    portfolio: IntColumn,
    available: FloatColumn,
    tier_caps_pct: tuple[float, float, float],
) -> Reduction:
    """Reduces buys to what is available: the tier furthest from target first, pro rata inside a tier, up to its cap.

    Args:
        amount: planned buys, money, shape (b,), sorted by portfolio.
        progress_pct: actual over target of each line, in points.
        portfolio: portfolio of each row, 0..p-1.
        available: cash for buys per portfolio, shape (p,).
        tier_caps_pct: most that tiers 1, 2, 3 are cut.
    """
    from_target = progress_pct + EDGE_PCT
    tier = np.where(from_target >= TIER_BOUNDS_PCT[0], 0, np.where(from_target >= TIER_BOUNDS_PCT[1], 1, 2))
    count = len(available)
    need = grouped_sum(portfolio, amount, count=count) - available
    need = np.where(need > CENT / 2, need, 0.0)
    factor = np.ones(len(amount))
    for number in (2, 1, 0):
        rows = np.flatnonzero(tier == number)
        of_portfolio = portfolio[rows]
        sums = grouped_sum(of_portfolio, amount[rows], count=count)
        cut = np.minimum(need, tier_caps_pct[number] / 100 * sums)
        factor[rows] = 1 - (cut / np.where(sums > 0, sums, 1.0))[of_portfolio]
        need = need - cut
    left = grouped_sum(portfolio, amount * factor, count=count)
    exceeded = need > CENT / 2
    rest = np.where(exceeded, np.maximum(left - need, 0.0) / np.where(left > 0, left, 1.0), 1.0)
    return Reduction(factor * rest[portfolio], exceeded)


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """Decided buys: `units` (b,) in whole lots, sorted by portfolio then code."""

    units: FloatColumn
    unit_value: FloatColumn
    lot_size: FloatColumn
    portfolio: IntColumn


def scale_to_cash(wanted: Wanted, available: FloatColumn) -> FloatColumn:
    """Units of each buy, shape (b,), that together cost no more than `available` (p,).

    Pro rata, down to whole lots, then one lot at a time by largest remainder, never above what was decided.
    """
    cost = wanted.units * wanted.unit_value
    start = starts_of(wanted.portfolio, len(available))
    demand = segment_sum(cost, start)
    tight = demand > available + MONEY
    ratio = np.where(tight, np.maximum(available, 0.0) / np.where(demand > 0, demand, 1.0), 1.0)
    exact = wanted.units * ratio[wanted.portfolio]
    units = np.where(tight[wanted.portfolio], lots_down(exact, wanted.lot_size), wanted.units)
    left = available - segment_sum(units * wanted.unit_value, start)
    return _hand_out_lots(wanted, units, remainder=(exact - units) / wanted.lot_size, left=np.where(tight, left, 0.0))


def _hand_out_lots(wanted: Wanted, units: FloatColumn, *, remainder: FloatColumn, left: FloatColumn) -> FloatColumn:
    """Rounds of one lot each in order of remainder.

    Many equal rounds are taken at once, or a penny share takes thousands.
    """
    given = units.copy()
    left = left.copy()
    lot_value = wanted.lot_size * wanted.unit_value
    order = order_in_segments(np.round(remainder, KEY_DECIMALS), starts_of(wanted.portfolio, len(left)))
    ranks = _by_rank(wanted.portfolio[order], order, count=len(left))
    while True:
        room = np.floor((wanted.units - given) / wanted.lot_size + UNIT)
        fits = (room > 0) & (lot_value <= left[wanted.portfolio] + MONEY)
        if not fits.any():
            return given
        _equal_rounds(wanted, given, left=left, fits=fits, room=room)
        for row in ranks:
            of_portfolio = wanted.portfolio[row]
            open_lots = np.floor((wanted.units[row] - given[row]) / wanted.lot_size[row] + UNIT)
            takes = (open_lots > 0) & (lot_value[row] <= left[of_portfolio] + MONEY)
            given[row] += np.where(takes, wanted.lot_size[row], 0.0)
            left[of_portfolio] -= np.where(takes, lot_value[row], 0.0)


def _by_rank(portfolio: IntColumn, order: IntColumn, *, count: int) -> list[IntColumn]:
    """Rows of `order` that come first in their portfolio, rows that come second, and so on.

    One row per portfolio each.
    """
    start = starts_of(portfolio, count)
    length = np.diff(start)
    return [order[start[:-1][length > rank] + rank] for rank in range(int(length.max(initial=0)))]


def _equal_rounds(
    wanted: Wanted, given: FloatColumn, *, left: FloatColumn, fits: BoolColumn, room: FloatColumn
) -> None:
    """Whole rounds in which every fitting line takes a lot, as often as money and every line's room allow; in place."""
    count = len(left)
    rows = np.flatnonzero(fits)
    of_portfolio = wanted.portfolio[rows]
    round_value = grouped_sum(of_portfolio, wanted.lot_size[rows] * wanted.unit_value[rows], count=count)
    least_room = np.full(count, np.inf)
    np.minimum.at(least_room, of_portfolio, room[rows])
    rounds = np.floor(np.minimum(left / np.where(round_value > 0, round_value, np.inf), least_room))
    rounds = np.maximum(rounds, 0.0)
    given[rows] += rounds[of_portfolio] * wanted.lot_size[rows]
    left -= rounds * round_value
