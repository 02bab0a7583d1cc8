"""Weights traded at a day's closes, at a cost. Section 4 of `docs/signal-backtest.md`."""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.limits import ALLOWANCE


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """What is held.

    Attributes:
        units: N, fractions of a share, below 0 where sold short.
        cash: money.
        equity: cash and units at the day's closes, above 0.
    """

    units: FloatColumn
    cash: float
    equity: float


@dataclass(frozen=True, slots=True, eq=False)
class Quotes:
    """The prices of one day.

    Attributes:
        price: N last prices; any number above 0 for a symbol that never had one.
        priced: N, whether that is a price of the day; None where all are.
    """

    price: FloatColumn
    priced: BoolColumn | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What trading costs, as a fraction of the value traded, and the most that absolute weights may sum to."""

    cost: float
    gross_limit: float


def terms_of(rules: Rules) -> Terms:
    """Those of the rules."""
    return Terms(rules.cost_bps / 10_000.0, rules.constraints.gross_limit)


def execute(weights: FloatColumn, book: Book, *, quotes: Quotes, terms: Terms, left: BoolColumn | None = None) -> Book:
    """The book after each position is brought to its weight of what costs leave.

    What has no price of the day, and what is left as it is, keeps its units. A change within `ALLOWANCE` of the equity
    is rounding and not traded.

    Args:
        weights: N, as decided.
        book: before.
        quotes: what is traded at.
        terms: costs, and the limit within which weights are kept beside positions that aren't traded.
        left: N, positions that aren't to be traded; None for none.

    Returns:
        The book after it; its equity may be 0 or below, where costs leave nothing.
    """
    wanted, held, stuck = weights, book.units * quotes.price, 0.0
    fixed = _fixed(quotes, left)
    if fixed is not None:
        stuck = float(np.abs(held[fixed]).sum())
        wanted, held = np.where(fixed, 0.0, weights), np.where(fixed, 0.0, held)
    target = wanted * _invested(book.equity, wanted, held=held, stuck=stuck, terms=terms)
    kept = (np.abs(target - held) <= ALLOWANCE * book.equity) & (wanted != 0)
    if fixed is not None:
        kept |= fixed
    units = np.where(kept, book.units, target / quotes.price)
    bought = (units - book.units) * quotes.price
    paid = terms.cost * float(np.abs(bought).sum())
    return Book(units, book.cash - float(bought.sum()) - paid, book.equity - paid)


def _fixed(quotes: Quotes, left: BoolColumn | None) -> BoolColumn | None:
    """N: what can't or isn't to be traded; None where there is no such thing."""
    unpriced = None if quotes.priced is None else ~quotes.priced
    if unpriced is None or left is None:
        return left if unpriced is None else unpriced
    return unpriced | left


def _invested(equity: float, wanted: FloatColumn, *, held: FloatColumn, stuck: float, terms: Terms) -> float:
    """The money that weights are parts of: what is left after costs, or less where what isn't traded leaves less room.

    Then it is the amount at which weights times it and what isn't traded are together the limit times what is left.
    """
    left = _balanced(equity, wanted, held=held, slope=1.0, cost=terms.cost)
    if not stuck:
        return left
    gross, limit = float(np.abs(wanted).sum()), terms.gross_limit
    if not gross or gross * left + stuck <= limit * left:
        return left
    return max(_balanced(equity - stuck / limit, wanted, held=held, slope=gross / limit, cost=terms.cost), 0.0)


def _balanced(total: float, wanted: FloatColumn, *, held: FloatColumn, slope: float, cost: float) -> float:
    """The amount a at which slope x a + cost x sum |wanted x a - held| is the total.

    That sum is convex, made of straight pieces, and rises: costs are at most 0.05, weights 16 in sum, so costs never
    outrun what is spent on. From the right Newton's method falls to the solution without passing it, piece by piece.
    """
    amount = total / slope
    while cost:
        side = np.sign(wanted * amount - held)
        nearer = (total + cost * float(side @ held)) / (slope + cost * float(side @ wanted))
        if not nearer < amount:
            break
        amount = nearer
    return amount
