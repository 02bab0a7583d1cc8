"""Trades that bring a portfolio back to its framework. Section 4 of `docs/framework-report.md`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn, TextColumn
from trimtab.domain.frameworks.bands import EDGE, OVER, WITHIN, Bands, rebalanced, sides
from trimtab.domain.frameworks.methods import Aim
from trimtab.domain.frameworks.reporting.aims import Aims
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


@dataclass(frozen=True, slots=True, eq=False)
class _Done:
    """What becomes of the P = L + 1 places: the leaves, and what is in none.

    Attributes:
        before: P, money in holdings.
        change: P, money traded.
        wanted: P, weights that are aimed at.
        lost: P, whether what is wanted can't be bought.
        after: the book after the trades.
    """

    before: FloatColumn
    change: FloatColumn
    wanted: FloatColumn
    lost: BoolColumn
    after: Book


def suggested(
    allocation: Allocation, held: Held, *, to: Aim = "target", cost_bps: float = 5.0, buys: Buys | None = None
) -> Suggested:
    """The trades that bring a portfolio to its targets, the edges of its bands, or halfway between.

    A leaf is traded in proportion to what it holds; one that holds nothing is bought as `buys` says. Weights are parts
    of what is left after costs, so that these are borne by all that is traded, and cash is never short of them.

    Args:
        allocation: the report of what is held.
        held: the same by holding and leaf.
        to: where to.
        cost_bps: of the value traded, in basis points.
        buys: products of leaves that hold nothing, by path.

    Raises:
        InvalidInput: costs out of range.
    """
    refuse(within("cost_bps", cost_bps, least=0, most=MOST_COST_BPS))
    cost, aims = cost_bps / 10_000.0, allocation.aims
    products = _products(aims, {} if buys is None else buys)
    bought = np.isin(np.arange(len(aims.leaf_rows) + 1), products.place)
    done = _done(allocation, held.invested, to=to, cost=cost, bought=bought)
    trades = _trades(allocation, held, done=done, products=products, cost=cost)
    lost = np.flatnonzero(done.lost)
    cash = 0.0 if abs(done.after.cash) <= EDGE * allocation.total_value else done.after.cash
    money = aims.rows_of(done.after.units[:-1], unassigned=done.after.units[-1], cash=cash)
    return Suggested(
        trades=trades,
        turnover=float(np.abs(done.change).sum()) / 2.0 / allocation.total_value,
        cost_value=allocation.total_value - done.after.equity,
        cash_value=cash,
        actual=money / done.after.equity,
        unplaced=tuple(aims.place_paths[at] for at in lost),
        unplaced_value=done.wanted[lost] * done.after.equity,
        shared=_shared(held, trades, paths=aims.place_paths),
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


def _done(allocation: Allocation, invested: FloatColumn, *, to: Aim, cost: float, bought: BoolColumn) -> _Done:
    """Brings the places to their weights of what costs leave."""
    aims, total, before = allocation.aims, allocation.total_value, invested.sum(axis=0)
    rows = np.append(aims.leaf_rows, aims.unassigned)
    wanted = aimed_weights(allocation, to=to)[rows]
    # Holdings in a cash leaf are sold where they are more than it should have; else only the cash beside them moves.
    in_cash = rows == aims.cash
    wanted = np.where(in_cash, np.minimum(wanted, before / total), wanted)
    lost = (wanted > EDGE) & (before == 0) & ~bought
    wanted_here = np.where(lost, 0.0, wanted)
    after = execute(
        wanted_here,
        Book(before, total - float(before.sum()), total),
        quotes=Quotes(np.ones(len(rows))),
        terms=Terms(cost, 1.0),
        left=np.abs(wanted_here * total - before) <= ALLOWANCE * total,
    )
    return _Done(before, after.units - before, wanted, lost, after)


def _trades(
    allocation: Allocation,
    held: Held,
    *,
    done: _Done,
    products: _Products,
    cost: float,
) -> Trades:
    """What becomes of each holding, and of each product of a leaf that holds nothing."""
    invested = held.invested
    change = invested * np.nan_to_num(quotient(done.change, done.before))
    place, holding = np.nonzero(change.T)
    # A leaf that held nothing and isn't wanted has no change.
    fresh = (done.before == 0) & (done.change > 0)
    new = np.flatnonzero(fresh[products.place])
    places = np.concatenate((place, products.place[new]))
    value = np.concatenate((change[holding, place], done.change[products.place[new]] * products.share[new]))
    before = np.concatenate((invested[holding, place], np.zeros(len(new))))
    code = [*(held.code[at] for at in holding), *(products.code[at] for at in new)]
    order = np.argsort(places, kind="stable")
    return Trades(
        path=tuple(allocation.aims.place_paths[at] for at in places[order]),
        code=tuple(code[at] for at in order),
        weight=before[order] / allocation.total_value,
        target_weight=(before + value)[order] / done.after.equity,
        value=value[order],
        cost_value=cost * np.abs(value[order]),
    )


def _shared(held: Held, trades: Trades, *, paths: TextColumn) -> TextColumn:
    """Codes of trades that lie in several places, before or after."""
    holding, place = np.nonzero(held.invested)
    lies = {(held.code[at], paths[where]) for at, where in zip(holding, place, strict=True)}
    lies |= set(zip(trades.code, trades.path, strict=True))
    count = Counter(code for code, _ in lies)
    return tuple(code for code in dict.fromkeys(trades.code) if count[code] > 1)
