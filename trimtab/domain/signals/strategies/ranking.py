"""Ranks within rows, brought to -1..1."""

from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.signals.ranks import average_ranks

ALL_BUT_SIGN: Final = np.int64(2**63 - 1)


def ranked(values: FloatColumn, *, least: int) -> FloatColumn:
    """2 (rank - 1) / (n - 1) - 1 within each row of T x N values, n of them there; equal ones share their mean rank.

    NaN where there is no value, or fewer than `least` in the row, which is 2 or more.
    """
    missing = np.isnan(values)
    count = values.shape[1] - missing.sum(axis=1, keepdims=True) if missing.any() else np.array([[values.shape[1]]])
    width = np.where(count >= least, count - 1.0, np.nan)
    place = np.arange(values.shape[1])
    order, close = _sorted(values, missing)
    found = np.empty(values.shape)
    # Places in the whole array: to write by one number each is several times faster than by row and column.
    order += values.shape[1] * np.arange(len(values))[:, None]
    found.reshape(-1)[order] = np.where(place < count, 2.0 * place / width - 1.0, np.nan)
    tied = (close & (place[1:] < count)).any(axis=1)
    if tied.any():
        width = np.broadcast_to(width, (len(values), 1))[tied]
        found[tied] = 2.0 * (average_ranks(values[tied]) - 1.0) / width - 1.0
    return found


def _sorted(values: FloatColumn, missing: BoolColumn) -> tuple[IntColumn, BoolColumn]:
    """Columns of each row by ascending value, those without one last; and which neighbours may be equal, T x (N - 1).

    Numbers as floats hold them are in order as whole ones too. Their last bits are replaced by the column, so that one
    sort of whole numbers finds the order, unless two differ in these bits only.
    """
    columns = values.shape[1]
    bits = max(columns - 1, 1).bit_length()
    keys = (values + 0.0).view(np.int64)
    keys ^= (keys >> 63) & ALL_BUT_SIGN
    if missing.any():
        keys[missing] = ALL_BUT_SIGN
    keys >>= bits
    keys <<= bits
    keys |= np.arange(columns)
    keys.sort(axis=1)
    high = keys >> bits
    keys &= 2**bits - 1
    return keys, high[:, 1:] == high[:, :-1]
