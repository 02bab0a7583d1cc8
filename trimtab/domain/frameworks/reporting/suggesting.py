"""Trades that bring a portfolio back to its framework. Section 4 of `docs/framework-report.md`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn, TextColumn
from trimtab.domain.frameworks.bands import EDGE, OVER, WITHIN, Bands, rebalanced, sides
from trimtab.domain.frameworks.methods import Aim
from trimtab.domain.frameworks.reporting.aims import Aims
from trimtab.domain.frameworks.reporting.following import Holds, Moved, followed
from trimtab.domain.frameworks.reporting.held import Held
from trimtab.domain.frameworks.reporting.report import Allocation
from trimtab.domain.signals.backtest.executing import Book, Quotes, Terms, execute
from trimtab.domain.signals.backtest.rules import MOST_COST_BPS
from trimtab.domain.signals.limits import ALLOWANCE
from trimtab.domain.signals.quotients import quotient
from trimtab.domain.signals.strategies.ranges import refuse, within

Action: TypeAlias = Literal["buy", "sell"]
Buys: TypeAlias = Mapping[str, Sequence[tuple[str, "Decimal | float"]]]
"""What is bought of a leaf that holds nothing, by its path: codes with their shares of the leaf, above 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Trades:
    """K trades, in the order of the report's rows and of the holdings.

    Attributes:
        path: K, of the leaf, or `Unassigned`.
        code: K.
        weight: K, what is held of it there before.
        target_weight: K, the same after all trades, a part of what is left after costs.
        value: K, money; bought is above 0.
        cost_value: K, money, 0 or more.
    """

    path: TextColumn
    code: TextColumn
    weight: FloatColumn
    target_weight: FloatColumn
    value: FloatColumn
    cost_value: FloatColumn

    @property
    def action(self) -> tuple[Action, ...]:
        """K."""
        return tuple("buy" if value > 0 else "sell" for value in self.value.tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Suggested:
    """What to trade, and what that comes to.

    Attributes:
        trades: all of them.
        turnover: half the value traded, a fraction of the portfolio.
        cost_value: money.
        cash_value: cash after all trades and costs, that in a cash leaf too.
        actual: R weights after them, by row of the report.
        unplaced: paths of leaves that should be bought, and have neither a holding nor a product.
        unplaced_value: money for each of these; it stays cash.
        shared: codes that are traded and lie in several leaves: to trade them in one moves the others.
    """

    trades: Trades
    turnover: float
    cost_value: float
    cash_value: float
    actual: FloatColumn
    unplaced: TextColumn
    unplaced_value: FloatColumn
    shared: TextColumn


@dataclass(frozen=True, slots=True, eq=False)
class _Products:
    """What leaves can be bought with: M products.

    Attributes:
        place: M, of the leaf among the leaves.
        code: M.
        share: M; those of a leaf sum to 1.
    """

    place: IntColumn
    code: TextColumn
    share: FloatColumn


def suggested(
    allocation: Allocation,
    held: Held,
    *,
    to: Aim = "target",
    cost_bps: float = 5.0,
    buys: Buys | None = None,
    holds: Holds | None = None,
) -> Suggested:
    """The trades that bring a portfolio to its targets, the edges of its bands, or halfway between.

    A leaf is traded in proportion to what it holds; one that holds nothing is bought as `buys` says. Weights are parts
    of what is left after costs, so that these are borne by all that is traded, and cash is never short of them.

    A portfolio that was made from the framework goes to its own weights, as a trading session over it does: each
    product to the weight that it has there, and whatever else is held is sold.

    Args:
        allocation: the report of what is held.
        held: the same by holding and leaf.
        to: where to.
        cost_bps: of the value traded, in basis points.
        buys: products of leaves that hold nothing, by path.
        holds: the weights of such a portfolio; they count where it is brought to its targets, and `buys` doesn't.

    Raises:
        InvalidInput: costs out of range, or weights that sum to more than 1.
    """
    refuse(within("cost_bps", cost_bps, least=0, most=MOST_COST_BPS))
    cost, aims = cost_bps / 10_000.0, allocation.aims
    if holds is not None and to == "target":
        moved = followed(allocation, held, holds=holds, cost=cost)
    else:
        moved = _brought(allocation, held, to=to, cost=cost, products=_products(aims, {} if buys is None else buys))
    # Put together once: there may be many leaves, and as many trades.
    total, paths = allocation.total_value, aims.place_paths
    trades = _trades(moved, total=total, paths=paths, cost=cost)
    cash = 0.0 if abs(moved.cash) <= EDGE * total else moved.cash
    money = aims.rows_of(moved.place_value[:-1], unassigned=moved.place_value[-1], cash=cash)
    return Suggested(
        trades=trades,
        turnover=float(np.abs(moved.change).sum()) / 2.0 / total,
        cost_value=total - moved.equity,
        cash_value=cash,
        actual=money / moved.equity,
        unplaced=tuple(paths[at] for at in moved.lost),
        unplaced_value=moved.lost_weight * moved.equity,
        shared=_shared(held, trades, paths=paths),
    )


def aimed_weights(allocation: Allocation, *, to: Aim) -> FloatColumn:
    """R weights that a portfolio is brought to; those of the parts sum to 1.

    Leaves go where `rebalanced` has them. Where a bucket above them is still out of its own band, all parts go on
    towards their targets, just as far as it takes: none passes its target.
    """
    aims = allocation.aims
    part, bands, actual = aims.part, aims.bands, allocation.actual
    moved = np.zeros(len(part))
    moved[part] = rebalanced(actual[part], Bands(bands.target[part], bands.low[part], bands.high[part]), to=to)
    weights, targets = aims.rolled_up(moved), aims.rolled_up(bands.target)
    side = sides(weights, bands)
    edge = np.where(side == OVER, bands.high, bands.low)
    there = edge + (0.5 if to == "half_band" else 0.0) * (bands.target - edge)
    further = quotient(np.abs(weights - there), np.abs(weights - targets))[side != WITHIN]
    # A bucket whose target isn't the sum of those below it may be out of its band with all leaves at theirs.
    share = min(float(np.fmax.reduce(further, initial=0.0)), 1.0)
    return weights + share * (targets - weights)


def _products(aims: Aims, buys: Buys) -> _Products:
    """Those of leaves that the report has."""
    places = {aims.path[row].casefold(): place for place, row in enumerate(aims.leaf_rows)}
    found = [
        (places[path.casefold()], code, float(share))
        for path, products in buys.items()
        for code, share in products
        if path.casefold() in places and share > 0
    ]
    place = np.array([place for place, _, _ in found], dtype=np.int64)
    share = np.array([share for _, _, share in found], dtype=np.float64)
    whole = np.bincount(place, weights=share, minlength=len(places))
    return _Products(place, tuple(code for _, code, _ in found), share / whole[place])


def _brought(allocation: Allocation, held: Held, *, to: Aim, cost: float, products: _Products) -> Moved:
    """Brings the places to their weights of what costs leave; each by all that it holds, or by its products."""
    invested, total = held.invested, allocation.total_value
    rows = np.append(allocation.aims.leaf_rows, allocation.aims.unassigned)
    before = invested.sum(axis=0)
    wanted = aimed_weights(allocation, to=to)[rows]
    # Holdings in a cash leaf are sold where they are more than it should have; else only the cash beside them moves.
    in_cash = rows == allocation.aims.cash
    wanted = np.where(in_cash, np.minimum(wanted, before / total), wanted)
    lost = (wanted > EDGE) & (before == 0) & ~np.isin(np.arange(len(rows)), products.place)
    wanted_here = np.where(lost, 0.0, wanted)
    after = execute(
        wanted_here,
        Book(before, total - float(before.sum()), total),
        quotes=Quotes(np.ones(len(rows))),
        terms=Terms(cost, 1.0),
        left=np.abs(wanted_here * total - before) <= ALLOWANCE * total,
    )
    place, code, had, change = _by_product(held, before, change=after.units - before, products=products)
    return Moved(
        place=place,
        code=code,
        before=had,
        change=change,
        place_value=after.units,
        cash=after.cash,
        equity=after.equity,
        lost=np.flatnonzero(lost),
        lost_weight=wanted[lost],
    )


def _by_product(
    held: Held, before: FloatColumn, *, change: FloatColumn, products: _Products
) -> tuple[IntColumn, TextColumn, FloatColumn, FloatColumn]:
    """Place, code, money before and money traded of each holding, and of each product of a leaf that holds nothing.

    Args:
        held: the holdings.
        before: P, money in each place.
        change: P, money traded there.
        products: what leaves can be bought with.
    """
    invested = held.invested
    of_holdings = invested * np.nan_to_num(quotient(change, before))
    place, holding = np.nonzero(of_holdings.T)
    # A leaf that held nothing and isn't wanted has no change.
    fresh = (before == 0) & (change > 0)
    new = np.flatnonzero(fresh[products.place])
    return (
        np.concatenate((place, products.place[new])),
        (*(held.code[at] for at in holding), *(products.code[at] for at in new)),
        np.concatenate((invested[holding, place], np.zeros(len(new)))),
        np.concatenate((of_holdings[holding, place], change[products.place[new]] * products.share[new])),
    )


def _trades(moved: Moved, *, total: float, paths: TextColumn, cost: float) -> Trades:
    """What is traded, by place."""
    order = np.argsort(moved.place, kind="stable")
    order = order[moved.change[order] != 0]
    before, value = moved.before[order], moved.change[order]
    return Trades(
        path=tuple(paths[at] for at in moved.place[order]),
        code=tuple(moved.code[at] for at in order),
        weight=before / total,
        target_weight=(before + value) / moved.equity,
        value=value,
        cost_value=cost * np.abs(value),
    )


def _shared(held: Held, trades: Trades, *, paths: TextColumn) -> TextColumn:
    """Codes of trades that lie in several places, before or after."""
    holding, place = np.nonzero(held.invested)
    lies = {(held.code[at], paths[where]) for at, where in zip(holding, place, strict=True)}
    lies |= set(zip(trades.code, trades.path, strict=True))
    count = Counter(code for code, _ in lies)
    return tuple(code for code in dict.fromkeys(trades.code) if count[code] > 1)
