"""Days are tried of every kind on which somebody may look ahead."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from trimtab.domain.signals.strategies.trial_days import days_to_try

DATES = pd.bdate_range("2014-01-01", "2025-12-31")
CALENDAR = pd.date_range("2018-01-01", "2025-12-31")


def said(dates: pd.DatetimeIndex, days: Any = True) -> pd.DataFrame:
    """1 on some days, 0 on the others; of one symbol."""
    return pd.DataFrame({"A": np.broadcast_to(days, len(dates)).astype(float)}, index=dates)


def tried(alpha: pd.DataFrame) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(alpha.index[[*days_to_try(alpha)]])


def test_every_month_and_many_years_are_there_once():
    found = tried(said(DATES))
    assert sorted(found.month) == list(range(1, 13))
    assert len(set(found.year)) == 12


@pytest.mark.parametrize(("dates", "weekdays"), [(DATES, 5), (CALENDAR, 7)])
def test_every_day_of_the_week_and_ends_and_starts_of_months_are_there(dates: pd.DatetimeIndex, weekdays: int) -> None:
    found = tried(said(dates))
    places = dates.get_indexer(found)
    ends = dates[places].month != dates[places + 1].month
    starts = dates[places].month != dates[places - 1].month
    assert (ends.sum(), starts.sum()) == (2, 2)
    assert len(set(found.day_of_week[~(ends | starts)])) == weekdays


@pytest.mark.parametrize("dates", [DATES, CALENDAR])
def test_every_other_day_has_an_end_and_a_start_of_a_month_among_them(dates: pd.DatetimeIndex) -> None:
    places = np.array(days_to_try(said(dates)))
    ends = dates[places].month != dates[places + 1].month
    starts = dates[places].month != dates[places - 1].month
    assert [ends[::2].sum(), ends[1::2].sum(), starts[::2].sum(), starts[1::2].sum()] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    "days", [DATES.day_of_week == 4, DATES.month == 12, DATES.year == 2019], ids=["Fridays", "Decembers", "one year"]
)
def test_who_speaks_on_some_days_is_tried_on_those_but_once_before_them(days: np.ndarray) -> None:
    places = [*days_to_try(said(DATES, days))]
    assert [bool(days[place]) for place in places].count(False) == 1
    (before,) = (place for place in places if not days[place])
    assert days[before + 1]


def test_what_is_not_there_is_nothing_said_either():
    days = DATES.year == 2016
    missing = said(DATES, days).mask(~days[:, None])
    assert days_to_try(missing) == days_to_try(said(DATES, days))


def test_they_are_the_same_each_time_and_none_is_tried_twice():
    alpha = said(DATES, np.random.default_rng(5).random(len(DATES)) < 0.1)
    assert days_to_try(alpha) == days_to_try(alpha)
    assert len({*days_to_try(alpha)}) == 12


@pytest.mark.parametrize(("length", "count"), [(0, 0), (1, 0), (2, 1), (5, 4), (13, 12), (99, 12)])
def test_they_are_as_many_as_have_others_after_them_twelve_at_most(length: int, count: int) -> None:
    found = days_to_try(said(DATES[:length], days=False))
    assert len(found) == count
    assert all(0 <= place < length - 1 for place in found)
