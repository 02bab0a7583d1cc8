from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.factors.panels import NONE, make_prices, make_yields
from trimtab.domain.factors.market import Prices
from trimtab.domain.factors.months import month_number
from trimtab.domain.factors.total_returns import BLOCK, RECENT_DAYS, monthly_panel

MONTH_ENDS = ["2024-01-31", "2024-02-29", "2024-03-29"]


def returns_of(prices: Prices, ticker: str) -> list[float]:
    panel = monthly_panel(prices, None)
    return panel.returns[:, panel.tickers.index(ticker)].tolist()


def test_a_return_is_the_change_between_two_month_ends_and_the_first_month_has_none():
    prices = make_prices(MONTH_ENDS, {"A": [100, 110, 99]})
    panel = monthly_panel(prices, None)
    assert panel.months.tolist() == [month_number(date(2024, month, 1)) for month in (1, 2, 3)]
    assert panel.returns[:, 0] == pytest.approx([NONE, 0.1, -0.1], nan_ok=True)


def test_the_month_end_price_is_the_last_one_in_the_month():
    days = ["2024-01-30", "2024-01-31", "2024-02-27", "2024-02-29", "2024-03-01"]
    assert returns_of(make_prices(days, {"A": [1, 100, 7, 120, 9]}), "A") == pytest.approx([NONE, 0.2], nan_ok=True)


def test_a_last_price_of_seven_days_before_the_markets_counts_and_one_of_eight_does_not():
    days = ["2024-01-23", "2024-01-24", "2024-01-31", "2024-02-29"]
    prices = make_prices(
        days, {"MARKET": [50, 50, 50, 50], "SEVEN": [NONE, 100, NONE, 110], "EIGHT": [100, NONE, NONE, 110]}
    )
    assert returns_of(prices, "SEVEN")[1] == pytest.approx(0.1)
    assert np.isnan(returns_of(prices, "EIGHT")[1])


def test_a_month_without_a_price_leaves_two_months_without_a_return():
    prices = make_prices([*MONTH_ENDS, "2024-04-30"], {"A": [100, NONE, 90, 99], "B": [1, 1, 1, 1]})
    assert returns_of(prices, "A") == pytest.approx([NONE, NONE, NONE, 0.1], nan_ok=True)


def test_a_month_in_which_nothing_has_a_price_is_there_and_empty():
    panel = monthly_panel(make_prices(["2024-01-31", "2024-03-29", "2024-04-30"], {"A": [100, 110, 121]}), None)
    assert len(panel.months) == 4
    assert panel.returns[:, 0] == pytest.approx([NONE, NONE, NONE, 0.1], nan_ok=True)


@pytest.mark.parametrize(
    ("last_day", "months"),
    [
        ("2025-05-29", 1),  # a Thursday; Friday the 30th is the month's last weekday
        ("2025-05-30", 2),
        ("2025-05-31", 2),
    ],
)
def test_the_last_month_is_complete_from_its_last_weekday_on(last_day, months):
    panel = monthly_panel(make_prices(["2025-04-10", last_day], {"A": [100, 110]}), None)
    assert len(panel.months) == months


def test_the_months_before_the_last_are_complete_however_early_they_end():
    assert len(monthly_panel(make_prices(["2025-04-10", "2025-05-02"], {"A": [100, 110]}), None).months) == 1


@pytest.mark.parametrize(
    ("kinds", "months"),
    [
        (["ends"], [4]),
        (["goes on"], [4, 5, 6]),
        (["ends", "goes on"], [4, 5, 6]),
        (["ends", "ends", "goes on"], [4]),
        (["ends", "ends", "ends", "comes"], [4]),
    ],
    ids=["none later", "all later", "half later", "a third later", "one only later"],
)
def test_a_month_is_completed_only_by_a_day_with_prices_of_half_as_many_tickers_as_usual(kinds, months):
    of_kind: dict[str, list[float]] = {
        "ends": [1, 2, 3, NONE],
        "goes on": [1, 2, 3, 4],
        "comes": [NONE, NONE, NONE, 4],
    }
    closes = {f"T{number}": of_kind[kind] for number, kind in enumerate(kinds)}
    panel = monthly_panel(make_prices(["2025-04-10", "2025-05-05", "2025-05-06", "2025-06-30"], closes), None)
    assert [month % 12 + 1 for month in panel.months.tolist()] == months


