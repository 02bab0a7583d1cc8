"""Whole lots: how many units may be ordered of what was computed."""

import numpy as np

from trimtab.domain.columns import UNIT, FloatColumn


def lots_down(units: FloatColumn, lot_size: FloatColumn) -> FloatColumn:
    """Units of the most whole lots within `units`."""
    return np.floor(units / lot_size + UNIT) * lot_size


def lots_up(units: FloatColumn, lot_size: FloatColumn) -> FloatColumn:
    """Units of the fewest whole lots that make at least `units`."""
    return np.ceil(units / lot_size - UNIT) * lot_size
