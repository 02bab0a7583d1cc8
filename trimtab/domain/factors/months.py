"""Calendar months as numbers: `year * 12 + month - 1`, so that consecutive months are consecutive numbers."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

import numpy as np

from trimtab.domain.columns import DateColumn, IntColumn

_EPOCH: Final = 1970 * 12
"""The month from which numpy counts."""
STALE_DAYS: Final = 7
"""A month-end value that is older than this, counted from the market's last day in the month, is none."""


def month_number(day: date) -> int:
    """The number of the day's month."""
    return day.year * 12 + day.month - 1


def month_start(month: int) -> date:
    """Its first day."""
    return date(month // 12, month % 12 + 1, 1)


def month_end(month: int) -> date:
    """Its last day."""
    first = month_start(month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def last_weekday(month: int) -> date:
    """Its last day from Monday to Friday."""
    day = month_end(month)
    return day - timedelta(days=max(0, day.weekday() - 4))


def last_month_end(today: date) -> date:
    """The last day of the month before today's."""
    return month_end(month_number(today) - 1)


def month_text(month: int) -> str:
    """As people write it: `2026-10`."""
    return month_start(month).isoformat()[:7]


def months_of(dates: DateColumn) -> IntColumn:
    """The month number of each date, same shape."""
    return dates.astype("datetime64[M]").astype(np.int64) + _EPOCH


def last_weekdays(months: IntColumn) -> DateColumn:
    """The last weekday of each month, same shape."""
    last_days = (months + (1 - _EPOCH)).astype("datetime64[M]").astype("datetime64[D]") - 1
    return np.busday_offset(last_days, 0, roll="backward")
