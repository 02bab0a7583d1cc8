"""What is wrong with single tickers: found, named, counted, and never repaired."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.market.small_market import prices_of, write_market
from trimtab.adapters.market.findings import AWAY_DAYS, GAP_DAYS
from trimtab.adapters.market.folder import FolderSource
from trimtab.domain.factors.market import Finding

SOUND = [f"2026-01-{day:02},SPY,{100 + day}" for day in range(5, 10)]


def market_of(folder, *rows, columns="date,ticker,close"):
    return FolderSource(
        write_market(folder, prices=prices_of(*rows, columns=columns), yields=None, universe=None)
    ).load()


def column(market, ticker):
    return market.prices.close[:, market.prices.tickers.index(ticker)].tolist()


def test_a_day_that_stands_twice_excludes_the_ticker_and_only_it(tmp_path):
    rows = ["2026-01-05,XLE,9", "2026-01-06,XLE,8", "2026-01-06,XLE,8", "2026-01-07,XLE,7", "2026-01-07,XLE,6"]
    market = market_of(tmp_path, *SOUND, *rows, "2026-01-07,XLE,5")
    message = "XLE has several rows on 2 days, first on 2026-01-06"
    assert market.findings == (Finding("XLE", date(2026, 1, 6), "duplicate_date", message, 2),)
    assert market.findings[0].excludes
    assert np.isnan(column(market, "XLE")).all()
    assert column(market, "SPY") == [105, 106, 107, 108, 109]


def test_dates_that_go_back_in_the_file_exclude_the_ticker(tmp_path):
    rows = ["2026-01-07,XLE,9", "2026-01-05,XLE,8", "2026-01-09,XLE,8", "2026-01-06,XLE,8"]
    market = market_of(tmp_path, *SOUND, *rows)
    message = "the dates of XLE go back 2 times in the file, at the earliest to 2026-01-05: sort its rows by date"
    assert market.findings == (Finding("XLE", date(2026, 1, 5), "unsorted_dates", message, 2),)
    assert np.isnan(column(market, "XLE")).all()


@pytest.mark.parametrize("cells", ["0,1", "-3.5,1", "1,0", "1,-2", "9.9e-7,1", "1,1.1e12", "1e-160,1", "1,1e15"])
def test_a_price_that_nothing_can_have_excludes_the_ticker(tmp_path, cells):
    rows = [f"{row},1" for row in SOUND]
    market = market_of(
        tmp_path, *rows, "2026-01-05,XLE,1,1", f"2026-01-06,XLE,{cells}", columns="date,ticker,close,adj_close"
    )
    message = (
        "XLE has a wrong close or adjusted close on 1 day, first on 2026-01-06: a price has to be from 0.000001 to 1e12"
    )
    assert market.findings == (Finding("XLE", date(2026, 1, 6), "price_not_positive", message),)
    assert np.isnan(column(market, "XLE")).all()


def test_the_least_and_the_most_price_are_prices(tmp_path):
    market = market_of(tmp_path, *SOUND, "2026-01-05,XLE,0.000001", "2026-01-06,XLE,1e12")
    assert market.findings == ()


def test_adjusted_closes_on_some_days_only_exclude_the_ticker(tmp_path):
    rows = [f"{row}," for row in SOUND]
    more = ["2026-01-05,XLE,1,1", "2026-01-06,XLE,1,", "2026-01-07,XLE,1,", "2026-01-08,XLE,1,1"]
    market = market_of(tmp_path, *rows, *more, columns="date,ticker,close,adj_close")
    message = "XLE has adjusted closes, but none on 2 days, first on 2026-01-06"
    assert market.findings == (Finding("XLE", date(2026, 1, 6), "adj_close_gaps", message, 2),)


def days_apart(*gaps):
    day = date(2026, 1, 5)
    return [day := day + timedelta(days=gap) for gap in (0, *gaps)]


def daily(ticker, days):
    return [f"{day},{ticker},1" for day in days]


def test_a_gap_is_named_and_the_ticker_is_kept(tmp_path):
    market = market_of(tmp_path, *daily("SPY", days_apart(*[1] * 60)), *daily("XLE", days_apart(1, 11, 1, 20)))
    message = "XLE has no price after 2026-01-06 until 2026-01-17, while others have; 1 such gap more"
    assert market.findings == (Finding("XLE", date(2026, 1, 6), "gap", message, 2),)
    assert not market.findings[0].excludes
    assert np.isfinite(column(market, "XLE")).sum() == 5


@pytest.mark.parametrize(
    ("others", "own", "found"),
    [
        ([1] * 40, [GAP_DAYS], False),
        ([1] * 40, [GAP_DAYS + 1], True),
        ([30, 1], [30, 1], False),
        ([15, 15], [30], True),
        ([1] * 40, [1], False),
    ],
    ids=["ten days", "eleven days", "closed for all", "one day of others", "ends early"],
)
def test_a_gap_is_more_than_ten_days_in_which_others_have_a_price(tmp_path, others, own, found):
    market = market_of(tmp_path, *daily("SPY", days_apart(*others)), *daily("XLE", days_apart(*own)))
    assert [finding.code for finding in market.findings if finding.ticker == "XLE"] == (["gap"] if found else [])


def test_a_days_prices_of_an_excluded_ticker_alone_are_no_day_of_the_market(tmp_path):
    market = market_of(tmp_path, *SOUND, "2062-01-05,XLE,1", "2062-01-05,XLE,1")
    assert market.as_of == date(2026, 1, 9)
    assert [finding.code for finding in market.findings] == ["duplicate_date"]


def strays(market):
    return [(each.ticker, str(each.day), each.count) for each in market.findings if each.code == "stray_day"]


@pytest.mark.parametrize("day", ["0001-01-01", "2025-03-05", "2026-11-06", "2999-12-31", "9999-12-31"])
def test_a_price_far_from_all_days_of_the_market_is_named_and_excludes_its_tickers_only(tmp_path, day):
    tickers = [f"T{number:02}" for number in range(50)]
    rows = [row for ticker in tickers for row in daily(ticker, days_apart(*[1] * 30))]
    wrong = [f"{day},{ticker},1" for ticker in tickers[:4]]
    market = market_of(tmp_path, *sorted([*rows, *wrong]))
    message = f"T00 has prices on 1 day, first on {day}, more than 45 days away from the rest of the market"
    assert market.findings[0] == Finding("T00", date.fromisoformat(day), "stray_day", message)
    assert strays(market) == [(ticker, day, 1) for ticker in tickers[:4]]
    assert all(finding.excludes for finding in market.findings)
    assert np.isnan(market.prices.close[:, :4]).all()
    assert np.isfinite(market.prices.close[:, 4:]).all()
    assert (str(market.prices.dates[0]), str(market.as_of)) == ("2026-01-05", "2026-02-04")


@pytest.mark.parametrize(
    ("others", "found"),
    [
        ([AWAY_DAYS], []),
        ([AWAY_DAYS + 1], ["2026-03-30"]),
        ([AWAY_DAYS + 1, 1, 1, AWAY_DAYS], ["2026-03-30"]),
        ([AWAY_DAYS + 1, 1, 1, 1, AWAY_DAYS], []),
        ([AWAY_DAYS + 1, 1, 1, 1, AWAY_DAYS + 1], ["2026-03-30"]),
    ],
    ids=["45 days", "46 days", "four days", "five days", "two stretches"],
)
def test_a_stretch_of_fewer_than_five_days_that_is_more_than_45_days_away_is_stray(tmp_path, others, found):
    sound = days_apart(*[1] * 38)
    wrong = [day for day in days_apart(38, *others) if day not in sound]
    market = market_of(tmp_path, *daily("SPY", sound), *daily("AGG", sound), *daily("XLE", wrong))
    assert [day for _, day, _ in strays(market)] == found
    assert [count for *_, count in strays(market)] == [len(wrong)] * len(found)


def test_days_are_stray_only_where_no_ticker_that_can_be_used_is_near(tmp_path):
    rows = [*daily("SPY", days_apart(*[1] * 9)), *daily("AGG", days_apart(*[1] * 9))]
    far = ["2026-06-01,XLE,1"]
    shadow = [f"2026-05-{day},BAD,{price}" for day, price in ((26, 1), (27, 1), (28, 1), (29, 0))]
    assert strays(market_of(tmp_path, *rows, *shadow, *far)) == [("XLE", "2026-06-01", 1)]
    fine = [f"2026-05-{day},BAD,1" for day in (26, 27, 28, 29)]
    assert strays(market_of(tmp_path, *rows, *fine, *far)) == []


def month_ends(first, last):
    days = np.arange(first, last, dtype="datetime64[M]")[1:].astype("datetime64[D]") - 1
    return [str(day) for day in np.busday_offset(days, 0, roll="backward")]


def test_a_market_of_month_ends_has_no_stray_day(tmp_path):
    rows = [*daily("OLD", month_ends("1990-01", "2026-01")), *daily("NEW", month_ends("2025-08", "2026-01"))]
    assert market_of(tmp_path, *rows).findings == ()


@pytest.mark.parametrize(("kept", "found"), [(1, 0), (2, 2)])
def test_where_more_than_half_of_the_tickers_have_such_days_the_market_has_few_days(tmp_path, kept, found):
    rows = [row for ticker in ["A", "B"][:kept] for row in daily(ticker, days_apart(*[1] * 9))]
    far = ["2027-06-01,Y,1", "2027-06-01,Z,1"]
    market = market_of(tmp_path, *rows, *far)
    assert len(strays(market)) == found
    assert market.as_of == (date(2026, 1, 14) if found else date(2027, 6, 1))


def test_everything_wrong_with_a_ticker_is_found_and_findings_are_sorted(tmp_path):
    market = market_of(
        tmp_path, *SOUND, "2026-01-06,XLE,0", "2026-01-05,XLE,1", "2026-01-05,XLE,1", "2026-01-05,AGG,-1"
    )
    assert [(finding.ticker, str(finding.day), finding.code) for finding in market.findings] == [
        ("AGG", "2026-01-05", "price_not_positive"),
        ("XLE", "2026-01-05", "duplicate_date"),
        ("XLE", "2026-01-05", "unsorted_dates"),
        ("XLE", "2026-01-06", "price_not_positive"),
    ]


ROWS = st.lists(
    st.tuples(st.integers(1, 28), st.sampled_from("ABC"), st.sampled_from([-1.0, 0.0, 1.0, 2.5, 1e-7, 1e13])),
    min_size=1,
    max_size=30,
)


@given(ROWS)
def test_findings_are_those_that_a_plain_loop_over_the_rows_finds(tmp_path_factory, rows):
    sound = [f"2026-02-{day:02},SPY,1" for day in range(1, 29)]
    text = [f"2026-02-{day:02},{ticker},{close}" for day, ticker, close in rows]
    market = market_of(tmp_path_factory.mktemp("market"), *sound, *text)
    expected: dict[tuple[str, str], tuple[int, int]] = {}
    for name in "ABC":
        own = [(day, close) for day, ticker, close in rows if ticker == name]
        days = [day for day, _ in own]
        again = {day for day in days if days.count(day) > 1}
        back = [later for earlier, later in pairwise(days) if later < earlier]
        wrong = [day for day, close in own if not 1e-6 <= close <= 1e12]
        found = {"duplicate_date": sorted(again), "unsorted_dates": sorted(back), "price_not_positive": sorted(wrong)}
        if not any(found.values()):
            found["gap"] = [earlier for earlier, later in pairwise(days) if later - earlier > GAP_DAYS]
        expected |= {(name, code): (at[0], len(at)) for code, at in found.items() if at}
    assert {(each.ticker, each.code): (each.day.day, each.count) for each in market.findings} == expected
