"""Series, frames and arrays in, columns of figures out: what every metric takes and gives."""

from typing import TypeAlias

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.observations import Observations, observe

Returns: TypeAlias = "pd.Series[float] | pd.DataFrame | FloatColumn"
"""Returns per period: a Series or an array of T, or a column per strategy in a frame or an array of T x N."""
Aligned: TypeAlias = "pd.Series[float] | FloatColumn"
"""One figure per period of the returns: by label where both have labels, else by place."""
RiskFree: TypeAlias = "float | pd.Series[float] | FloatColumn"
"""A rate per year, or a return per period."""
Figures: TypeAlias = "float | pd.Series[float] | FloatColumn"
"""A float for a Series or an array of T; for a frame a Series by its columns, for an array of T x N an array of N."""


def columns_of(returns: Returns) -> FloatColumn:
    """The returns as T x N.

    Raises:
        InvalidInput: an array of no or more than two dimensions, or an infinite return.
    """
    values = np.asarray(returns, dtype=np.float64)
    if values.ndim not in {1, 2}:
        raise InvalidInput(f"returns has {values.ndim} dimensions; give T returns, or T x N.", field="returns")
    if np.isinf(values).any():
        raise InvalidInput(
            "returns holds an infinite value; a return is a finite fraction, or NaN for none.", field="returns"
        )
    return values if values.ndim == 2 else values[:, None]


def observed(returns: Returns) -> Observations:
    """The returns' observations; raises as `columns_of`."""
    return observe(columns_of(returns))


def aligned(other: Aligned, returns: Returns, *, field: str) -> FloatColumn:
    """The other figures in the periods of the returns, T; NaN where the labels of the returns have none.

    Raises:
        InvalidInput: labels that stand twice, or another number of periods where there are no labels.
    """
    if isinstance(other, pd.Series) and isinstance(returns, pd.Series | pd.DataFrame):
        if not other.index.is_unique:
            raise InvalidInput(f"{field} has a date twice; each may stand once.", field=field)
        other = other.reindex(returns.index)
    values = np.asarray(other, dtype=np.float64)
    if values.shape != (len(returns),):
        raise InvalidInput(
            f"{field} has the shape {values.shape}; give one value for each of the {len(returns)} periods of returns, "
            "or two Series that are aligned by their labels.",
            field=field,
        )
    return values


def shaped(figures: FloatColumn, returns: Returns) -> Figures:
    """N figures in the shape that belongs to the returns."""
    if isinstance(returns, pd.DataFrame):
        return pd.Series(figures, index=returns.columns)
    return float(figures[0]) if np.ndim(returns) == 1 else figures
