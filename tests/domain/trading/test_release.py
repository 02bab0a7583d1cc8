"""Which buys may leave, and what cash there is for them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.trading.release import OrderMoney, cash_left_cents, releasable

SELL, BUY = -1, 1


def goes(*waiting: tuple[int, float, int], cash: list[int], selling: tuple[int, ...] = ()) -> list[bool]:
    """Which buys leave, each written as portfolio, progress and cost."""
    portfolio, progress, cost = zip(*waiting, strict=True) if waiting else ((), (), ())
    found = releasable(
        np.array(portfolio, dtype=np.int64),
        np.array(cost, dtype=np.int64),
        progress_pct=np.array(progress, dtype=np.float64),
        cash_cents=np.array(cash, dtype=np.int64),
        selling=np.isin(np.arange(len(cash)), selling),
    )
    return found.tolist()


def left(*orders: tuple[int, int, int, int, bool], cash: list[int]) -> list[int]:
    """What is left, each order written as portfolio, side, filled, rest, and whether it is outstanding."""
    portfolio, side, filled, rest, outstanding = zip(*orders, strict=True) if orders else ((), (), (), (), ())
    money = OrderMoney(
        portfolio=np.array(portfolio, dtype=np.int64),
        side=np.array(side, dtype=np.int8),
        filled_cents=np.array(filled, dtype=np.int64),
        rest_cents=np.array(rest, dtype=np.int64),
        outstanding=np.array(outstanding, dtype=np.bool_),
    )
    return cash_left_cents(np.array(cash, dtype=np.int64), money).tolist()


def test_what_is_nearest_its_target_gets_the_cash_that_is_there():
    assert goes((0, 40.0, 60), (0, 90.0, 60), (0, 70.0, 30), cash=[100]) == [False, True, True]


def test_equal_progress_goes_by_row():
    assert goes((0, 50.0, 60), (0, 50.0, 60), cash=[100]) == [True, False]


def test_only_whole_orders_go():
    assert goes((0, 50.0, 101), cash=[100]) == [False]
    assert goes((0, 50.0, 100), cash=[100]) == [True]


def test_what_does_not_fit_is_passed_over_when_all_is_sold():
    assert goes((0, 90.0, 80), (0, 80.0, 120), (0, 70.0, 15), (0, 60.0, 6), cash=[100]) == [True, False, True, False]


def test_nothing_overtakes_a_nearer_buy_while_cash_may_still_come():
    waiting = ((0, 90.0, 80), (0, 80.0, 120), (0, 70.0, 15))
    assert goes(*waiting, cash=[100], selling=(0,)) == [True, False, False]
    assert goes(*waiting, cash=[200], selling=(0,)) == [True, True, False]
    assert goes(*waiting, cash=[215], selling=(0,)) == [True, True, True]


def test_portfolios_do_not_share_cash_nor_wait_for_each_other():
    waiting = ((1, 90.0, 50), (0, 10.0, 50), (2, 90.0, 50), (0, 90.0, 80), (1, 80.0, 5), (2, 80.0, 5))
    assert goes(*waiting, cash=[60, 20, 20], selling=(1,)) == [False, True, False, False, False, True]


def test_a_buy_of_unknown_cost_never_goes_and_holds_up_only_where_cash_may_still_come():
    waiting = ((0, 90.0, -1), (0, 80.0, 10))
    assert goes(*waiting, cash=[100]) == [False, True]
    assert goes(*waiting, cash=[100], selling=(0,)) == [False, False]


def test_a_buy_of_less_than_half_a_cent_goes_unless_cash_is_missing():
    assert goes((0, 50.0, 0), (1, 50.0, 0), cash=[0, -1]) == [True, False]


def test_unknown_progress_comes_last():
    assert goes((0, float("nan"), 60), (0, 0.0, 60), cash=[100]) == [False, True]


def test_without_buys_or_portfolios_nothing_goes():
    assert goes(cash=[]) == goes(cash=[5, 5]) == []


def test_sells_bring_what_was_filled_and_no_hope():
    assert left((0, SELL, 30, 70, True), (0, SELL, 20, 0, False), cash=[5]) == [55]


def test_buys_take_what_was_filled_and_while_outstanding_the_rest_too():
    assert left((0, BUY, 30, 70, True), (0, BUY, 20, 40, False), cash=[150]) == [30]


def test_what_waits_takes_nothing():
    assert left((0, BUY, 0, 70, False), cash=[150]) == [150]


def test_each_portfolio_has_its_own_cash_and_may_have_overspent():
    assert left((2, BUY, 30, 0, False), (0, SELL, 10, 0, False), (2, BUY, 5, 0, False), cash=[1, 2, 3]) == [11, 2, -32]
    assert left(cash=[7]) == [7]


def test_cents_are_exact_beyond_what_floats_hold():
    assert left((0, SELL, 1, 0, False), (0, SELL, 1, 0, False), cash=[2**53]) == [2**53 + 2]


def test_what_is_given_is_left_as_it_is():
    cash = np.array([100], dtype=np.int64)
    only = np.array([0])
    releasable(only, np.array([60]), progress_pct=np.array([1.0]), cash_cents=cash, selling=np.array([False]))
    cash_left_cents(cash, OrderMoney(only, np.array([1], dtype=np.int8), np.array([60]), only, np.array([False])))
    assert cash.tolist() == [100]


buys = st.tuples(st.integers(0, 3), st.sampled_from((10.0, 50.0, 90.0)), st.integers(-1, 60))


@given(st.lists(buys, max_size=25), st.lists(st.integers(-10, 100), min_size=4, max_size=4), st.sets(st.integers(0, 3)))
def test_no_portfolio_spends_more_than_it_has_and_waiting_for_sells_releases_no_more(waiting, cash, selling):
    found = goes(*waiting, cash=cash, selling=tuple(selling))
    for portfolio in range(4):
        costs = [cost for (owner, _, cost), one in zip(waiting, found, strict=True) if one and owner == portfolio]
        assert sum(costs) <= max(cash[portfolio], 0)
    later = goes(*waiting, cash=cash)
    assert all(then or not now for now, then in zip(found, later, strict=True))
