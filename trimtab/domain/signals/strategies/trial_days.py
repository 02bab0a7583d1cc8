"""After which days it is tried whether signals rest on what comes later."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn

_BEFORE_SIGNAL, _MONTH_END, _MONTH_START = "before a signal", "end of a month", "start of a month"
_KINDS: Final = (0, 4, _MONTH_END, _BEFORE_SIGNAL, 1, _MONTH_END, _MONTH_START, 5, 2, _MONTH_START, 3, 6)
"""A number is a day of the week, the last one first; those of five days come round again. Every other one has an end
and a start of a month among them, too."""
_MONTH_STEP: Final = 5
"""Through all months in twelve steps, none next to the last one."""


def days_to_try(alpha: pd.DataFrame) -> tuple[int, ...]:
    """At most 12 places of days that have others after them, each of another kind, over all months and years.

    A look ahead shows where the signal that makes use of it is one of the last before the cut. So these are days on
    which the strategy says something, if there are any: each day of the week, ends and starts of months, each month of
    the year, and a day before a signal appears.

    Args:
        alpha: T dates x N symbols, what the strategy says; 0 and NaN are nothing.
    """
    said = np.nan_to_num(alpha.to_numpy(dtype=np.float64)) != 0.0
    kinds, month = _kinds(pd.DatetimeIndex(alpha.index), said), pd.DatetimeIndex(alpha.index).month.to_numpy()[:-1]
    speaks = said.any(axis=1)[:-1]
    chosen: list[int] = []
    for place, (kind, wanted) in enumerate(islice(_wishes(kinds), len(speaks))):
        first, second = (kinds[kind], speaks) if kind == _BEFORE_SIGNAL else (speaks, kinds[kind])
        score = 4 * first + 2 * second + (month == wanted)
        score[chosen] = -1
        best = np.flatnonzero(score == score.max())
        chosen.append(int(best[len(best) * (2 * place + 1) // (2 * len(_KINDS))]))
    return tuple(chosen)


def _wishes(kinds: Mapping[object, BoolColumn]) -> Iterator[tuple[object, int]]:
    """The kind and the month of each day."""
    weekdays = sorted((kind for kind in kinds if isinstance(kind, int)), reverse=True)
    for place, kind in enumerate(_KINDS):
        wanted = weekdays[kind % len(weekdays)] if isinstance(kind, int) else kind
        yield wanted, 12 - _MONTH_STEP * place % 12


def _kinds(dates: pd.DatetimeIndex, said: BoolColumn) -> dict[object, BoolColumn]:
    """By kind, which of the days before the last one are of it; days of the week are numbers, those that there are."""
    weekday, month = dates.day_of_week.to_numpy()[:-1], (12 * dates.year + dates.month).to_numpy()
    turns = month[1:] != month[:-1]
    starts = np.concatenate([[False], turns[:-1]])
    within = ~(turns | starts)
    found: dict[object, BoolColumn] = {int(day): (weekday == day) & within for day in np.unique(weekday)}
    appears = (~said[:-1] & said[1:]).any(axis=1)
    return {**found, _MONTH_END: turns, _MONTH_START: starts, _BEFORE_SIGNAL: appears}
