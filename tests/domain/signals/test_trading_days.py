"""Days that only a few symbols know are not days of the market."""

import numpy as np

from trimtab.domain.signals.trading_days import trading_days

NONE = float("nan")


def market(*counts: int, symbols: int = 4) -> np.ndarray:
    """A row per day, on which the first so many symbols have a price."""
    return np.array([[10.0 if place < count else NONE for place in range(symbols)] for count in counts])


def test_a_weekend_that_one_of_four_trades_is_left_out() -> None:
    week = [4, 4, 4, 4, 4, 1, 1]
    assert trading_days(market(*week, *week)).tolist() == ([True] * 5 + [False] * 2) * 2


def test_a_day_without_any_price_is_left_out_and_tells_nothing_of_what_is_usual() -> None:
    assert trading_days(market(2, 0, 0, 0, 1, 2)).tolist() == [True, False, False, False, True, True]


def test_a_market_that_grows_or_shrinks_keeps_its_days_once_that_is_usual() -> None:
    assert trading_days(market(1, 4, 4, 4)).all()
    found = trading_days(market(*[4] * 30, *[1] * 30))
    assert found[:30].all()
    assert not found[30:40].any()
    assert found[45:].all()


def test_a_single_symbol_has_the_days_of_its_prices() -> None:
    assert trading_days(market(1, 0, 1, symbols=1)).tolist() == [True, False, True]


def test_a_market_without_days_or_symbols_has_none() -> None:
    assert not len(trading_days(np.empty((0, 3))))
    assert not trading_days(np.empty((3, 0))).any()


def test_what_comes_later_changes_no_day() -> None:
    days = market(4, 4, 1, 4, 4, 2, 4, 1, 1, 1)
    whole = trading_days(days)
    for cut in range(1, len(days)):
        assert trading_days(days[:cut]).tolist() == whole[:cut].tolist()
