"""Positions that stay as they are: the room they leave to others, and the limits that aren't kept with them."""

from collections.abc import Iterator

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.errors import Problem
from trimtab.domain.signals.exact_weights import in_steps
from trimtab.domain.signals.limits import ALLOWANCE, Limits


def beside(kept: BoolColumn, weights: FloatColumn, *, limits: Limits) -> FloatColumn:
    """N weights of which some stay what is held; the others shrink together where all would pass the gross limit.

    Args:
        kept: N, what can't be traded.
        weights: N, as decided without a thought of that.
        limits: with what is held, and the gross limit.
    """
    others = np.where(kept, 0.0, weights)
    gross, room = float(np.abs(others).sum()), limits.rules.gross_limit - float(np.abs(limits.held[kept]).sum())
    share = min(max(room, 0.0) / gross, 1.0) if gross else 1.0
    return np.where(kept, limits.held, others if share == 1.0 else in_steps(share * others))


def broken_by(weights: FloatColumn, wanted: FloatColumn, *, limits: Limits) -> tuple[Problem, ...]:
    """The limits that N weights don't keep, each with what stands against it.

    Args:
        weights: N.
        wanted: N, what is wanted of each; where nothing is, no number of positions has to be held.
        limits: the limits, and what was held before.
    """
    found = dict(_broken(weights, limits))
    if not limits.enough(weights, wanted):
        found["min_positions"] = f"{np.count_nonzero(weights)} are held"
    return tuple(Problem(field, f"{_shown(field, limits)} isn't kept: {why}.") for field, why in found.items())


def _shown(field: str, limits: Limits) -> str:
    limit = getattr(limits.rules, field)
    return field if limit is True else f"{field} ({limit:g})"


def _broken(weights: FloatColumn, limits: Limits) -> Iterator[tuple[str, str]]:
    rules, size = limits.rules, np.abs(weights)
    reached = {
        "max_position_weight": (size.max(initial=0.0), "one position is"),
        "max_sector_weight": (np.bincount(limits.sector, size).max(initial=0.0), "one sector is"),
        "gross_limit": (size.sum(), "all are together"),
        "max_turnover": (limits.turnover(weights), "turnover is"),
    }
    for field, (figure, what) in reached.items():
        limit = getattr(rules, field)
        if limit is not None and figure > limit + ALLOWANCE:
            yield field, f"{what} {figure:.6g}"
    if small := np.count_nonzero(limits.too_small(weights)):
        yield "min_trade_weight", f"trades that are smaller: {small}"
    if rules.long_only and (short := np.count_nonzero(weights < 0)):
        yield "long_only", f"positions that are sold short: {short}"
