"""What a run holds, execution by execution, and what it is worth, day by day."""

from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.backtest.calendar import Calendar
from trimtab.domain.signals.backtest.closes import Closes
from trimtab.domain.signals.backtest.executing import Book, Terms, execute
from trimtab.domain.signals.backtest.result import by_day

MOST_EQUITY: Final = 1e100
"""Beyond this a run is of wrong prices, and would soon be of no numbers."""


class Ledger:
    """Grows with each execution; all days up to the next one are valued at once.

    Attributes:
        count: K executions so far.
        units: row 0 is before the first execution, row k after the k-th; N columns.
        cash: the same rows.
        left: row k - 1 is what the k-th execution was to leave as it is; N columns.
        equity: T, up to the day of the next execution, before it.
        ruined: the place of the day on which the equity fell to 0 or below.
        written_off: what it was on that day before it was set to 0: debt, or what costs would have taken.
    """

    def __init__(self, closes: Closes, calendar: Calendar, *, capital: float, terms: Terms) -> None:
        days, symbols = closes.valued.shape
        self.count = 0
        self.units: FloatColumn = np.zeros((len(calendar.executed) + 1, symbols))
        self.cash: FloatColumn = np.full(len(calendar.executed) + 1, capital)
        self.left: BoolColumn = np.zeros((len(calendar.executed), symbols), dtype=np.bool_)
        self.equity: FloatColumn = np.full(days, capital)
        self.ruined: int | None = None
        self.written_off = 0.0
        self._closes, self._terms, self._dates = closes, terms, calendar.dates
        # The last holding period ends with the data.
        self._executed = [*calendar.executed.tolist(), days]

    @property
    def traded(self) -> FloatColumn:
        """K x N units, above 0 where bought."""
        changes: FloatColumn = np.diff(self.units[: self.count + 1], axis=0)
        return changes

    @property
    def traded_on(self) -> IntColumn:
        """K places of days."""
        return np.array(self._executed[: self.count], dtype=np.int64)

    @property
    def last_day(self) -> int:
        """The place of the last day on which anything was earned or lost."""
        return len(self.equity) - 1 if self.ruined is None else self.ruined

    def held(self, day: int) -> FloatColumn:
        """N weights at the day's closes."""
        weights: FloatColumn = self.units[self.count] * self._closes.valued[day] / self.equity[day]
        return weights

    def next_is_due(self, day: int) -> bool:
        """Whether the next decision in order is executed up to that day, and the run still goes on."""
        return self.ruined is None and self._executed[self.count] <= day

    def traded_since(self, count: int) -> BoolColumn:
        """N: whether its units aren't those that were held after so many executions."""
        changed: BoolColumn = self.units[count] != self.units[self.count]
        return changed

    def execute_next(self, weights: FloatColumn, *, left: BoolColumn | None = None) -> None:
        """Trades to N weights at the closes of the next day of execution, but for positions left as they are."""
        count, day = self.count, self._executed[self.count]
        before = Book(self.units[count], float(self.cash[count]), float(self.equity[day]))
        if before.equity > MOST_EQUITY:
            _refuse_unlikely(str(self._dates[day]))
        after = execute(weights, before, quotes=self._closes.on(day), terms=self._terms, left=left)
        if after.equity <= 0:
            self._end(day, before.equity)
            return
        if left is not None:
            self.left[count] = left
        self.count = count + 1
        self.units[self.count], self.cash[self.count] = after.units, after.cash
        self._value(day, self._executed[self.count] + 1)

    def cash_by_day(self) -> FloatColumn:
        """T, after each day's closes."""
        return by_day(self.cash[: self.count + 1], self.traded_on, days=len(self.equity), ruined=self.ruined)

    def _value(self, day: int, stop: int) -> None:
        """The equity of days on which the newest row is held."""
        # Not a product of matrices: there a day's sum may depend on how many other days are summed beside it.
        worth = np.add.reduce(self._closes.valued[day:stop] * self.units[self.count], axis=1) + self.cash[self.count]
        self.equity[day:stop] = worth
        if np.minimum.reduce(worth) <= 0:
            place = int(np.flatnonzero(worth <= 0)[0])
            self._end(day + place, float(worth[place]))

    def _end(self, day: int, worth: float) -> None:
        self.ruined, self.written_off = day, worth
        self.equity[day:] = 0.0


def _refuse_unlikely(day: str) -> None:
    raise InvalidInput(
        f"On {day} the portfolio is worth more than {MOST_EQUITY:g}; look for prices that are wrong before that day.",
        field="prices",
    )