def test_how_many_tickers_are_usual_is_what_the_last_260_days_with_prices_say():
    days = pd.bdate_range("2023-01-02", periods=RECENT_DAYS + 300).strftime("%Y-%m-%d").tolist()
    died = [1.0] * 300 + [NONE] * RECENT_DAYS
    closes = {"A": [1.0] * len(days), **{f"D{number}": died for number in range(9)}}
    assert days[-1] == "2025-02-21"
    assert len(monthly_panel(make_prices(days, closes), None).months) == 25


@pytest.mark.parametrize(
    "prices",
    [
        make_prices([], {"A": []}),
        make_prices(["2025-05-30"], {"A": [NONE]}),
        make_prices(["2025-05-29"], {"A": [1.0]}),
        make_prices(["2025-05-30"], {}),
    ],
    ids=["no days", "no prices", "no complete month", "no tickers"],
)
def test_a_market_without_a_complete_month_gives_a_panel_without_months(prices):
    panel = monthly_panel(prices, make_yields(["2025-04-30"], {"UST10Y": [4.0]}))
    assert panel.months.tolist() == []
    assert panel.returns.shape == (0, len(prices.tickers))
    assert panel.yield_changes.shape == (0, 1)


def test_the_first_month_is_that_of_the_first_price():
    panel = monthly_panel(make_prices(MONTH_ENDS, {"A": [NONE, 10, 11]}), None)
    assert panel.months.tolist() == [month_number(date(2024, month, 1)) for month in (2, 3)]


def test_each_ticker_says_what_its_returns_are_made_of():
    prices = make_prices(
        MONTH_ENDS,
        {
            "ADJ": [100, 90, 80],
            "BOTH": [100, 90, 80],
            "PAYS": [100, 90, 80],
            "ZERO": [100, 90, 80],
            "RAW": [100, 90, 80],
        },
        adj_close={"ADJ": [50, 60, 60], "BOTH": [50, 60, 60]},
        dividend={"BOTH": [0, 99, 0], "PAYS": [0, 10, 0], "ZERO": [0, 0, 0]},
    )
    panel = monthly_panel(prices, None)
    basis = dict(zip(panel.tickers, panel.basis, strict=True))
    assert basis == {
        "ADJ": "adj_close",
        "BOTH": "adj_close",
        "PAYS": "close_and_dividends",
        "ZERO": "close_and_dividends",
        "RAW": "close",
    }
    february = dict(zip(panel.tickers, panel.returns[1].tolist(), strict=True))
    assert february == pytest.approx({"ADJ": 0.2, "BOTH": 0.2, "PAYS": 0.0, "ZERO": -0.1, "RAW": -0.1})


def test_dividends_are_reinvested_day_by_day_over_the_prices_that_there_are():
    days = ["2024-01-31", "2024-02-13", "2024-02-14", "2024-02-29"]
    prices = make_prices(
        days,
        {"A": [100, 98, NONE, 99], "B": [1, 1, 1, 1]},
        adj_close={"B": [1, 1, 1, 1]},
        dividend={"A": [5, 2, 0, 0]},
    )
    # The dividend of the first day belongs to what was before; 98 + 2 restores 100, then 98 grows to 99.
    assert returns_of(prices, "A")[1] == pytest.approx(100 / 100 * 99 / 98 - 1, abs=1e-15)


def test_a_dividend_on_a_day_without_a_price_counts_with_the_next_price():
    days = ["2024-01-31", "2024-02-14", "2024-02-29"]
    prices = make_prices(days, {"A": [100, NONE, 98], "B": [1, 1, 1]}, dividend={"A": [0, 2, 0]})
    assert returns_of(prices, "A")[1] == pytest.approx(0.0, abs=1e-15)


def test_a_ticker_that_tells_dividends_but_no_prices_has_no_returns():
    prices = make_prices(
        MONTH_ENDS,
        {"A": [NONE] * 3, "B": [100, 98, 98], "C": [NONE] * 3},
        dividend={"A": [0, 1, 0], "B": [0, 2, 0], "C": [0, 1, 0]},
    )
    panel = monthly_panel(prices, None)
    assert np.isnan(panel.returns[:, [0, 2]]).all()
    assert panel.returns[1:, 1] == pytest.approx([0.0, 0.0])


