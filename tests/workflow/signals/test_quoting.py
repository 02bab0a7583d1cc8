"""Strategies get total returns of what can be used, on the days of its market; the rest is told."""

from datetime import date

import numpy as np
import pytest

from tests.workflow.signals.markets import SYMBOLS, daily_market, walks, weekdays
from trimtab.domain.factors.market import Finding
from trimtab.workflow.signals.quoting import quoted

NONE = float("nan")


def test_prices_are_those_of_the_symbols_asked_for_in_their_order() -> None:
    market = daily_market()
    found = quoted(market, ("TLT", "GLD"))
    assert list(found.prices.columns) == ["TLT", "GLD"]
    assert found.prices["GLD"].to_numpy() == pytest.approx(market.prices.adj_close[:, 1])
    assert found.prices.index[0].date() == date(2024, 1, 1)
    assert (found.left_out, found.notes) == ((), ())


def test_dividends_are_added_where_there_is_no_adjusted_close_and_missed_where_there_are_none_either() -> None:
    close = np.full((4, 2), 100.0)
    nothing, paid = np.full((4, 2), NONE), np.array([[0.0, NONE], [0.0, NONE], [5.0, NONE], [0.0, NONE]])
    found = quoted(daily_market(close, tickers=("PAYS", "SAYS"), adjusted=nothing, dividend=paid), ("PAYS", "SAYS"))
    assert found.prices["PAYS"].tolist() == pytest.approx([1.0, 1.0, 1.05, 1.05])
    assert found.prices["SAYS"].tolist() == [100.0] * 4
    assert found.notes == ("Prices without dividends, so without their part of the return: SAYS.",)


def test_symbols_without_usable_prices_are_left_out_and_named_with_the_reason() -> None:
    close = walks(50, 5)
    close[:, [0, 3]] = NONE
    faults = [Finding("TLT", date(2024, 1, 5), "price_not_positive", "TLT has a price of -1 on 2024-01-05.")]
    found = quoted(daily_market(close, findings=faults), SYMBOLS)
    assert list(found.prices.columns) == ["GLD", "SPY", "XLK"]
    assert found.left_out == (
        ("AGG", "no_prices", "It has no price at all."),
        ("TLT", "faulty_prices", "TLT has a price of -1 on 2024-01-05."),
    )


def test_days_that_only_one_symbol_trades_are_left_out_with_a_note() -> None:
    dates = np.arange("2024-01-01", "2024-03-01", dtype="datetime64[D]")
    close = walks(len(dates), 4)
    weekend = ~np.isin(dates, weekdays(60))
    close[weekend, 1:] = NONE
    found = quoted(daily_market(close, tickers=("BTC", "EFA", "IWM", "SPY"), dates=dates), ("BTC", "EFA", "IWM", "SPY"))
    assert len(found.prices) == np.count_nonzero(~weekend)
    assert found.prices.notna().all(axis=None)
    (note,) = found.notes
    assert note.startswith(f"{np.count_nonzero(weekend)} days on which fewer than half as many symbols as usual have a")
    assert note.endswith("prices on such days have BTC.")


def test_symbols_that_miss_many_of_the_days_are_named_because_strategies_start_anew_after_each_gap() -> None:
    close = walks(60, 4)
    close[:10, 0] = close[50:, 0] = NONE  # listed late, and gone early: no gaps
    close[5::7, 3] = NONE
    found = quoted(daily_market(close, tickers=("LATE", "EFA", "IWM", "HOLED")), ("LATE", "EFA", "IWM", "HOLED"))
    assert found.notes == (
        "Without a price on more than 5% of their days, after each of which every strategy starts anew: HOLED.",
    )
    assert found.last_days["LATE"] == str(weekdays(60)[49])


def test_prices_beyond_all_reason_are_gaps() -> None:
    close = np.full((3, 1), 100.0)
    close[1] = 1e300
    found = quoted(daily_market(close, tickers=("SPY",)), ("SPY",))
    assert found.prices["SPY"].tolist() == [100.0, 100.0]
