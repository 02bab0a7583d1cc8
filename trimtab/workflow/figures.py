"""How numbers leave the workflow: money in cents, percentages to 4 decimals, half to even, never minus zero."""

from decimal import Decimal
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.decimal_text import rounded

_NEAR_A_TIE: Final = 0.499
_EXACT: Final = 1e12


def money(value: float) -> float:
    """Rounded to cents."""
    return _rounded(float(value), 2)


def points(value: float) -> float:
    """A percentage rounded to 4 decimals."""
    return _rounded(float(value), 4)


def money_column(values: FloatColumn) -> list[float]:
    """`money` of each row."""
    return _rounded_column(values, 2)


def in_cents(values: FloatColumn) -> FloatColumn:
    """Money as rows show it, still a column: sums of it agree with the rows."""
    return np.array(money_column(values))


def points_column(values: FloatColumn) -> list[float]:
    """`points` of each row."""
    return _rounded_column(values, 4)


def _rounded_column(values: FloatColumn, places: int) -> list[float]:
    scaled = values * 10.0**places
    whole = np.rint(scaled)
    found: list[float] = (whole / 10.0**places + 0.0).tolist()
    for row in np.flatnonzero((np.abs(scaled - whole) >= _NEAR_A_TIE) | (np.abs(scaled) >= _EXACT)).tolist():
        found[row] = float(rounded(float(values[row]), places))
    return found


def _rounded(value: float, places: int) -> float:
    """As `decimal_text.rounded`, which is only asked where the binary number could be on the wrong side of a tie."""
    scale: float = 10.0**places
    scaled = value * scale
    if abs(scaled) < _EXACT:
        whole = round(scaled)
        if abs(scaled - whole) < _NEAR_A_TIE:
            return whole / scale
    return float(rounded(value, places))


def quantity(units: float) -> str:
    """Units as plain decimal text, without needless zeros: `120`, `0.5`."""
    text = f"{rounded(units, 6).normalize():f}"
    return str(Decimal(text)) if "E" in text else text
