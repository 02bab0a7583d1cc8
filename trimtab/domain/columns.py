"""The array types of columnar data, and the tolerances with which they are compared."""

from typing import Final

import numpy as np
import numpy.typing as npt

FloatColumn = npt.NDArray[np.float64]
IntColumn = npt.NDArray[np.int64]
SmallIntColumn = npt.NDArray[np.int8]
DayCountColumn = npt.NDArray[np.int16]
BoolColumn = npt.NDArray[np.bool_]
DateColumn = npt.NDArray[np.datetime64]
TextColumn = tuple[str, ...]

EDGE_PCT: Final = 1e-9
"""Allowance in points when a percentage meets a band edge: without it one exact edge in nine is misjudged."""
CENT: Final = 0.01
MONEY: Final = 1e-6
"""Allowance when buys are fitted into cash: float noise, never money."""
UNIT: Final = 1e-9
"""Allowance when units are counted in whole lots."""
