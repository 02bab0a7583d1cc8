"""Symbols: named in messages, and figures by symbol brought into one order."""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.outside_text import clean

BySymbol: TypeAlias = "Mapping[str, float] | pd.Series[float]"
"""One figure per symbol."""
MOST_NAMED: Final = 10
_LONGEST: Final = 16


def named(symbols: Iterable[str]) -> str:
    """Symbols as a message names them: cleaned, of more than ten the first ten and how many more there are."""
    shown = [clean(str(symbol), _LONGEST) for symbol in symbols]
    more = f" and {len(shown) - MOST_NAMED} more" if len(shown) > MOST_NAMED else ""
    return ", ".join(shown[:MOST_NAMED]) + more


def series_of(figures: BySymbol, *, field: str) -> "pd.Series[float]":
    """Figures by symbol as a Series of floats; NaN is none.

    Raises:
        InvalidInput: a symbol stands twice, or a figure is infinite.
    """
    series = pd.Series(figures, dtype=np.float64)
    twice, infinite = series.index[series.index.duplicated()], series.index[np.isinf(series.to_numpy())]
    if len(twice):
        raise InvalidInput(f"{field} has {named(twice)} more than once; each symbol may stand once.", field=field)
    if len(infinite):
        raise InvalidInput(f"{field} is infinite for {named(infinite)}; give a finite number, or NaN.", field=field)
    return series


def figures_for(symbols: "pd.Index[str]", figures: BySymbol, *, field: str) -> FloatColumn:
    """The figures of N symbols, in their order.

    Raises:
        InvalidInput: as `series_of`; or a symbol has none.
    """
    found = np.asarray(series_of(figures, field=field).reindex(symbols), dtype=np.float64)
    missing = symbols[np.isnan(found)]
    if len(missing):
        raise InvalidInput(f"{field} has no figure for {named(missing)}; give one for each symbol.", field=field)
    return found
