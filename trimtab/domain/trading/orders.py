"""Orders: what a plan sends, in whole lots and exact decimals, in one fixed order."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn, SmallIntColumn
from trimtab.domain.trading.checks import Finding, account_of, symbol_of
from trimtab.domain.trading.sell_plan import TradingFacts

QUANTITY_DECIMALS: Final = 9
"""Decimals of a quantity: smaller parts of a unit are noise."""
PRICE_DECIMALS: Final = 4
"""Decimals of a limit price, where the price itself doesn't have more."""
_SMALLEST_PART: Final = Decimal(1).scaleb(-QUANTITY_DECIMALS)
_TICK: Final = Decimal(1).scaleb(-PRICE_DECIMALS)
_EXACT: Final = Context(prec=400)
_UNKNOWN: Final = Decimal("NaN")


@dataclass(frozen=True, slots=True, eq=False)
class PlannedSide:
    """One side of a plan after its decisions: -1 sells or +1 buys, and r lines with what goes ahead of them.

    `units` (r,); `value` (r,) in the portfolio's base currency and `reported_value` (r,) in the reporting currency,
    both in cents, NaN where unknown.
    """

    side: int
    line: IntColumn
    units: FloatColumn
    value: FloatColumn
    reported_value: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """What the orders of one instrument and side (t of them) have in common.

    `instrument` is a row of the book's instruments, `side` -1 or +1. `price` and `limit_price` are per unit in the
    instrument's own currency (GBX: pence), NaN where unknown.
    """

    instrument: tuple[int, ...]
    side: tuple[int, ...]
    price: tuple[Decimal, ...]
    limit_price: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OrderColumns:
    """Orders (k): by account, sells before buys, by code.

    `line`, `portfolio`, `instrument`, `term` are rows of the positions, their portfolios, the book's instruments, and
    the terms; `side` -1 or +1. `units` are settled: each prints as the exact quantity, NaN where there is none. `value`
    is money in the portfolio's base currency, `reported_value` in the reporting currency, in cents, NaN where unknown.
    """

    line: IntColumn
    portfolio: IntColumn
    instrument: IntColumn
    side: SmallIntColumn
    units: FloatColumn
    value: FloatColumn
    reported_value: FloatColumn
    term: IntColumn
    terms: Terms

    def quantity(self, row: int) -> Decimal:
        """What is ordered, as an exact decimal."""
        return exact(float(self.units[row]))

    def price(self, row: int) -> Decimal:
        """The price of an order."""
        return self.terms.price[int(self.term[row])]

    def limit_price(self, row: int) -> Decimal:
        """The worst price that an order takes."""
        return self.terms.limit_price[int(self.term[row])]


def order_columns(facts: TradingFacts, *sides: PlannedSide) -> OrderColumns:
    """An order for every line with units. Units that aren't a number are an order too: it can't pass, nor get lost."""
    line = np.concatenate([np.zeros(0, dtype=np.int64), *(side.line for side in sides)])
    sign = np.repeat([side.side for side in sides], [len(side.line) for side in sides]).astype(np.int8)
    units, value, reported = (
        np.concatenate([np.zeros(0), *columns])
        for columns in (
            [side.units for side in sides],
            [side.value for side in sides],
            [side.reported_value for side in sides],
        )
    )
    # A line's row rises by account and, within it, by code.
    order = np.lexsort((line, sign, facts.positions.portfolio[line]))
    order = order[~(units[order] <= 0)]
    line, sign = line[order], sign[order]
    instrument = facts.positions.instrument[line]
    key, term = np.unique(instrument * 2 + (sign > 0), return_inverse=True)
    return OrderColumns(
        line=line,
        portfolio=facts.positions.portfolio[line],
        instrument=instrument,
        side=sign,
        units=settled(units[order]),
        value=value[order],
        reported_value=reported[order],
        term=term,
        terms=_terms(facts, key),
    )


