"""Amounts in proportion to shares, within a floor and a cap each, that reach a total: filling up like water."""

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals.counting import largest_count


def water_filled(shares: FloatColumn, total: float, *, floors: FloatColumn, caps: FloatColumn) -> FloatColumn:
    """clip(level x share, floor, cap), at the one level at which they sum to the total.

    Args:
        shares: N, 0 or more; what has none keeps its floor.
        total: what the amounts are to sum to.
        floors: N, 0 or more.
        caps: N, at least the floors.

    Returns:
        N amounts: the floors where the total is below their sum, the caps where it is above the caps'.
    """
    some = shares > 0
    filled = floors.copy()
    rest = total - float(floors[~some].sum())
    if rest >= caps[some].sum():
        filled[some] = caps[some]
    else:
        filled[some] = _filled(shares[some], rest, low=floors[some], high=caps[some])
    return filled


def _filled(share: FloatColumn, total: float, *, low: FloatColumn, high: FloatColumn) -> FloatColumn:
    """Of shares above 0, and a total below the sum of the caps.

    The sum grows with the level in straight pieces, each from a level at which an amount leaves its floor or meets its
    cap to the next. It is taken anew for each level tried: running sums would lose the digits of small shares.
    """
    leaves, meets = low / share, high / share
    levels = np.sort(np.concatenate([leaves, meets]))

    def at(level: float) -> FloatColumn:
        amounts: FloatColumn = np.where(meets <= level, high, np.where(leaves <= level, level * share, low))
        return amounts

    count = largest_count(lambda tried: bool(at(levels[tried - 1]).sum() <= total), len(levels))
    if count == 0:
        return low
    level = levels[count - 1]
    amounts = at(level)
    growing = np.where((leaves <= level) & (level < meets), share, 0.0)
    # Nothing grows beyond the last level, which is reached only where rounding ends a sum below the caps'.
    risen: FloatColumn = amounts + (total - amounts.sum()) * growing / (growing.sum() or 1.0)
    return np.minimum(risen, high)
