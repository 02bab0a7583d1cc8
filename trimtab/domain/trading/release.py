"""Which buys may leave: what cash a portfolio has by now, and who gets it. Section 11 of the trading maths.

Money is in whole cents of the portfolio's base currency, so that sums are exact.
"""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn, SmallIntColumn
from trimtab.domain.trading.segments import starts_of


@dataclass(frozen=True, slots=True, eq=False)
class OrderMoney:
    """What became of the orders (n) of portfolios 0..p-1, in any order.

    `side` is -1 or +1, `filled_cents` what its fills came to, `rest_cents` what is not filled yet at the approved price
    (see `rest_value_cents`). `outstanding`: it was sent and may still trade.
    """

    portfolio: IntColumn
    side: SmallIntColumn
    filled_cents: IntColumn
    rest_cents: IntColumn
    outstanding: BoolColumn


def cash_left_cents(cash_cents: IntColumn, orders: OrderMoney) -> IntColumn:
    """What each portfolio can spend by now, shape (p,); below 0 where it has spent more than it had.

    `cash_cents` (p,) is what it could spend before any of these orders. A sell brings what was filled and nothing that
    is hoped for; a buy takes what was filled, and while it is outstanding the rest too.
    """
    taken = orders.filled_cents + np.where(orders.outstanding, orders.rest_cents, 0)
    left = cash_cents.astype(np.int64)
    # Not a weighted count, whose sums are floats.
    np.add.at(left, orders.portfolio, np.where(orders.side < 0, orders.filled_cents, -taken))
    return left


def releasable(
    portfolio: IntColumn,
    cost_cents: IntColumn,
    *,
    progress_pct: FloatColumn,
    cash_cents: IntColumn,
    selling: BoolColumn,
) -> BoolColumn:
    """Which of n waiting buys may leave now, shape (n,).

    Those nearest their target come first (`progress_pct` high to low, an unknown one last, ties by row), and only whole
    orders go. Of a portfolio that is still `selling` (p,) a buy goes only if all before it go: cash that is still to
    come belongs to the nearest. Of any other whatever fits goes, and what doesn't fit is passed over.

    Args:
        portfolio: Whose buy it is, 0..p-1, shape (n,).
        cost_cents: What it takes, shape (n,). Below 0 it isn't known: such a buy never goes.
        progress_pct: Actual over target x 100, shape (n,).
        cash_cents: What each portfolio can spend, shape (p,), as `cash_left_cents` says.
        selling: Whether sells of the portfolio may still bring cash, shape (p,).
    """
    order = np.lexsort((-progress_pct, portfolio))
    start = starts_of(portfolio[order], len(cash_cents))
    waiting, left = np.diff(start), cash_cents.astype(np.int64)
    goes = np.zeros(len(portfolio), dtype=np.bool_)
    rank, asking = 0, np.flatnonzero(waiting)
    while asking.size:
        row = order[start[asking] + rank]
        cost = cost_cents[row]
        fits = (cost >= 0) & (cost <= left[asking])
        goes[row] = fits
        left[asking] -= np.where(fits, cost, 0)
        rank += 1
        asking = asking[(waiting[asking] > rank) & (fits | ~selling[asking])]
    return goes
