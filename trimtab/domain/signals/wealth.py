"""What one unit of money becomes: its growth, and how deep it falls below its highest value so far."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn

_FEW_COLUMNS: Final = 16
"""Below this one pass after the other is faster than steps over all columns."""
_AT_ONCE: Final = 25_000
"""Numbers in each column of a step, so that what is in work stays near the processor."""


@dataclass(frozen=True, slots=True, eq=False)
class Wealth:
    """Of N columns: `growth`, the product of 1 + r; `max_drawdown`, the least of W / max(1, W so far) - 1."""

    growth: FloatColumn
    max_drawdown: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class _Stretches:
    """A stretches x N columns, each stretch as if wealth were 1, and at its highest, before it.

    `level` is wealth at the end, `low` its lowest; `depth` is wealth over its highest at the end, `deepest` the least.
    """

    level: FloatColumn
    low: FloatColumn
    depth: FloatColumn
    deepest: FloatColumn


def growth(returns: FloatColumn) -> FloatColumn:
    """The product of 1 + r of T x N returns without a NaN, N."""
    with np.errstate(over="ignore", invalid="ignore"):
        product: FloatColumn = np.multiply.reduce(returns + 1.0, axis=0)
    return product


def wealth(returns: FloatColumn) -> Wealth:
    """Growth and maximum drawdown of T x N returns without a NaN.

    Wealth over its highest so far, d, follows d = min(1, d (1 + r)), so up to the root of T stretches are walked
    through side by side, and then joined: few steps over many numbers instead of one step per period. This needs
    returns of at least -1; others are walked through one by one.
    """
    periods, columns = returns.shape
    if columns < _FEW_COLUMNS:
        return _one_by_one(returns)
    stretches = max(min(math.isqrt(periods), _AT_ONCE // columns), 1)
    length = max(periods // stretches, 1)
    whole = periods // length * length
    body = _walk(returns[:whole].reshape(-1, length, columns))
    rest = _walk(returns[whole:].reshape(1, periods - whole, columns))
    if min(body.low.min(initial=1.0), rest.low.min()) < 0:
        return _one_by_one(returns)
    return _joined((body, rest))


def _walk(returns: FloatColumn) -> _Stretches:
    """Of A stretches x their length x N returns."""
    stretches, length, columns = returns.shape
    one, level, low, depth, deepest = np.ones((5, stretches, columns))
    factor = np.empty_like(one)
    for step in range(length):
        np.add(returns[:, step], one, out=factor)
        np.multiply(level, factor, out=level)
        np.minimum(low, level, out=low)
        np.multiply(depth, factor, out=depth)
        np.minimum(depth, one, out=depth)
        np.minimum(deepest, depth, out=deepest)
    return _Stretches(level, low, depth, deepest)


def _joined(parts: tuple[_Stretches, ...]) -> Wealth:
    """One stretch after the other, each from the depth at which the one before it ended."""
    level, depth, deepest = np.ones((3, parts[0].level.shape[1]))
    for part in parts:
        for row in range(len(part.level)):
            deepest = np.minimum(deepest, np.minimum(part.deepest[row], depth * part.low[row]))
            depth = np.minimum(part.depth[row], depth * part.level[row])
            level = level * part.level[row]
    return Wealth(level, deepest - 1.0)


def _one_by_one(returns: FloatColumn) -> Wealth:
    level = np.ones((len(returns) + 1, returns.shape[1]))
    np.add(returns, 1.0, out=level[1:])
    np.multiply.accumulate(level, axis=0, out=level)
    return Wealth(level[-1], (level / np.maximum.accumulate(level, axis=0)).min(axis=0) - 1.0)