def test_a_yield_change_is_the_last_value_in_the_month_less_that_in_the_month_before():
    yields = make_yields(
        ["2024-01-30", "2024-01-31", "2024-02-28", "2024-02-29", "2024-03-29"],
        {"UST2Y": [4.0, NONE, 4.5, 4.6, 4.2], "UST10Y": [3.0, 3.1, NONE, NONE, 3.3]},
    )
    panel = monthly_panel(make_prices(MONTH_ENDS, {"A": [1, 1, 1]}), yields)
    assert panel.maturities == ("UST2Y", "UST10Y")
    assert panel.yield_changes[:, 0] == pytest.approx([NONE, 0.6, -0.4], nan_ok=True)
    assert np.isnan(panel.yield_changes[:, 1]).all()


def test_the_first_months_yield_change_is_known_where_yields_go_back_further():
    yields = make_yields(["2023-12-29", "2024-01-31", "2024-06-28"], {"UST10Y": [3.0, 3.25, 9.0]})
    panel = monthly_panel(make_prices(MONTH_ENDS, {"A": [1, 1, 1]}), yields)
    assert panel.yield_changes[:, 0] == pytest.approx([0.25, NONE, NONE], nan_ok=True)


def test_a_yield_of_seven_days_before_the_markets_last_counts_and_one_of_eight_does_not():
    yields = make_yields(
        ["2024-01-31", "2024-02-21", "2024-02-22", "2024-03-29"],
        {"UST2Y": [4.0, 4.1, 4.2, 4.5], "UST10Y": [3.0, 3.1, NONE, 3.3]},
    )
    panel = monthly_panel(make_prices(MONTH_ENDS, {"A": [1, 1, 1]}), yields)
    assert panel.yield_changes[:, 0] == pytest.approx([NONE, 0.2, 0.3], nan_ok=True)
    assert np.isnan(panel.yield_changes[:, 1]).all()


def test_a_yields_age_is_counted_from_the_last_day_with_prices_however_early_that_is():
    yields = make_yields(["2024-01-31", "2024-02-13", "2024-03-29"], {"UST10Y": [4.0, 4.25, 4.75]})
    prices = make_prices(["2024-01-31", "2024-02-20", "2024-03-29"], {"A": [1, 1, 1]})
    assert monthly_panel(prices, yields).yield_changes[:, 0] == pytest.approx([NONE, 0.25, 0.5], nan_ok=True)


def test_yields_that_stop_within_a_month_change_no_more():
    yields = make_yields(["2024-01-31", "2024-02-29", "2024-03-15"], {"UST10Y": [4.0, 4.25, 9.0]})
    panel = monthly_panel(make_prices(MONTH_ENDS, {"A": [1, 1, 1]}), yields)
    assert panel.yield_changes[:, 0] == pytest.approx([NONE, 0.25, NONE], nan_ok=True)


def test_yields_of_the_first_days_of_months_have_no_changes():
    yields = make_yields(["2023-12-01", "2024-01-02", "2024-02-01", "2024-03-01"], {"UST10Y": [4.0, 4.1, 4.2, 4.3]})
    panel = monthly_panel(make_prices(MONTH_ENDS, {"A": [1, 1, 1]}), yields)
    assert np.isnan(panel.yield_changes).all()


@pytest.mark.parametrize(("day", "known"), [("2023-12-22", True), ("2023-12-21", False)])
def test_in_a_month_without_prices_a_yields_age_is_counted_from_the_last_weekday(day, known):
    # 29 December 2023 is a Friday.
    yields = make_yields([day, "2024-01-31"], {"UST10Y": [3.0, 3.25]})
    panel = monthly_panel(make_prices(MONTH_ENDS, {"A": [1, 1, 1]}), yields)
    assert np.isfinite(panel.yield_changes[0, 0]) == known


def test_a_return_beyond_all_numbers_is_none():
    prices = make_prices(MONTH_ENDS, {"A": [1e-200, 1e200, 2e200]}, dividend={})
    assert returns_of(prices, "A") == pytest.approx([NONE, NONE, 1.0], nan_ok=True)


