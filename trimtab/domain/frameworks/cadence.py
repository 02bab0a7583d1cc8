"""When a portfolio is to be looked at again. Section 2 of `docs/framework-report.md`."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from trimtab.domain.frameworks.framework import Cadence

MONTHS: Final[Mapping[Cadence, int]] = {"M": 1, "Q": 3, "S": 6, "A": 12}
"""How long a period is; periods begin with January."""


def next_check(cadence: Cadence, *, last: date | None, today: date) -> date | None:
    """The first day of the period after the one in which it was last brought back; due from that day on.

    Args:
        cadence: how long a period is.
        last: when it was last brought back; where nobody knows, it is the first day of the period after today's.
        today: the day it is.

    Returns:
        Any day of the week; None without a cadence.
    """
    if cadence == "none":
        return None
    since, months = today if last is None else last, MONTHS[cadence]
    place = (since.year * 12 + since.month - 1) // months + 1
    year, month = divmod(place * months, 12)
    return date(year, month + 1, 1)


def is_due(cadence: Cadence, *, last: date | None, today: date) -> bool:
    """Whether a new period has begun since it was last brought back."""
    day = next_check(cadence, last=last, today=today)
    return day is not None and day <= today
