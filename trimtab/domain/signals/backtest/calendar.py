"""When a backtest decides, and when it trades. Section 2 of `docs/signal-backtest.md`."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, DateColumn, IntColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.methods import Cadence
from trimtab.domain.signals.strategies.ranges import refuse


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The T days of a run, which stand without a gap among all rows of the prices, and its R decisions.

    Attributes:
        first: the row of the first day.
        dates: T days (datetime64[D]).
        decided: R places among the days.
        executed: R places among the days; T for one that is pending.
    """

    first: int
    dates: DateColumn
    decided: IntColumn
    executed: IntColumn

    @property
    def rows(self) -> IntColumn:
        """R rows of the decisions."""
        return self.decided + self.first


def days_of(prices: pd.DataFrame) -> DateColumn:
    """The days of prices whose rows are dates in order.

    Raises:
        InvalidInput: two rows are of one day.
    """
    days = pd.DatetimeIndex(prices.index).tz_localize(None).to_numpy().astype("datetime64[D]")
    twice = np.flatnonzero(days[1:] == days[:-1])
    if len(twice):
        said = f"prices has several rows on {days[twice[0]]}; give the closes of each day once."
        refuse([Problem("prices", said)])
    return days


def calendar_of(days: DateColumn, known: BoolColumn, *, rules: Rules, what: str = "signal") -> Calendar:
    """The range that the rules ask for, and when they decide and trade in it.

    Args:
        days: of all rows.
        known: whether there is anything on that day to decide by.
        rules: `start`, `end`, `cadence` and `lag_days` are used.
        what: what is known on such a day, for the message where there is none.

    Raises:
        InvalidInput: the range has no day, or none on which anything is known.
    """
    low = 0 if rules.start is None else int(np.searchsorted(days, np.datetime64(rules.start)))
    stop = len(days) if rules.end is None else int(np.searchsorted(days, np.datetime64(rules.end), side="right"))
    refuse(_no_days(days, low=low, stop=stop, rules=rules))
    if not known[low:stop].any():
        _refuse_unknown(days[:stop], days[low], what=what)
    first = max(low, int(known.argmax()))
    dates = days[first:stop]
    decided = first_days(dates, rules.cadence)
    return Calendar(first, dates, decided, np.minimum(decided + rules.lag_days, len(dates)))


def first_days(dates: DateColumn, cadence: Cadence) -> IntColumn:
    """The place of the first date, and of the first one in each later day, ISO week, month or quarter."""
    period = _periods(dates, cadence)
    places: IntColumn = np.flatnonzero(np.diff(period, prepend=period[:1] - 1))
    return places


def _periods(dates: DateColumn, cadence: Cadence) -> IntColumn:
    days, months = dates.astype(np.int64), dates.astype("datetime64[M]").astype(np.int64)
    # numpy counts days from a Thursday.
    periods: dict[Cadence, IntColumn] = {
        "daily": days, "weekly": (days + 3) // 7, "monthly": months, "quarterly": months // 3
    }  # fmt: skip
    return periods[cadence]


def _no_days(days: DateColumn, *, low: int, stop: int, rules: Rules) -> list[Problem]:
    if not len(days):
        return [Problem("prices", "prices has no day; give closes of at least one.")]
    within = f"give a day within {days[0]} and {days[-1]}, which have prices"
    problems = []
    if low == len(days):
        problems.append(Problem("start", f"start is {rules.start}, after the last day with prices; {within}."))
    if stop == 0:
        problems.append(Problem("end", f"end is {rules.end}, before the first day with prices; {within}."))
    if not problems and low >= stop:
        said = f"No day with prices lies within start, {rules.start}, and end, {rules.end}; give others."
        problems.append(Problem("start", said))
    return problems


def _refuse_unknown(days: DateColumn, start: "np.datetime64 | date", *, what: str) -> None:
    raise InvalidInput(
        f"There is no {what} from {start} to {days[-1]}: {len(days)} days of prices up to then, from {days[0]} on, are "
        "too short a history.",
        field="prices",
        next_action=f"Give prices of more days before {days[-1]}, a later end, or strategies that need fewer days; "
        "each strategy's history_days says how many prices without a gap it needs.",
    )
