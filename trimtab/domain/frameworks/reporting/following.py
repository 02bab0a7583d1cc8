"""A portfolio brought to the weights of another one, product by product. Section 4 of `docs/framework-report.md`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn, TextColumn
from trimtab.domain.errors import Problem
from trimtab.domain.frameworks.bands import EDGE
from trimtab.domain.frameworks.reporting.aims import Aims
from trimtab.domain.frameworks.reporting.held import Held
from trimtab.domain.frameworks.reporting.report import Allocation
from trimtab.domain.signals.backtest.executing import Book, Quotes, Terms, execute
from trimtab.domain.signals.limits import ALLOWANCE
from trimtab.domain.signals.strategies.ranges import refuse

Holds: TypeAlias = Mapping[str, Sequence[tuple[str, Decimal | float]]]
"""What a portfolio holds, by the path of the leaf: codes with their weights in the whole portfolio, 0 or more."""


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """K products in their places, which are the leaves and, last, none; and what becomes of P = L + 1 places.

    Attributes:
        place: K.
        code: K.
        before: K, money.
        change: K, money traded; bought is above 0.
        place_value: P, money in products after all trades.
        cash: money after all trades and costs.
        equity: money of all.
        lost: places that should have something, and have no product.
        lost_weight: what each of these should have, a fraction.
    """

    place: IntColumn
    code: TextColumn
    before: FloatColumn
    change: FloatColumn
    place_value: FloatColumn
    cash: float
    equity: float
    lost: IntColumn
    lost_weight: FloatColumn


def followed(allocation: Allocation, held: Held, *, holds: Holds, cost: float) -> Moved:
    """Brings each product to its weight, and sells whatever else is held; what the weights lack to 1 is cash.

    A path that is no leaf is passed over. Leaves that have a target, and that the portfolio doesn't know, are lost.

    Args:
        allocation: the report of what is held.
        held: the same by holding and leaf.
        holds: the weights.
        cost: fraction of the value traded.

    Raises:
        InvalidInput: weights sum to more than 1.
    """
    aims, total = allocation.aims, allocation.total_value
    wanted = _wanted(aims, holds)
    refuse(_too_much(wanted))
    invested = held.invested
    holding, place = np.nonzero(invested)
    before = {(int(where), held.code[at]): invested[at, where] for at, where in zip(holding, place, strict=True)}
    keys = [*before, *(key for key, weight in wanted.items() if weight > 0 and key not in before)]
    had = np.array([before.get(key, 0.0) for key in keys], dtype=np.float64)
    weight = np.array([wanted.get(key, 0.0) for key in keys], dtype=np.float64)
    after = execute(
        weight,
        Book(had, total - float(had.sum()), total),
        quotes=Quotes(np.ones(len(keys))),
        terms=Terms(cost, 1.0),
        left=np.abs(weight * total - had) <= ALLOWANCE * total,
    )
    places = np.array([where for where, _ in keys], dtype=np.int64)
    lost = _lost(aims, {where for where, _ in wanted})
    return Moved(
        place=places,
        code=tuple(code for _, code in keys),
        before=had,
        change=after.units - had,
        place_value=np.bincount(places, weights=after.units, minlength=invested.shape[1]).astype(np.float64),
        cash=after.cash,
        equity=after.equity,
        lost=lost,
        lost_weight=aims.bands.target[aims.leaf_rows[lost]],
    )


def _wanted(aims: Aims, holds: Holds) -> dict[tuple[int, str], float]:
    """Weights by place and code."""
    places = {aims.path[row].casefold(): place for place, row in enumerate(aims.leaf_rows)}
    found: dict[tuple[int, str], float] = {}
    for path, products in holds.items():
        for code, weight in products:
            if path.casefold() in places:
                key = places[path.casefold()], code
                found[key] = found.get(key, 0.0) + float(weight)
    return found


def _too_much(wanted: Mapping[tuple[int, str], float]) -> Sequence[Problem]:
    whole = math.fsum(wanted.values())
    if whole <= 1.0 + ALLOWANCE:
        return ()
    return (Problem("holds", f"The weights sum to {whole:g}; give those in the whole portfolio, at most 1 in sum."),)


def _lost(aims: Aims, known: set[int]) -> IntColumn:
    """Places of leaves that aren't known, but for cash."""
    rows = aims.leaf_rows
    unknown = ~np.isin(np.arange(len(rows)), list(known))
    return np.flatnonzero(unknown & (aims.bands.target[rows] > EDGE) & (rows != aims.cash))
