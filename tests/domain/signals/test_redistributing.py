import numpy as np
import pytest

from trimtab.domain.signals.limits import Constraints, Limits
from trimtab.domain.signals.redistributing import capped, redistributed


def spread(target, *, held=None, sector=None, least_only=False, **rules) -> list[float]:
    n = len(target)
    limits = Limits(
        Constraints(**rules),
        np.zeros(n) if held is None else np.array(held, dtype=float),
        np.zeros(n, dtype=np.int64) if sector is None else np.array(sector),
    )
    return redistributed(np.array(target, dtype=float), limits, least_only=least_only).tolist()


def near(*wanted: float):
    return pytest.approx(list(wanted), abs=1e-12)


def test_what_is_beyond_a_position_goes_to_the_others_in_proportion():
    assert spread([0.6, 0.3, 0.1], max_position_weight=0.4) == near(0.4, 0.4, 0.2)


def test_what_has_no_room_anywhere_is_left():
    assert spread([0.6, 0.3, 0.1], max_position_weight=0.2) == near(0.2, 0.2, 0.2)


def test_a_sector_keeps_its_proportions_and_the_others_get_the_rest():
    # Sector 0 would have 0.8 and gets 0.5, as 3 to 1; the other has 0.2 and gets 0.5, as 1 to 1.
    assert spread([0.6, 0.2, 0.1, 0.1], sector=[0, 0, 1, 1], max_sector_weight=0.5) == near(0.375, 0.125, 0.25, 0.25)


def test_positions_and_sectors_are_kept_together():
    # Sector 0 gets 0.5: 0.3 and 0.2. The other could take 0.5, but each of its two only 0.3, and 4 to 1.
    found = spread([0.6, 0.2, 0.16, 0.04], sector=[0, 0, 1, 1], max_sector_weight=0.5, max_position_weight=0.3)
    assert found == near(0.3, 0.2, 0.3, 0.2)


def test_short_positions_are_left_out_or_kept_on_their_side():
    assert spread([0.5, -0.5]) == near(0.5, 0.0)
    assert spread([0.5, -0.5], long_only=False, gross_limit=0.6) == near(0.3, -0.3)


def test_of_openings_that_are_too_small_the_smallest_are_left_out_for_the_others():
    # Of 0.4, 0.3, 0.2, 0.1 the last is too small; of 1 the others have 4/9, 3/9, 2/9.
    assert spread([0.4, 0.3, 0.2, 0.1], min_trade_weight=0.15) == near(4 / 9, 3 / 9, 2 / 9, 0)
    # Ten of 0.1 each: only four of them can be opened with 0.25.
    assert spread([0.1] * 10, min_trade_weight=0.25) == near(0.25, 0.25, 0.25, 0.25, 0, 0, 0, 0, 0, 0)


def test_a_position_that_is_there_is_no_opening():
    assert spread([0.4, 0.3, 0.2, 0.1], held=[0, 0, 0, 0.3], min_trade_weight=0.15) == near(0.4, 0.3, 0.2, 0.1)
    # On the other side it is one.
    found = spread([0.4, 0.3, 0.2, -0.1], held=[0, 0, 0, 0.3], min_trade_weight=0.15, long_only=False)
    assert found == near(4 / 9, 3 / 9, 2 / 9, 0)


def test_openings_that_have_to_be_there_get_the_least_trade():
    assert spread([0.9, 0.06, 0.04], min_trade_weight=0.1, min_positions=3) == near(0.8, 0.1, 0.1)
    assert spread([0.9, 0.06, 0.04], min_trade_weight=0.1, min_positions=2) == near(0.9, 0.1, 0)
    assert spread([0.9, 0.06, 0.04], min_trade_weight=0.1, min_positions=3, least_only=True) == near(0.1, 0.1, 0.1)


def test_a_position_that_is_there_counts_among_those_that_have_to_be():
    assert spread([0.9, 0.06, 0.04], held=[0, 0.5, 0], min_trade_weight=0.1, min_positions=2) == near(0.9375, 0.0625, 0)


def test_openings_that_have_to_be_there_are_taken_where_their_sector_has_room():
    # Sector 0 has room for one of 0.2; the third symbol is taken before the second.
    found = spread([0.6, 0.3, 0.1], sector=[0, 0, 1], max_sector_weight=0.3, min_trade_weight=0.2, min_positions=2)
    assert found == near(0.3, 0, 0.3)


def test_no_more_have_to_be_opened_than_the_target_pays_for():
    assert spread([0.15, 0.1], min_trade_weight=0.1, min_positions=2) == near(0.15, 0.1)
    assert spread([0.1, 0.05], min_trade_weight=0.1, min_positions=2) == near(0.15, 0)


def test_without_a_sector_limit_caps_stay():
    limits = Limits(Constraints(), np.zeros(2), np.zeros(2, dtype=np.int64))
    caps = np.array([0.1, 0.2])
    assert capped(np.ones(2), limits, floors=np.zeros(2), caps=caps).tolist() == [0.1, 0.2]


def test_nothing_is_spread_over_nothing():
    assert spread([], max_sector_weight=0.2, min_trade_weight=0.1, min_positions=3) == []
    assert spread([0.0, 0.0]) == [0.0, 0.0]
