"""Tables of dates x symbols: how the metrics of scores and weights read them."""

from typing import TypeAlias

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput

Panel: TypeAlias = "pd.DataFrame | FloatColumn"
"""A row per date, a column per symbol."""


def panel_values(panel: Panel, *, field: str) -> FloatColumn:
    """The panel as T x N.

    Raises:
        InvalidInput: it has other than two dimensions, or holds an infinite value.
    """
    values = np.asarray(panel, dtype=np.float64)
    if values.ndim != 2:
        raise InvalidInput(
            f"{field} has {values.ndim} dimensions; give a row per date and a column per symbol.", field=field
        )
    if np.isinf(values).any():
        raise InvalidInput(f"{field} holds an infinite value; give finite ones, or NaN for none.", field=field)
    return values


def dates_of(panel: Panel) -> pd.Index:
    """The labels of the rows; their places, where they have none."""
    return panel.index if isinstance(panel, pd.DataFrame) else pd.RangeIndex(len(panel))


def placed(panel: Panel, beside: Panel, *, field: str) -> FloatColumn:
    """The panel's values at the dates and symbols of another one; NaN where it has none there.

    Two frames meet by their labels, anything else by place.

    Raises:
        InvalidInput: a date or symbol that stands twice, another shape where there are no labels, or as
            `panel_values`.
    """
    values = panel_values(panel, field=field)
    if isinstance(panel, pd.DataFrame) and isinstance(beside, pd.DataFrame):
        if not (panel.index.is_unique and panel.columns.is_unique):
            raise InvalidInput(f"{field} has a date or a symbol twice; each may stand once.", field=field)
        return panel.reindex(index=beside.index, columns=beside.columns).to_numpy(dtype=np.float64)
    if values.shape != np.shape(beside):
        raise InvalidInput(
            f"{field} has the shape {values.shape}; give {np.shape(beside)}, as the other table has, or two frames, "
            "which are aligned by their labels.",
            field=field,
        )
    return values
