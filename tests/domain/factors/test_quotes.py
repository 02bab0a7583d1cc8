from datetime import date

import numpy as np
import pytest

from tests.domain.factors.prices_of import prices_of
from trimtab.domain.factors.quotes import columns_of, last_closes, month_end_close

NONE = np.nan
DAYS = ["2026-04-30", "2026-05-21", "2026-05-22", "2026-05-29", "2026-06-01"]
PRICES = prices_of(
    DAYS,
    {
        "FRESH": [1, 2, 3, 4, 5],
        "WEEK": [1, 2, 3, NONE, NONE],
        "OLD": [1, 2, NONE, NONE, 6],
        "APRIL": [1, NONE, NONE, NONE, NONE],
        "NEVER": [NONE] * 5,
    },
)
TICKERS = ("FRESH", "WEEK", "OLD", "APRIL", "NEVER", "UNKNOWN")


def test_every_ticker_has_its_column():
    assert columns_of(("A", "B", "C"), ("C", "X", "A")).tolist() == [2, -1, 0]
    assert columns_of((), ()).tolist() == []


def test_a_month_end_price_is_at_most_a_week_older_than_the_market():
    found = month_end_close(PRICES, TICKERS, end=date(2026, 5, 31))
    assert found == pytest.approx([4, 3, NONE, NONE, NONE, NONE], nan_ok=True)


def test_a_month_without_prices_has_no_month_end_price():
    assert np.isnan(month_end_close(PRICES, TICKERS, end=date(2026, 3, 31))).all()


def test_days_on_which_nothing_has_a_price_do_not_count():
    days = [*DAYS[:4], "2026-05-30"]
    prices = prices_of(days, {"WEEK": [1, 2, 3, NONE, NONE], "FRESH": [1, 2, 3, 4, NONE]})
    assert month_end_close(prices, ("WEEK",), end=date(2026, 5, 31)).tolist() == [3.0]


def test_a_last_close_may_be_old():
    assert last_closes(PRICES, TICKERS) == pytest.approx([5, 3, 6, 1, NONE, NONE], nan_ok=True)
