"""Yahoo through yfinance itself, over a socket of this machine: what it tells, and every way in which it fails."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.adapters.market.yahoo_server import NOT_FOUND, Answer, Yahoo, chart, nothing_of, yahoo_at_home
from tests.clock import FixedClock
from trimtab.adapters.market.yahoo import YahooSource
from trimtab.domain.errors import Unavailable
from trimtab.workflow.ports.market import PriceSource

WED, THU, FRI, MON, TUE = (date(2026, 2, 25), date(2026, 2, 26), date(2026, 2, 27), date(2026, 3, 2), date(2026, 3, 3))
SPY = chart({WED: (100.0, 98.0), THU: (101.0, 99.5), FRI: (102.0, 100.5)}, dividends={THU: 0.5}, volumes={FRI: None})


@pytest.fixture
def yahoo(monkeypatch) -> Iterator[Yahoo]:
    with yahoo_at_home(Yahoo({"SPY": SPY}), monkeypatch) as served:
        yield served


@pytest.fixture(scope="session")
def cache(tmp_path_factory) -> Path:
    """yfinance keeps one file for as long as the process lives."""
    return tmp_path_factory.mktemp("yfinance") / "kept"


def source(cache, *tickers, day=MON):
    return YahooSource(tickers, FixedClock(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)), cache=cache)


def test_prices_dividends_and_volumes_are_as_yahoo_tells_them(yahoo, cache):
    found: PriceSource = source(cache, "SPY")
    market = found.load()
    prices = market.prices
    assert (market.name, market.listed, market.findings, prices.tickers) == ("Yahoo", (), (), ("SPY",))
    assert prices.dates.astype("datetime64[D]").tolist() == [WED, THU, FRI]
    assert prices.close[:, 0].tolist() == [100, 101, 102]
    assert prices.adj_close[:, 0].tolist() == [98, 99.5, 100.5]
    assert prices.dividend[:, 0].tolist() == [0, 0.5, 0]
    assert np.array_equal(prices.volume[:, 0], [1000, 1000, np.nan], equal_nan=True)


def test_everything_is_asked_of_yahoo_and_kept_in_the_folder(yahoo, cache):
    source(cache, "SPY", "SPY").load()
    assert set(yahoo.asked) == {"SPY", "^FVX", "^TNX", "^TYX"}
    assert all(host.endswith(".yahoo.com") for host in yahoo.hosts)
    assert any("events=div" in query and "interval=1d" in query for query in yahoo.queries)
    assert {path.suffix for path in cache.iterdir()} >= {".db"}


def test_tickers_with_different_days_stand_side_by_side(yahoo, cache):
    yahoo.charts["GLD"] = chart({THU: (50.0, 50.0)})
    prices = source(cache, "SPY", "GLD").load().prices
    assert prices.tickers == ("GLD", "SPY")
    assert np.array_equal(prices.close[:, 0], [np.nan, 50, np.nan], equal_nan=True)
    assert prices.close[:, 1].tolist() == [100, 101, 102]


def test_yields_are_of_5_10_and_30_years(yahoo, cache):
    yahoo.charts |= {
        "^TNX": chart({WED: (4.25, 4.25), FRI: (4.3, 4.3)}, kind="INDEX"),
        "^FVX": chart({THU: (4.0, 4.0), FRI: (4.1, 4.1)}, kind="INDEX"),
        "^TYX": chart({FRI: (4.9, 4.9)}, kind="INDEX"),
    }
    yields = source(cache, "SPY").load().yields
    assert yields is not None
    assert yields.maturities == ("UST5Y", "UST10Y", "UST30Y")
    assert yields.dates.astype("datetime64[D]").tolist() == [WED, THU, FRI]
    expected = [[np.nan, 4.25, np.nan], [4.0, np.nan, np.nan], [4.1, 4.3, 4.9]]
    assert np.array_equal(yields.values_pct, expected, equal_nan=True)


def test_a_yield_that_yahoo_does_not_have_is_left_out(yahoo, cache):
    assert source(cache, "SPY").load().yields is None
    yahoo.charts["^TYX"] = chart({FRI: (4.9, 4.9)}, kind="INDEX")
    yields = source(cache, "SPY").load().yields
    assert yields is not None
    assert yields.maturities == ("UST30Y",)


def test_todays_price_is_left_out_because_the_market_may_be_open(yahoo, cache):
    yahoo.charts["SPY"] = chart({FRI: (102.0, 102.0), MON: (103.0, 103.0)})
    assert source(cache, "SPY", day=MON).load().as_of == FRI
    assert source(cache, "SPY", day=TUE).load().as_of == MON


def test_what_is_wrong_with_a_ticker_is_found_as_in_a_file(yahoo, cache):
    yahoo.charts["BAD"] = chart({WED: (1.0, 1.0), THU: (-1.0, 1.0)})
    yahoo.charts["HALF"] = chart({WED: (1.0, 1.0), THU: (1.0, None)})
    market = source(cache, "SPY", "BAD", "HALF").load()
    assert [(each.ticker, each.day, each.code) for each in market.findings] == [
        ("BAD", THU, "price_not_positive"),
        ("HALF", THU, "adj_close_gaps"),
    ]
    assert np.isnan(market.prices.close[:, :2]).all()


def test_a_day_without_a_close_stays_without_one(yahoo, cache):
    yahoo.charts["GLD"] = chart({WED: (50.0, 49.0), THU: (None, None), FRI: (51.0, 50.0)}, dividends={THU: 0.1})
    market = source(cache, "SPY", "GLD").load()
    assert market.findings == ()
    assert np.array_equal(market.prices.close[:, 0], [50, np.nan, 51], equal_nan=True)


@pytest.mark.parametrize("answer", [NOT_FOUND, nothing_of()], ids=["unknown", "without prices"])
def test_a_ticker_that_yahoo_has_nothing_of_is_not_in_the_market(yahoo, cache, answer):
    yahoo.charts["GONE"] = answer
    assert source(cache, "SPY", "GONE").load().prices.tickers == ("SPY",)


def test_a_market_of_nothing_is_unavailable(yahoo, cache):
    with pytest.raises(Unavailable, match="no prices of any"):
        source(cache, "GONE").load()
    yahoo.charts["BAD"] = chart({WED: (-1.0, 1.0)})
    with pytest.raises(Unavailable, match="BAD has a wrong close"):
        source(cache, "BAD").load()


LIMITED: Answer = (429, "Too Many Requests\r\n")
FAILURES = [
    (LIMITED, "refuses: too many requests"),
    ((500, "<html>Internal Server Error</html>"), "about X: HTTP 500"),
    ((503, '{"chart":{"result":null,"error":{"code":"Unavailable","description":"later"}}}'), "about X: HTTP 503"),
    ((401, '{"finance":{"result":null,"error":{"code":"Unauthorized"}}}'), "about X: HTTP 401"),
    ((200, "<html>Will be right back</html>"), "about X: HTTP 200"),
    ((200, SPY[1].replace('"timestamp"', '"times"')), "about X: KeyError"),
]


@pytest.mark.parametrize(("answer", "message"), FAILURES)
def test_a_failure_over_one_ticker_is_no_market_and_may_be_tried_again(yahoo, cache, answer, message):
    yahoo.charts["X"] = answer
    with pytest.raises(Unavailable, match=message) as failed:
        source(cache, "SPY", "X").load()
    assert failed.value.retryable
    yahoo.charts["X"] = SPY
    assert source(cache, "SPY", "X").load().prices.tickers == ("SPY", "X")


def test_a_failure_over_a_yield_is_no_market(yahoo, cache):
    yahoo.charts["^TNX"] = (500, "no")
    with pytest.raises(Unavailable, match="TNX: HTTP 500"):
        source(cache, "SPY").load()


def test_prices_do_not_need_a_crumb(yahoo, cache):
    yahoo.crumb = LIMITED
    assert source(cache, "SPY").load().prices.tickers == ("SPY",)


def test_a_network_that_is_not_there_is_unavailable(monkeypatch, cache):
    with yahoo_at_home(Yahoo({}), monkeypatch):
        pass
    with pytest.raises(Unavailable, match="about SPY: no answer"):
        source(cache, "SPY").load()


def test_the_stamp_changes_with_the_day_only():
    clock = FixedClock(datetime(2026, 3, 2, 1, tzinfo=UTC))
    yahoo_source = YahooSource(["SPY"], clock)
    morning = yahoo_source.stamp()
    clock.advance(timedelta(hours=22))
    assert yahoo_source.stamp() == morning
    clock.advance(timedelta(hours=1))
    assert yahoo_source.stamp() != morning


def test_yfinance_logs_nothing_of_what_fails(yahoo, cache, caplog):
    with caplog.at_level(logging.DEBUG):
        source(cache, "SPY", "GONE").load()
    assert [record for record in caplog.records if record.name.startswith("yfinance")] == []


def test_without_a_folder_of_its_own_yfinance_keeps_its_own(yahoo, cache):
    source(cache, "SPY").load()
    assert source(None, "SPY").load().prices.tickers == ("SPY",)
