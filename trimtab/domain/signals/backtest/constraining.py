"""Sized weights held to constraints, by the shortest way that comes to the same."""

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import Problem
from trimtab.domain.signals.constraints import Constraints, unmet_by
from trimtab.domain.signals.exact_weights import in_steps
from trimtab.domain.signals.fitting import fitted
from trimtab.domain.signals.limits import Limits


def held_to(target: FloatColumn, limits: Limits) -> FloatColumn:
    """N weights within the limits, as `fitted` has them to the last steps.

    Args:
        target: N weights in whole steps, sized within gross, and without short ones where only long ones may be.
        limits: the limits.
    """
    rules = limits.rules
    if _look_beyond_positions(rules):
        return fitted(target, limits)
    size = np.abs(target)
    if size.max(initial=0.0) <= rules.max_position_weight:
        return target
    return in_steps(np.sign(target) * _capped(size, rules.max_position_weight))


def unmet_of(weights: FloatColumn, target: FloatColumn, *, limits: Limits) -> tuple[Problem, ...]:
    """As `unmet_by`, which has nothing to say where neither turnover nor a number of positions is limited."""
    rules = limits.rules
    if rules.max_turnover is None and rules.min_positions == 0:
        return ()
    return unmet_by(weights, target, limits=limits)


def _capped(size: FloatColumn, most: float) -> FloatColumn:
    """N sizes in whole steps; what is beyond the most goes to the others in proportion, as far as they have room."""
    total, beyond, level = float(size.sum()), np.zeros(len(size), dtype=np.bool_), 1.0
    while ((more := size * level > most) & ~beyond).any():
        beyond |= more
        rest = max(total - most * np.count_nonzero(beyond), 0.0)
        level = rest / (float(size[~beyond].sum()) or 1.0)
    return np.where(beyond, most, size * level)


def _look_beyond_positions(rules: Constraints) -> bool:
    """Whether what comes out rests on sectors or on what is held."""
    return rules.max_sector_weight is not None or rules.max_turnover is not None or rules.min_trade_weight > 0
