"""Weights in proportion to a target, in which what is beyond a limit is given to those that have room."""

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.signals.counting import largest_count
from trimtab.domain.signals.limits import ALLOWANCE, Limits
from trimtab.domain.signals.water_filling import water_filled


def redistributed(target: FloatColumn, limits: Limits, *, least_only: bool) -> FloatColumn:
    """N weights in proportion to the target within positions, sectors and gross.

    Of positions that would have to be opened with less than the least trade, the smallest are left out, and what
    they had goes to the others.

    Args:
        target: N weights.
        limits: the limits; what is held tells which positions would be opened.
        least_only: only as much as the least number of positions needs.
    """
    rules = limits.rules
    kept = np.maximum(target, 0.0) if rules.long_only else target
    size = np.abs(kept)
    total = min(float(size.sum()), rules.gross_limit)
    opened = (kept != 0) & (np.sign(limits.held) != np.sign(kept))
    floors = np.where(_needed(size, limits, opened=opened, total=total), rules.min_trade_weight, 0.0)
    if least_only:
        return np.sign(kept) * floors
    return np.sign(kept) * _worth_opening(size, limits, floors=floors, opened=opened)


def capped(shares: FloatColumn, limits: Limits, *, floors: FloatColumn, caps: FloatColumn) -> FloatColumn:
    """The most of each symbol that its cap and its sector's limit let it have, N."""
    most = caps.copy()
    if limits.rules.max_sector_weight is None:
        return most
    for number in range(int(limits.sector.max(initial=-1)) + 1):
        own = limits.sector == number
        most[own] = water_filled(shares[own], limits.rules.max_sector_weight, floors=floors[own], caps=most[own])
    return most


def _filled(size: FloatColumn, limits: Limits, *, floors: FloatColumn, total: float) -> FloatColumn:
    caps = np.where(size > 0, min(limits.rules.max_position_weight, limits.rules.gross_limit), 0.0)
    caps = capped(size, limits, floors=floors, caps=caps)
    return water_filled(size, total, floors=floors, caps=caps)


def _worth_opening(size: FloatColumn, limits: Limits, *, floors: FloatColumn, opened: BoolColumn) -> FloatColumn:
    """Filled with as many of the largest openings as leave each at least the least trade, N."""
    total = min(float(size.sum()), limits.rules.gross_limit)
    least = limits.rules.min_trade_weight - ALLOWANCE
    filled = _filled(size, limits, floors=floors, total=total)
    # What needs no opening stays whatever comes, then what has a floor, then the largest.
    order = np.lexsort((-filled, floors == 0, opened))
    always = int(np.count_nonzero(~opened | (floors > 0)))

    def first(count: int) -> FloatColumn:
        part = np.zeros_like(size)
        part[order[: always + count]] = size[order[: always + count]]
        return _filled(part, limits, floors=floors, total=total)

    def fits(count: int) -> bool:
        part = first(count)
        return not (opened & (part > 0) & (part < least)).any()

    more = len(size) - always
    return filled if fits(more) else first(largest_count(fits, more))


def _needed(size: FloatColumn, limits: Limits, *, opened: BoolColumn, total: float) -> BoolColumn:
    """N: the largest that have to be opened for there to be enough positions, as many as fit with the least trade."""
    rules = limits.rules
    if rules.min_trade_weight == 0 or rules.min_positions == 0:
        return np.zeros(len(size), dtype=np.bool_)
    order = np.argsort(-size, kind="stable")
    opens = opened[order]
    in_sector = pd.Series(opens).groupby(limits.sector[order]).cumsum().to_numpy()
    most = np.inf if rules.max_sector_weight is None else rules.max_sector_weight
    usable = (size[order] > 0) & (~opens | (in_sector * rules.min_trade_weight <= most + ALLOWANCE))
    first = usable & (np.cumsum(usable) <= rules.min_positions) & opens
    chosen = np.zeros(len(size), dtype=np.bool_)
    chosen[order] = first & (np.cumsum(first) * rules.min_trade_weight <= total + ALLOWANCE)
    return chosen
