"""Checking market data: a report for a person."""

from datetime import date, timedelta

import pytest

from tests.adapters.market.small_market import edited, prices_of, write_market
from trimtab.adapters.market.check import check_market


def test_a_sound_market_is_told_in_numbers(tmp_path):
    report = check_market(write_market(tmp_path / "small"))
    assert (report.exit_code, report.faults, report.findings, report.warnings) == (0, (), (), ())
    summary = report.summary
    assert summary is not None
    assert report.market is not None
    assert (summary.name, summary.digest) == ("small", report.market.digest)
    assert (summary.tickers, summary.left_out, summary.days, summary.months) == (3, 0, 3, 0)
    assert (summary.first_day, summary.last_day) == (date(2026, 1, 5), date(2026, 1, 7))
    assert summary.basis == {"adj_close": 1, "close_and_dividends": 1, "close": 1}
    assert (summary.listed, summary.without_prices) == (3, ("SMH",))
    assert (summary.maturities, summary.yield_days) == (("UST2Y", "UST10Y"), 3)
    assert (summary.first_yield_day, summary.last_yield_day) == (date(2026, 1, 5), date(2026, 1, 7))


def test_only_complete_months_are_counted(tmp_path):
    days = [date(2026, 1, 20) + timedelta(days=number) for number in range(45)]
    table = prices_of(*(f"{day},SPY,1" for day in days))
    summary = check_market(write_market(tmp_path, prices=table)).summary
    assert summary is not None
    assert (summary.last_day, summary.months) == (date(2026, 3, 5), 2)


def test_tickers_that_are_left_out_give_exit_code_1(tmp_path):
    report = check_market(write_market(tmp_path, **edited("prices", "201,", "-201,")))
    assert report.exit_code == 1
    assert report.summary is not None
    assert (report.summary.tickers, report.summary.left_out) == (2, 1)
    assert report.summary.basis == {"adj_close": 1, "close_and_dividends": 1}
    assert [(finding.ticker, finding.code) for finding in report.findings] == [("GLD", "price_not_positive")]


def test_a_gap_alone_is_fine(tmp_path):
    days = [date(2026, 1, 5) + timedelta(days=number) for number in range(20)]
    rows = [f"{day},SPY,1" for day in days] + [f"{days[0]},GLD,1", f"{days[-1]},GLD,1"]
    report = check_market(write_market(tmp_path, prices=prices_of(*rows)))
    assert (report.exit_code, [finding.code for finding in report.findings]) == (0, ["gap"])


@pytest.mark.parametrize("close", ["x", "0"])
def test_a_refused_market_gives_exit_code_2(tmp_path, close):
    report = check_market(write_market(tmp_path, prices=prices_of(f"2026-01-05,SPY,{close}")))
    assert (report.exit_code, report.market, report.summary) == (2, None, None)
    assert len(report.faults) == 1
    assert len(report.findings) == (close == "0")


def test_a_market_without_yields_and_universe_says_so(tmp_path):
    summary = check_market(write_market(tmp_path, yields=None, universe=None)).summary
    assert summary is not None
    assert (summary.maturities, summary.yield_days, summary.first_yield_day, summary.last_yield_day) == (
        (),
        0,
        None,
        None,
    )
    assert (summary.listed, summary.without_prices) == (0, ())
