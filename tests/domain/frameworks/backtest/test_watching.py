"""The next day that decides."""

import numpy as np

from tests.domain.frameworks.backtest.drawn_prices import closes
from trimtab.domain.frameworks.backtest.plan import Plan
from trimtab.domain.frameworks.backtest.staging import stage_of
from trimtab.domain.frameworks.backtest.watching import Watched, watched_days
from trimtab.domain.frameworks.methods import Mode

DAYS = 150


def watched(mode: Mode, *, rising_from: int = DAYS) -> Watched:
    """Half and half in two assets; A doubles on a day."""
    prices = closes([[1, 1]] * rising_from + [[2, 1]] * (DAYS - rising_from))
    plan = Plan({"A": 0.5, "B": 0.5}, cadence="M", absolute_band_bps=1000)
    return watched_days(stage_of(prices, plan), plan, mode=mode, flows=np.zeros(DAYS))


def test_static_never_decides_again():
    assert watched("static").next_from(1, np.ones(2), cash=0.0) is None


def test_periods_decide_on_their_first_day_whatever_the_weights():
    days = watched("periodic")
    # The first of February is a Thursday, 23 trading days after the first of January.
    assert days.next_from(1, np.ones(2), cash=0.0) == 23
    assert days.next_from(23, np.ones(2), cash=0.0) == 23
    assert days.next_from(DAYS - 1, np.ones(2), cash=0.0) is None


def test_bands_decide_on_the_first_day_that_is_out_however_far_it_is():
    for day in (1, 31, 32, 33, 95, 96, 97, DAYS - 1):
        assert watched("band", rising_from=day).next_from(1, np.ones(2), cash=0.0) == day
    assert watched("band").next_from(1, np.ones(2), cash=0.0) is None
    assert watched("band").next_from(DAYS, np.ones(2), cash=0.0) is None


def test_cash_is_a_part_of_the_whole():
    assert watched("band").next_from(5, np.ones(2), cash=1.0) == 5


def test_both_decide_on_the_first_day_of_a_period_that_is_out():
    # 24 is the second of February, 44 the first of March.
    assert watched("cadence_and_band", rising_from=24).next_from(1, np.ones(2), cash=0.0) == 44
