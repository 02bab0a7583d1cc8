import numpy as np
import pytest

from tests.domain.signals.backtest.given_weights import NONE, WIDE, frame, whole_calendar
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.backtest.closes import closes_of
from trimtab.domain.signals.backtest.executing import terms_of
from trimtab.domain.signals.backtest.ledger import Ledger
from trimtab.domain.signals.backtest.rules import Rules


def ledger(prices, *, lag_days: int = 1, cost_bps: float = 0.0) -> Ledger:
    rules = Rules(cadence="daily", lag_days=lag_days, cost_bps=cost_bps, initial_capital=100.0, constraints=WIDE)
    table = frame(prices)
    calendar, closes = whole_calendar(table, rules), closes_of(table.to_numpy(), first=0, days=len(table))
    return Ledger(closes, calendar, capital=100.0, terms=terms_of(rules))


def test_until_the_first_execution_all_is_cash():
    found = ledger([[10], [10], [10]])
    assert found.held(0).tolist() == [0]
    assert [found.next_is_due(day) for day in range(3)] == [False, True, True]
    assert (found.units[0].tolist(), found.cash_by_day().tolist(), found.equity.tolist()) == ([0], [100] * 3, [100] * 3)
    assert found.traded_on.tolist() == []


def test_days_are_valued_up_to_the_next_execution():
    found = ledger([[10], [10], [20], [40], [80]], lag_days=1)
    found.execute_next(np.array([0.5]))
    assert found.equity.tolist()[:3] == [100, 100, 150]
    assert found.held(2) == pytest.approx([100 / 150])
    found.execute_next(np.array([0.0]))
    assert found.units[:3, 0].tolist() == [0, 5, 0]
    assert found.cash_by_day().tolist() == [100, 50, 150, 150, 150]
    assert (found.traded[:, 0].tolist(), found.traded_on.tolist()) == ([5, -5], [1, 2])


def test_a_symbol_without_prices_is_worth_nothing_and_not_traded():
    found = ledger([[10, NONE], [10, NONE], [20, NONE]])
    found.execute_next(np.array([0.5, 0.5]))
    assert found.held(1).tolist() == [0.5, 0]
    assert found.equity.tolist() == [100, 100, 150]


def test_what_is_left_as_it_is_keeps_its_units_and_is_told():
    found = ledger([[10, 10], [10, 10], [20, 10], [20, 10]])
    found.execute_next(np.array([0.5, 0.0]))
    found.execute_next(np.array([0.5, 0.1]), left=np.array([True, False]))
    assert found.units[2].tolist() == pytest.approx([5, 1.5])
    assert found.left[:2].tolist() == [[False, False], [True, False]]
    assert [found.traded_since(count).tolist() for count in (0, 1, 2)] == [[True, True], [False, True], [False, False]]


def test_equity_that_falls_to_nothing_ends_it():
    # Sold short for twice the equity, the price rises by 70 %.
    found = ledger([[10], [10], [17], [1], [1]])
    found.execute_next(np.array([-2.0]))
    assert (found.ruined, found.last_day) == (2, 2)
    assert found.written_off == pytest.approx(-40)
    assert not any(found.next_is_due(day) for day in range(5))
    assert (found.units[:2, 0].tolist(), found.cash_by_day().tolist()) == ([0, -20], [100, 300, 0, 0, 0])
    assert found.equity.tolist() == [100, 100, 0, 0, 0]


def test_costs_that_take_all_end_it_without_a_trade():
    found = ledger([[10], [10], [9.4], [1]], cost_bps=500)
    found.execute_next(np.array([16.0]))
    left = 100 / 1.8
    assert found.equity[1] == pytest.approx(left)
    found.execute_next(np.array([0.0]))
    # What is left of 16 parts that lost 6 % each is 0.04 parts; selling costs 5 % of 15.04.
    assert (found.ruined, found.count) == (2, 1)
    assert found.written_off == pytest.approx(0.04 * left)
    assert found.equity.tolist()[2:] == [0, 0]


def test_more_than_can_be_counted_is_laid_to_the_prices():
    found = ledger([[1e-15], [1e15]] * 4, lag_days=0)
    for place in range(7):
        found.execute_next(np.array([1.0 - place % 2]))
    with pytest.raises(InvalidInput, match="On 2024-01-08 the portfolio is worth more than 1e") as caught:
        found.execute_next(np.array([0.0]))
    assert caught.value.field == "prices"
