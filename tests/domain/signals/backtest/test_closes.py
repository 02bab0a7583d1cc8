import numpy as np

from tests.domain.signals.backtest.given_weights import NONE
from trimtab.domain.signals.backtest.closes import closes_of

PRICES = np.array([[7.0, NONE], [NONE, NONE], [NONE, 3.0], [5.0, NONE]])


def test_a_symbol_is_valued_at_its_last_price_so_far_even_from_before_the_first_day():
    closes = closes_of(PRICES, first=1, days=3)
    np.testing.assert_array_equal(closes.last, [[7, NONE], [7, 3], [5, 3]])
    np.testing.assert_array_equal(closes.priced, [[False, False], [False, True], [True, False]])


def test_before_its_first_price_a_symbol_counts_as_1():
    np.testing.assert_array_equal(closes_of(PRICES, first=1, days=3).valued, [[7, 1], [7, 3], [5, 3]])


def test_a_later_price_is_never_taken():
    np.testing.assert_array_equal(closes_of(PRICES, first=0, days=2).last, [[7, NONE], [7, NONE]])


def test_on_a_day_on_which_all_have_a_price_nobody_is_left_out():
    closes = closes_of(np.array([[1.0, 2.0], [NONE, 4.0]]), first=0, days=2)
    assert closes.on(0).priced is None
    assert closes.on(0).price.tolist() == [1, 2]
    quotes = closes.on(1)
    assert quotes.priced is not None
    assert quotes.priced.tolist() == [False, True]
    assert quotes.price.tolist() == [1, 4]


def test_days_stand_together_in_memory_whatever_came_in():
    for prices in (np.asfortranarray(np.ones((5, 3))), np.asfortranarray(np.full((5, 3), NONE))):
        closes = closes_of(prices, first=2, days=3)
        assert closes.valued.flags.c_contiguous
        assert closes.valued.shape == closes.last.shape == closes.priced.shape == (3, 3)
