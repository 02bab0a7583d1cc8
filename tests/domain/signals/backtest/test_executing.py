import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from trimtab.domain.signals.backtest.executing import Book, Quotes, Terms, execute, terms_of
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.constraints import Constraints


def book(units, cash: float, *, price=(10.0, 20.0)) -> Book:
    held = np.asarray(units, dtype=float)
    return Book(held, cash, cash + float((held * np.asarray(price)).sum()))


def quotes(price=(10.0, 20.0), *, priced=None) -> Quotes:
    return Quotes(np.asarray(price, dtype=float), None if priced is None else np.asarray(priced))


def weights(*figures: float) -> np.ndarray:
    return np.array(figures)


def test_positions_are_their_weights_of_what_costs_leave():
    # 1000 + 2.5 % of 800 = 1020.
    after = execute(weights(0.5, 0.3), book([0, 0], 1020), quotes=quotes(), terms=Terms(0.025, 1.0))
    assert after.units == pytest.approx([50, 15])
    assert [after.cash, after.equity] == pytest.approx([200, 1000])


def test_selling_costs_as_much_as_buying():
    # 1040 - 2.5 % of 840.
    after = execute(weights(0, 0), book([60, 12], 200), quotes=quotes(), terms=Terms(0.025, 1.0))
    assert after.units.tolist() == [0, 0]
    assert after.equity == pytest.approx(1040 - 0.025 * 840)
    assert after.cash == pytest.approx(after.equity)


def test_without_costs_all_of_it_is_left():
    after = execute(weights(0.5, -0.5), book([0, 0], 100), quotes=quotes(), terms=Terms(0.0, 1.0))
    assert after.units == pytest.approx([5, -2.5])
    assert (after.cash, after.equity) == (100, 100)


def test_terms_are_those_of_the_rules():
    assert terms_of(Rules(cost_bps=25, constraints=Constraints(gross_limit=1.5))) == Terms(0.0025, 1.5)


def test_what_has_no_price_that_day_keeps_its_units():
    after = execute(weights(0.3, 0.0), book([0, 3], 40), quotes=quotes(priced=[True, False]), terms=Terms(0.0, 1.0))
    assert after.units == pytest.approx([3, 3])
    after = execute(weights(0.5, 0.5), book([0, 0], 100), quotes=quotes(priced=[False, True]), terms=Terms(0.0, 1.0))
    assert after.units == pytest.approx([0, 2.5])


def test_other_weights_shrink_where_they_would_pass_the_limit_beside_what_is_stuck():
    # 60 of 100 are stuck; 40 are left for a weight of 1.
    after = execute(weights(1.0, 0.0), book([0, 3], 40), quotes=quotes(priced=[True, False]), terms=Terms(0.0, 1.0))
    assert after.units == pytest.approx([4, 3])
    # A short position takes as much room.
    short = execute(weights(1.0, 0.0), book([0, -3], 160), quotes=quotes(priced=[True, False]), terms=Terms(0.0, 1.0))
    assert short.units == pytest.approx([4, -3])


def test_what_is_left_as_it_is_takes_no_part_in_the_trade():
    # 30 of B stay, whatever its weight says; A gets half of what is left after 2.5 % of what it costs.
    left = np.array([False, True])
    after = execute(weights(0.5, 0.9), book([0, 1.5], 71.25), quotes=quotes(), terms=Terms(0.025, 1.0), left=left)
    assert after.units == pytest.approx([5, 1.5])
    assert after.equity == pytest.approx(100)
    # 60 stay, and take their room from the other one.
    beside = execute(weights(1.0, 0.5), book([0, 3], 40), quotes=quotes(), terms=Terms(0.0, 1.0), left=left)
    assert beside.units == pytest.approx([4, 3])
    both = quotes(priced=[False, True])
    nothing = execute(weights(1.0, 0.5), book([1, 3], 30), quotes=both, terms=Terms(0.05, 1.0), left=left)
    assert (nothing.units.tolist(), nothing.cash, nothing.equity) == ([1, 3], 30, 100)


def test_where_what_is_stuck_takes_all_room_the_others_are_closed():
    stuck = quotes(priced=[True, False])
    after = execute(weights(0.5, 0.0), book([1, 6], -30), quotes=stuck, terms=Terms(0.05, 1.0))
    assert after.units.tolist() == [0, 6]
    assert after.equity == pytest.approx(100 - 0.05 * 10)
    closed = execute(weights(0.0, 0.0), book([1, 6], -30), quotes=stuck, terms=Terms(0.05, 1.0))
    assert closed.units.tolist() == [0, 6]


def test_rounding_is_not_traded_but_a_position_is_always_closed():
    held = book([9.99999999999999, 1e-15], 0.0)
    after = execute(weights(1.0, 0.0), held, quotes=quotes(), terms=Terms(0.01, 1.0))
    assert after.units.tolist() == [held.units[0], 0]


def test_costs_may_leave_nothing():
    # 990 are owed for the 1000 that are held: 2 % of them are 20.
    assert execute(weights(0, 0), book([100, 0], -990), quotes=quotes(), terms=Terms(0.02, 1.0)).equity == -10


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 12), cost=st.sampled_from([0.0, 0.0005, 0.05]))
def test_it_comes_out_even_whatever_is_held_and_wanted(*, seed: int, count: int, cost: float) -> None:
    draw = np.random.default_rng(seed)
    limit = draw.choice([0.5, 1.0, 16.0])
    price, priced = draw.uniform(1, 100, count), draw.random(count) < 0.7
    units = draw.normal(size=count) * draw.choice([0.0, 1.0, 10.0]) / price
    before = book(units, 100 - float((units * price).sum()) * draw.choice([0.0, 1.0]), price=price)
    wanted = draw.normal(size=count)
    wanted = wanted / np.abs(wanted).sum() * limit * draw.choice([0.2, 1.0])
    assume(before.equity > 0)
    after = execute(wanted, before, quotes=quotes(price, priced=priced), terms=Terms(cost, limit))
    traded = (after.units - before.units) * price
    paid = cost * np.abs(traded).sum()
    assert not traded[~priced].any()
    assert after.equity == pytest.approx(before.equity - paid, abs=1e-9)
    assert after.cash + (after.units * price).sum() == pytest.approx(after.equity, abs=1e-9)
    stuck, open_ = np.abs(units * price)[~priced].sum(), wanted[priced]
    whole = open_ * after.equity
    room = max(limit * after.equity - stuck, 0.0)
    shrunk = stuck > 0 and np.abs(whole).sum() > room
    assume(after.equity > 0)
    due = whole / np.abs(whole).sum() * room if shrunk else whole
    assert (after.units * price)[priced] == pytest.approx(due, abs=1e-7)