def settled(units: FloatColumn) -> FloatColumn:
    """Units without float noise: to 9 decimals and 15 digits, half to even; NaN where they aren't finite.

    15 digits are what a float holds of any decimal: 0.1 + 0.2 is 0.3, and 100,000,000.1 + 0.2 is 100,000,000.3.
    """
    found = np.where(np.isfinite(units), units, np.nan)
    # Most are whole, and nothing is to be done about them.
    for row in np.flatnonzero((np.rint(found) != found) & ~np.isnan(found)).tolist():
        found[row] = Decimal(f"{found[row]:.15g}").quantize(_SMALLEST_PART, ROUND_HALF_EVEN, _EXACT)
    return found


def exact(value: float) -> Decimal:
    """The decimal that a float prints as; NaN where it isn't finite."""
    if not math.isfinite(value):
        return _UNKNOWN
    return Decimal(int(value)) if value.is_integer() else Decimal(repr(value))


def limit_price(price: float, *, move_pct: float, side: int) -> Decimal:
    """The worst price that is still taken: `move_pct` above the price for a buy (+1), below it for a sell (-1).

    With 4 decimals, or as many as the price has where it has more, half to even; NaN where the price isn't finite.
    """
    return _moved(exact(price), factor=_factor(move_pct, side))


def whole_lot_findings(facts: TradingFacts, orders: OrderColumns) -> tuple[Finding, ...]:
    """`whole_lots`: orders that are neither a whole number of lots, nor a sell of all that is held."""
    found = []
    for row in _uneven(facts, orders):
        line, quantity = int(orders.line[row]), orders.quantity(row)
        lot_size = facts.book.instruments.lot_size[orders.instrument[row]]
        finding = Finding(
            rule="whole_lots",
            symbol=symbol_of(facts, line),
            message=f"{quantity:f} units are no whole number of lots of {lot_size:g}",
            account_number=account_of(facts, int(orders.portfolio[row])),
        )
        found.append(finding)
    return tuple(found)


def _uneven(facts: TradingFacts, orders: OrderColumns) -> Iterator[int]:
    """Rows of the orders that break the rule.

    Whole lots of whole units are seen in floats, where their remainder is exact; the others are asked as decimals.
    """
    lot_size = facts.book.instruments.lot_size[orders.instrument]
    with np.errstate(invalid="ignore"):
        even = (orders.units >= 1) & (np.fmod(orders.units, lot_size) == 0)
    for row in np.flatnonzero(~even).tolist():
        quantity = orders.quantity(row)
        if not (_is_whole(quantity, float(lot_size[row])) or _is_exit(facts, orders, row=row)):
            yield row


def _is_whole(quantity: Decimal, lot_size: float) -> bool:
    if not quantity.is_finite() or quantity <= 0 or not 0 < lot_size < math.inf:
        return False
    return _EXACT.remainder(quantity, exact(lot_size)) == 0


def _is_exit(facts: TradingFacts, orders: OrderColumns, *, row: int) -> bool:
    """Whether all that is held is sold."""
    held = settled(facts.positions.units[orders.line[[row]]])
    return bool(orders.side[row] < 0 and orders.units[row] > 0 and orders.units[row] == held[0])


def _terms(facts: TradingFacts, key: IntColumn) -> Terms:
    """The terms of `key` (t,): an instrument's row twice, and one more for a buy."""
    rows, move_pct = key.tolist(), facts.policy.limits.price_move_pct
    factors = {side: _factor(move_pct, side) for side in (-1, 1)}
    side = [row % 2 * 2 - 1 for row in rows]
    price = [exact(value) for value in facts.book.instruments.price[key // 2].tolist()]
    limits = [_moved(one, factor=factors[direction]) for one, direction in zip(price, side, strict=True)]
    return Terms(
        instrument=tuple(row // 2 for row in rows), side=tuple(side), price=tuple(price), limit_price=tuple(limits)
    )


def _factor(move_pct: float, side: int) -> Decimal:
    return 1 + side * exact(float(move_pct)) / 100


def _moved(price: Decimal, *, factor: Decimal) -> Decimal:
    exponent = price.as_tuple().exponent
    if not isinstance(exponent, int):
        return _UNKNOWN
    tick = _TICK if exponent >= -PRICE_DECIMALS else Decimal(1).scaleb(exponent)
    return _EXACT.multiply(price, factor).quantize(tick, ROUND_HALF_EVEN, _EXACT)