def test_an_index_beyond_all_numbers_has_no_returns_from_there():
    closes: dict[str, list[float]] = {"A": [1e-150, 1e-150, 1e-150, 2e-150], "B": [1, 1, 1, 1]}
    prices = make_prices([*MONTH_ENDS, "2024-04-30"], closes, dividend={"A": [0, 1e100, 1e100, 0]})
    assert returns_of(prices, "A") == pytest.approx([NONE, 1e250, NONE, NONE], nan_ok=True)


def test_a_market_without_yields_has_no_maturities():
    panel = monthly_panel(make_prices(MONTH_ENDS, {"A": [1, 1, 1]}), None)
    assert (panel.maturities, panel.yield_changes.shape) == ((), (3, 0))


def random_prices(seed: int, tickers: int) -> Prices:
    """Three years of weekdays; holes of single days and of weeks, late starts, early ends."""
    draw = np.random.default_rng(seed)
    days = pd.bdate_range("2021-01-04", "2023-12-15").values.astype("datetime64[D]")
    close = 50 * np.exp(np.cumsum(draw.normal(0, 0.02, (len(days), tickers)), axis=0))
    close[draw.random(close.shape) < 0.05] = np.nan
    for column in range(tickers):
        start, length = draw.integers(0, len(days)), draw.integers(0, 60)
        close[start : start + length, column] = np.nan
        close[: draw.integers(0, 200), column] = np.nan
    adj_close = np.where(np.arange(tickers) % 3 == 0, close * 0.9, np.nan)
    dividend = np.where(draw.random(close.shape) < 0.02, 0.4, 0.0)
    dividend[:, np.arange(tickers) % 3 == 1] = np.nan
    names = tuple(f"T{number:04}" for number in range(tickers))
    return Prices(days, names, close, adj_close, dividend, np.full(close.shape, np.nan))


def plain_index(close: pd.Series, dividend: pd.Series) -> pd.Series:
    """The index of close and dividends, a day after the other."""
    level, owed, before = 1.0, 0.0, None
    levels = {}
    for day in close.index:
        owed += dividend[day]
        if np.isfinite(close[day]):
            level *= 1.0 if before is None else (close[day] + owed) / before
            levels[day], before, owed = level, close[day], 0.0
    return pd.Series(levels, dtype=float).reindex(close.index)


def plain_returns(prices: Prices, column: int) -> pd.Series:
    """One ticker's monthly returns by pandas."""
    days = pd.DatetimeIndex(prices.dates)
    close = pd.Series(prices.close[:, column], index=days)
    chosen = (
        pd.Series(prices.adj_close[:, column], index=days),
        close,
        plain_index(close, pd.Series(prices.dividend[:, column], index=days).fillna(0.0)),
    )[column % 3]
    priced = np.logical_or.reduce(np.isfinite(prices.close), axis=1).tolist()
    last_day = {day.to_period("M"): day for day, any_price in zip(days, priced, strict=True) if any_price}
    ends = {}
    for day, price in zip(days, chosen, strict=True):
        if np.isfinite(price) and (last_day[day.to_period("M")] - day).days <= 7:
            ends[day.to_period("M")] = price
    months = pd.period_range(min(last_day), max(last_day) - 1, freq="M")
    return pd.Series(ends, dtype=float).reindex(months).pct_change(fill_method=None)


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_returns_equal_those_of_plain_pandas(seed):
    prices = random_prices(seed, tickers=4)
    panel = monthly_panel(prices, None)
    for column in range(4):
        expected = plain_returns(prices, column)
        assert panel.months.tolist() == [month.year * 12 + month.month - 1 for month in expected.index]
        np.testing.assert_allclose(panel.returns[:, column], expected, rtol=0, atol=1e-12)


def test_more_tickers_than_a_block_are_all_computed():
    prices = random_prices(1, tickers=3 * BLOCK + 3)
    panel = monthly_panel(prices, None)
    last = len(prices.tickers) - 1
    assert panel.basis[last] == "close_and_dividends"
    for column in (2, last):
        np.testing.assert_allclose(panel.returns[:, column], plain_returns(prices, column), rtol=0, atol=1e-12)
