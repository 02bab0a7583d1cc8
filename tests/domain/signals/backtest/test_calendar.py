from datetime import date

import numpy as np
import pandas as pd
import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.backtest.calendar import calendar_of, days_of, first_days
from trimtab.domain.signals.backtest.rules import Rules


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


TWO_WEEKS = np.arange(np.datetime64("2024-01-29"), np.datetime64("2024-02-12"))
ALWAYS = np.ones(14, dtype=bool)


def test_decisions_fall_on_the_first_day_and_on_the_first_one_of_each_later_period():
    dates = days("2023-12-28", "2023-12-29", "2024-01-03", "2024-01-08", "2024-02-01", "2024-04-02", "2024-04-03")
    assert first_days(dates, "daily").tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert first_days(dates, "weekly").tolist() == [0, 2, 3, 4, 5]
    assert first_days(dates, "monthly").tolist() == [0, 2, 4, 5]
    assert first_days(dates, "quarterly").tolist() == [0, 2, 5]


def test_weeks_are_those_of_iso_across_years_and_before_1970():
    for start in ("1969-11-03", "2019-12-02", "2024-12-02"):
        dates = np.arange(np.datetime64(start), np.datetime64(start) + 90)
        weeks = [tuple(day.isocalendar())[:2] for day in dates.tolist()]
        wanted = [place for place, week in enumerate(weeks) if place == 0 or week != weeks[place - 1]]
        assert first_days(dates, "weekly").tolist() == wanted


def test_without_days_there_is_no_decision():
    assert first_days(days(), "monthly").tolist() == []


def test_a_decision_is_executed_some_days_later_or_is_pending():
    calendar = calendar_of(TWO_WEEKS, ALWAYS, rules=Rules(cadence="weekly", lag_days=8))
    assert calendar.decided.tolist() == [0, 7]
    assert calendar.executed.tolist() == [8, 14]


def test_the_range_starts_at_start_or_where_anything_is_known_whichever_is_later():
    known = np.arange(14) >= 3
    for start, first in ((None, 3), (date(2024, 1, 30), 3), (date(2024, 2, 5), 7)):
        calendar = calendar_of(TWO_WEEKS, known, rules=Rules(start=start, end=date(2024, 2, 9), cadence="daily"))
        assert calendar.first == first
        assert calendar.dates.tolist() == TWO_WEEKS[first:12].tolist()
        assert calendar.rows.tolist() == list(range(first, 12))


def test_what_is_known_once_need_not_be_known_on_the_first_day():
    known = np.isin(np.arange(14), [2, 9])
    assert calendar_of(TWO_WEEKS, known, rules=Rules(start=date(2024, 2, 4))).first == 6


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (Rules(start=date(2024, 3, 1)), "start is 2024-03-01, after the last day with prices"),
        (Rules(end=date(2024, 1, 1)), "end is 2024-01-01, before the first day with prices"),
    ],
)
def test_a_range_outside_the_prices_is_refused(rules: Rules, *, said: str) -> None:
    with pytest.raises(InvalidInput, match=f"{said}; give a day within 2024-01-29 and 2024-02-11") as caught:
        calendar_of(TWO_WEEKS, ALWAYS, rules=rules)
    assert caught.value.field == said.split(maxsplit=1)[0]


def test_a_range_between_two_days_of_prices_is_refused():
    weekend = Rules(start=date(2024, 2, 3), end=date(2024, 2, 4))
    with pytest.raises(InvalidInput, match="No day with prices lies within start, 2024-02-03, and end, 2024-02-04"):
        calendar_of(days("2024-02-02", "2024-02-05"), ALWAYS[:2], rules=weekend)


def test_no_day_at_all_is_refused():
    with pytest.raises(InvalidInput, match="prices has no day; give closes of at least one") as caught:
        calendar_of(days(), ALWAYS[:0], rules=Rules())
    assert caught.value.field == "prices"


def test_a_range_in_which_nothing_is_known_tells_how_many_days_there_are():
    with pytest.raises(InvalidInput, match="no signal from 2024-02-02 to 2024-02-05: 8 days of prices up to") as caught:
        calendar_of(TWO_WEEKS, np.arange(14) > 7, rules=Rules(start=date(2024, 2, 2), end=date(2024, 2, 5)))
    assert caught.value.field == "prices"
    assert "history_days" in caught.value.next_action


def test_days_are_those_of_the_market_each_once():
    stamps = pd.DatetimeIndex(["2024-01-02 22:00", "2024-01-03 22:00"], tz="America/New_York")
    assert days_of(pd.DataFrame({"A": [1.0, 2.0]}, index=stamps)).tolist() == [date(2024, 1, 2), date(2024, 1, 3)]
    twice = pd.DatetimeIndex(["2024-01-02", "2024-01-03 09:00", "2024-01-03 17:00"])
    with pytest.raises(InvalidInput, match="prices has several rows on 2024-01-03; give the closes of each day once"):
        days_of(pd.DataFrame({"A": [1.0, 2.0, 3.0]}, index=twice))
