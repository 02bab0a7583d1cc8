"""Prices as strategies take them: dates in order, each symbol once, and no number that isn't a price."""

from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.errors import Problem
from trimtab.domain.outside_text import clean
from trimtab.domain.signals.strategies.ranges import refuse

LEAST_PRICE: Final = 1e-15
MOST_PRICE: Final = 1e15
"""Between these, quotients of prices and their squares are finite."""


def checked_prices(prices: pd.DataFrame) -> FloatColumn:
    """The prices as T dates x N symbols, NaN where there is none.

    Raises:
        InvalidInput: labels that aren't dates in order or symbols, each once; or values that aren't prices, each symbol
            with its first such date.
    """
    refuse(_bad_labels(prices))
    values: FloatColumn = prices.to_numpy(dtype=np.float64, na_value=np.nan)
    if not _all_within(values):
        refuse(_bad_values(prices, ~(np.isnan(values) | ((values >= LEAST_PRICE) & (values <= MOST_PRICE)))))
    return values


def _all_within(values: FloatColumn) -> bool:
    """Whether all are prices or NaN, for which the least and the most are enough to know."""
    return not (np.fmin.reduce(values, axis=None, initial=np.nan) < LEAST_PRICE) and not (
        np.fmax.reduce(values, axis=None, initial=np.nan) > MOST_PRICE
    )


def _bad_labels(prices: pd.DataFrame) -> list[Problem]:
    problems = []
    dates, symbols = prices.index, prices.columns
    if not (isinstance(dates, pd.DatetimeIndex) and not dates.hasnans):
        problems.append(Problem("prices", "The rows of prices aren't labelled by dates; give a DatetimeIndex."))
    elif not (dates.is_monotonic_increasing and dates.is_unique):
        problems.append(Problem("prices", "The dates of prices aren't in order; give them ascending, each once."))
    if not (symbols.is_unique and all(map(_is_symbol, symbols))):
        problems.append(Problem("prices", "The columns of prices aren't symbols; give texts, each once."))
    if not all(pd.api.types.is_any_real_numeric_dtype(kind) for kind in set(prices.dtypes)):
        problems.append(Problem("prices", "A column of prices holds something else than numbers."))
    return problems


def _is_symbol(label: object) -> bool:
    return isinstance(label, str) and label != ""


def _bad_values(prices: pd.DataFrame, bad: BoolColumn) -> list[Problem]:
    return [
        Problem(
            f"prices.{symbol}",
            f"{symbol} has on {prices.index[int(bad[:, column].argmax())].date()} a price that isn't a number within "
            f"{LEAST_PRICE:g} and {MOST_PRICE:g}; leave out what isn't known as NaN.",
        )
        for column in np.flatnonzero(bad.any(axis=0)).tolist()
        for symbol in [clean(prices.columns[column])]
    ]
