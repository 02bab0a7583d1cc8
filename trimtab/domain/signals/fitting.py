"""Weights fitted into limits: what is too much somewhere goes to where there is room, and the rest is cash."""

import math
from collections.abc import Iterator

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.signals.counting import largest_count
from trimtab.domain.signals.exact_weights import in_steps
from trimtab.domain.signals.limits import ALLOWANCE, Limits
from trimtab.domain.signals.redistributing import capped, redistributed
from trimtab.domain.signals.water_filling import water_filled


def fitted(target: FloatColumn, limits: Limits) -> FloatColumn:
    """N weights in whole steps, as near to the target as the limits let them.

    What is held is first brought within the limits; from there it goes as far towards the target's redistributed
    weights as turnover lets it. Where the least number of positions, or turnover, can't be kept, the other limits are.
    """
    safe = in_steps(within(limits))
    if not limits.hold_for(safe):
        return safe
    holding = filter(limits.hold_for, _tries(target, limits, safe=safe))
    first = next(holding, safe)
    if limits.enough(first, target):
        return first
    return next((weights for weights in holding if limits.enough(weights, target)), first)


def within(limits: Limits) -> FloatColumn:
    """What is held, brought within positions, sectors and gross by sales alone: the largest are cut first, N."""
    rules, held = limits.rules, limits.held
    size = np.minimum(np.where(rules.long_only & (held < 0), 0.0, np.abs(held)), rules.max_position_weight)
    nothing = np.zeros_like(size)
    size = capped(np.sign(size), limits, floors=nothing, caps=size)
    size = water_filled(np.sign(size), rules.gross_limit, floors=nothing, caps=size)
    cut = np.abs(held) - size
    small = (cut > 0) & (cut < rules.min_trade_weight)
    return np.sign(held) * np.where(small, np.maximum(np.abs(held) - rules.min_trade_weight, 0.0), size)


def _tries(target: FloatColumn, limits: Limits, *, safe: FloatColumn) -> Iterator[FloatColumn]:
    """The way to the goal, then to the least goal that has enough positions."""
    for least_only in (False, True):
        goal = redistributed(target, limits, least_only=least_only)
        if not least_only or goal.any():
            yield in_steps(_towards(_worthwhile(goal, limits, safe=safe), limits, safe=safe))


def _worthwhile(goal: FloatColumn, limits: Limits, *, safe: FloatColumn) -> FloatColumn:
    """The goal, with as many of its largest changes as turnover leaves large enough to be traded."""
    if _affordable(goal, limits, safe=safe) == 1.0:
        return goal
    order = np.argsort(-np.abs(goal - safe), kind="stable")

    def first(count: int) -> FloatColumn:
        part = safe.copy()
        part[order[:count]] = goal[order[:count]]
        return part

    def fits(count: int) -> bool:
        part = first(count)
        share = _affordable(part, limits, safe=safe)
        return not limits.too_small(safe + share * (part - safe)).any()

    return first(largest_count(fits, len(order)))


def _affordable(goal: FloatColumn, limits: Limits, *, safe: FloatColumn) -> float:
    """The largest share of the way from what is safe to the goal whose turnover is within the limit.

    Turnover is convex in the share and made of straight pieces: from the right Newton's method falls to the solution
    without passing it, piece by piece.
    """
    most = limits.rules.max_turnover
    if most is None or limits.turnover(goal) <= most:
        return 1.0
    away, way = safe - limits.held, goal - safe
    share, nearer = math.inf, 1.0
    while nearer < share:
        share = nearer
        side = np.sign(away + share * way)
        nearer = max((2.0 * most - float(side @ away)) / (float(side @ way) or 1.0), 0.0)
    return share


def _towards(goal: FloatColumn, limits: Limits, *, safe: FloatColumn) -> FloatColumn:
    """As far as is affordable, without trades that are too small; where their sales are missed, purchases shrink."""
    share = _affordable(goal, limits, safe=safe)
    weights = goal if share == 1.0 else safe + share * (goal - safe)
    weights = np.where(limits.too_small(weights), safe, weights)
    if limits.rules.max_sector_weight is not None:
        weights = _shrunk(weights, limits.rules.max_sector_weight, safe=safe, group=limits.sector)
    weights = _shrunk(weights, limits.rules.gross_limit, safe=safe, group=np.zeros_like(limits.sector))
    return np.where(limits.too_small(weights), safe, weights)


def _shrunk(weights: FloatColumn, most: float, *, safe: FloatColumn, group: IntColumn) -> FloatColumn:
    """What grows grows by less, as far as its group is beyond the most, N."""
    grows = np.maximum(np.abs(weights) - np.abs(safe), 0.0)
    growth = np.bincount(group, grows)
    base = np.bincount(group, np.abs(weights) - grows)
    beyond: BoolColumn = base + growth > most + ALLOWANCE
    kept = np.where(beyond, np.clip((most - base) / np.where(growth > 0, growth, 1.0), 0.0, 1.0), 1.0)[group]
    return np.where((grows > 0) & (kept < 1.0), safe + kept * (weights - safe), weights)
