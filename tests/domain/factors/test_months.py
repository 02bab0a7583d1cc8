from datetime import date, timedelta

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.factors.months import (
    last_month_end,
    last_weekday,
    last_weekdays,
    month_end,
    month_number,
    month_start,
    month_text,
    months_of,
)

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
EVERY_DAY = st.dates()


def test_months_are_counted_by_year_and_month():
    assert month_number(date(2026, 10, 15)) == 2026 * 12 + 9
    assert month_number(date(2026, 12, 31)) + 1 == month_number(date(2027, 1, 1))


def test_a_month_has_a_first_and_a_last_day_and_a_text():
    february = month_number(date(2024, 2, 10))
    assert (month_start(february), month_end(february)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert month_text(february) == "2024-02"
    assert month_end(month_number(date(2025, 12, 1))) == date(2025, 12, 31)


def test_the_last_weekday_is_the_friday_before_a_weekend():
    # 31 May 2025 is a Saturday, 31 August 2025 a Sunday, 31 March 2025 a Monday.
    ends = [last_weekday(month_number(day)) for day in (date(2025, 5, 1), date(2025, 8, 1), date(2025, 3, 1))]
    assert ends == [date(2025, 5, 30), date(2025, 8, 29), date(2025, 3, 31)]


def test_the_last_month_end_is_never_in_todays_month():
    assert last_month_end(date(2026, 1, 1)) == date(2025, 12, 31)
    assert last_month_end(date(2026, 1, 31)) == date(2025, 12, 31)


@given(DAYS)
def test_every_day_lies_between_the_ends_of_its_month(day):
    month = month_number(day)
    assert month_start(month) <= day <= month_end(month)
    assert month_end(month) + timedelta(days=1) == month_start(month + 1)
    assert last_weekday(month) == pd.offsets.BMonthEnd().rollback(pd.Timestamp(month_end(month))).date()


def test_the_last_month_of_all_has_an_end():
    month = month_number(date(9999, 12, 5))
    assert (month_end(month), month_text(month)) == (date(9999, 12, 31), "9999-12")
    assert last_weekday(month) == date(9999, 12, 31)
    assert last_month_end(date(9999, 12, 5)) == date(9999, 11, 30)


@given(EVERY_DAY)
def test_of_every_month_there_is_an_end_is_its_last_day(day):
    month = month_number(day)
    end = month_end(month)
    assert (end.year, end.month) == (day.year, day.month)
    assert end == date.max or (end + timedelta(days=1)).day == 1
    assert month_text(month) == day.isoformat()[:7]
    weekday = last_weekday(month)
    assert weekday.weekday() < 5
    assert {(weekday + timedelta(days=ahead)).weekday() for ahead in range(1, (end - weekday).days + 1)} <= {5, 6}
    assert last_weekdays(np.array([month])).tolist() == [weekday]


@given(st.dates(date(1, 2, 1)))
def test_the_month_before_any_other_than_the_first_has_an_end(day):
    assert last_month_end(day) + timedelta(days=1) == day.replace(day=1)


@given(st.lists(DAYS, max_size=20))
def test_columns_of_dates_have_the_months_of_their_days(days):
    column = np.array(days, dtype="datetime64[D]")
    assert months_of(column).tolist() == [month_number(day) for day in days]
