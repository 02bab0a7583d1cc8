"""The day of the next check, beside the days on which a backtest with that cadence decides."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.frameworks.backtest.staging import first_days
from trimtab.domain.frameworks.cadence import is_due, next_check

DAYS = pd.date_range("2019-11-01", "2026-03-31").to_numpy().astype("datetime64[D]")
TODAY = date(2024, 5, 17)


@pytest.mark.parametrize(
    ("cadence", "day"),
    [
        ("M", date(2024, 6, 1)),
        ("Q", date(2024, 7, 1)),
        ("S", date(2024, 7, 1)),
        ("A", date(2025, 1, 1)),
        ("none", None),
    ],
)
def test_the_next_check_is_the_first_day_of_the_next_period(cadence, day):
    assert next_check(cadence, last=TODAY, today=date(2030, 1, 1)) == day


def test_it_is_due_from_that_day_on():
    last = date(2023, 12, 31)
    assert is_due("M", last=last, today=date(2024, 1, 1))
    assert not is_due("M", last=date(2024, 1, 1), today=date(2024, 1, 31))
    assert not is_due("none", last=last, today=TODAY)


def test_where_nobody_knows_the_last_time_nothing_is_due_before_the_next_period():
    assert next_check("Q", last=None, today=TODAY) == date(2024, 7, 1)
    assert not is_due("Q", last=None, today=TODAY)


@given(cadence=st.sampled_from(["M", "Q", "S", "A"]), place=st.integers(0, 1500))
def test_a_backtest_decides_on_the_same_days(cadence, place):
    days = DAYS[place:]
    following = days[first_days(days, cadence)[0]]
    assert np.datetime64(next_check(cadence, last=days[0].item(), today=TODAY)) == following
