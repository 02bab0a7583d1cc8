from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.factors.panels import make_panel
from trimtab.domain.errors import InvalidInput
from trimtab.domain.factors.months import month_end, month_start
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.domain.factors.windows import Window, choose_window, cut

PANEL = make_panel({"A": np.linspace(-0.1, 0.1, 100).tolist()})
"""January 2020 to April 2028."""
TODAY = date(2028, 6, 15)


def chosen(start: date | None = None, end: date | None = None, *, today: date = TODAY, least: int = 4) -> str:
    return str(
        choose_window(PANEL, start=start, end=end, today=today, thresholds=FactorThresholds(), min_observations=least)
    )


def refusal(start: date | None = None, end: date | None = None, *, today: date = TODAY, least: int = 4) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        chosen(start, end, today=today, least=least)
    return refused.value


def test_a_window_has_its_months_its_days_and_a_text():
    window = Window(2024 * 12, 2024 * 12 + 1)
    assert (window.months, window.start, window.end) == (2, date(2024, 1, 1), date(2024, 2, 29))
    assert str(window) == "2024-01 to 2024-02"


def test_without_dates_it_has_sixty_months_up_to_the_last_that_the_market_has():
    assert chosen() == "2023-05 to 2028-04"


def test_without_an_end_it_ends_before_todays_month_however_much_the_market_has():
    assert chosen(today=date(2027, 3, 31)) == "2022-03 to 2027-02"


def test_an_end_given_may_be_in_todays_month():
    assert chosen(end=date(2027, 3, 31), today=date(2027, 3, 31)) == "2022-04 to 2027-03"


def test_only_months_that_lie_wholly_between_the_dates_count():
    assert chosen(date(2022, 1, 1), date(2022, 12, 31)) == "2022-01 to 2022-12"
    assert chosen(date(2022, 1, 2), date(2022, 12, 30)) == "2022-02 to 2022-11"


def test_a_window_beyond_the_market_is_cut_to_it():
    assert chosen(date(1990, 1, 1), date(2050, 1, 1)) == "2020-01 to 2028-04"
    assert chosen(end=date(2021, 12, 31)) == "2020-01 to 2021-12"


def test_a_start_after_the_end_is_refused():
    error = refusal(date(2025, 2, 1), date(2025, 1, 31))
    assert error.field == "start_date"
    assert error.message == "start_date 2025-02-01 is after end_date 2025-01-31."


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (date(2029, 1, 1), None, "start_date"),
        (None, date(2019, 12, 31), "end_date"),
        (date(2010, 1, 1), date(2011, 1, 1), "end_date"),
        (date(2025, 3, 2), date(2025, 4, 29), "start_date"),
    ],
    ids=["after the market", "before the market", "both before it", "no whole month"],
)
def test_a_window_without_a_month_is_refused_with_what_the_market_has(start, end, field):
    error = refusal(start, end)
    assert error.field == field
    assert "2020-01 to 2028-04" in error.message
    assert "2020-01-01 and 2028-04-30" in error.next_action


def test_a_window_of_too_few_months_is_refused_with_its_months():
    error = refusal(date(2025, 1, 1), date(2025, 12, 31), least=13)
    assert error.field == "start_date"
    assert "2025-01 to 2025-12 has 12 months, fewer than min_observations, 13" in error.message
    assert "100 months" in error.message
    assert chosen(date(2025, 1, 1), date(2025, 12, 31), least=12) == "2025-01 to 2025-12"


def test_a_market_without_months_is_refused():
    with pytest.raises(InvalidInput, match="no complete month") as refused:
        choose_window(
            make_panel({"A": []}), start=None, end=None, today=TODAY, thresholds=FactorThresholds(), min_observations=4
        )
    assert refused.value.field == "end_date"


@given(st.dates(date(2019, 1, 1), date(2029, 1, 1)), st.dates(date(2019, 1, 1), date(2029, 1, 1)))
def test_it_holds_every_whole_month_of_the_market_between_the_dates_and_no_other(start, end):
    whole = [m for m in PANEL.months.tolist() if start <= month_start(m) and month_end(m) <= end]
    if whole:
        window = choose_window(
            PANEL, start=start, end=end, today=TODAY, thresholds=FactorThresholds(), min_observations=1
        )
        assert list(range(window.first, window.last + 1)) == whole
    else:
        assert refusal(start, end).field in {"start_date", "end_date"}


def test_cutting_takes_the_windows_rows_and_the_columns_in_the_given_order():
    panel = make_panel({"A": [1, 2, 3, 4], "B": [5, 6, 7, 8], "C": [9, 10, 11, 12]})
    window = Window(int(panel.months[1]), int(panel.months[2]))
    part = cut(panel, window, tickers=["C", "A"])
    assert part.tickers == ("C", "A")
    assert part.returns.tolist() == [[10, 2], [11, 3]]
    assert part.months.tolist() == panel.months[1:3].tolist()
    assert part.yield_changes.tolist() == [[1], [2]]
    assert (len(part.basis), part.maturities) == (2, ("UST10Y",))


def test_cutting_to_no_tickers_leaves_the_months():
    window = Window(int(PANEL.months[0]), int(PANEL.months[3]))
    assert cut(PANEL, window, tickers=[]).returns.shape == (4, 0)
