"""The window of months over which something is computed. Section 1 of the factors' maths."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from trimtab.domain.errors import InvalidInput
from trimtab.domain.factors.months import (
    last_month_end,
    month_end,
    month_number,
    month_start,
    month_text,
)
from trimtab.domain.factors.panel import Panel
from trimtab.domain.factors.thresholds import FactorThresholds


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """The months from `first` to `last`, both in it, as month numbers."""

    first: int
    last: int

    @property
    def months(self) -> int:
        """How many months it has."""
        return self.last - self.first + 1

    @property
    def start(self) -> date:
        """Its first day."""
        return month_start(self.first)

    @property
    def end(self) -> date:
        """Its last day."""
        return month_end(self.last)

    def __str__(self) -> str:
        return f"{month_text(self.first)} to {month_text(self.last)}"


def choose_window(
    panel: Panel,
    *,
    start: date | None,
    end: date | None,
    today: date,
    thresholds: FactorThresholds,
    min_observations: int,
) -> Window:
    """The months of the panel that lie wholly from `start` to `end`.

    A window that reaches beyond the panel's months is cut to them. Without `end` it ends with the last month before
    today's that the panel has; without `start` it has `window_months` months, or as many as the panel has.

    Args:
        panel: the whole panel; its months are complete.
        start: first day, or None.
        end: last day, or None.
        today: the day on which it is asked.
        thresholds: `window_months` is used.
        min_observations: a window of fewer months is refused.

    Raises:
        InvalidInput: nothing that can be computed lies in it; `field` is start_date or end_date.
    """
    if not len(panel.months):
        raise InvalidInput(
            "The market has no complete month: nothing can be computed of it.",
            field="end_date",
            next_action="Give the market prices of more months.",
        )
    if start and end and start > end:
        raise InvalidInput(f"start_date {start} is after end_date {end}.", field="start_date")
    held = Window(int(panel.months[0]), int(panel.months[-1]))
    last = min(held.last, _last_month(end or last_month_end(today)))
    first = max(held.first, last - thresholds.window_months + 1 if start is None else _first_month(start))
    _refuse_none(Window(first, last), held, end=end)
    _refuse_few(Window(first, last), held, min_observations=min_observations)
    return Window(first, last)


def cut(panel: Panel, window: Window, *, tickers: Sequence[str]) -> Panel:
    """The rows of the window and the columns of these tickers, in their order.

    Args:
        panel: any panel that has the window's months.
        window: months of the panel.
        tickers: tickers of the panel, each once.
    """
    column_of = {ticker: column for column, ticker in enumerate(panel.tickers)}
    columns = [column_of[ticker] for ticker in tickers]
    first = window.first - int(panel.months[0])
    rows = slice(first, first + window.months)
    return replace(
        panel,
        months=panel.months[rows],
        tickers=tuple(tickers),
        returns=panel.returns[rows][:, columns],
        basis=tuple(panel.basis[column] for column in columns),
        yield_changes=panel.yield_changes[rows],
    )


def _first_month(start: date) -> int:
    """The first month that lies wholly on or after the day."""
    return month_number(start) + (start.day > 1)


def _last_month(end: date) -> int:
    """The last month that lies wholly on or before the day."""
    month = month_number(end)
    return month if end == month_end(month) else month - 1


def _refuse_none(window: Window, held: Window, *, end: date | None) -> None:
    if window.months > 0:
        return
    at_fault = "start_date" if end is None or window.last >= held.first else "end_date"
    raise InvalidInput(
        f"No whole month that the market has lies between start_date and end_date; it has {held}.",
        field=at_fault,
        next_action=f"Give dates within {held.start} and {held.end}; a month counts where all of it lies within them.",
    )


def _refuse_few(window: Window, held: Window, *, min_observations: int) -> None:
    if window.months >= min_observations:
        return
    raise InvalidInput(
        f"The window {window} has {window.months} months, fewer than min_observations, {min_observations}; "
        f"the market has {held}, {held.months} months.",
        field="start_date",
        next_action="Give an earlier start_date or a later end_date, or a lower min_observations.",
    )
