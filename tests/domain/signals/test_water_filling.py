import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.signals.water_filling import water_filled

NONE = np.zeros(3)


def test_what_is_beyond_a_cap_goes_to_the_others_in_proportion():
    # 0.6, 0.3, 0.1 of 1, at most 0.4: the level is 1.5, so 0.4, 0.45, 0.15; then 0.4 again: level 2.
    found = water_filled(np.array([0.6, 0.3, 0.1]), 1.0, floors=NONE, caps=np.full(3, 0.4))
    assert found == pytest.approx([0.4, 0.4, 0.2], abs=1e-15)


def test_a_floor_is_paid_for_by_the_others():
    found = water_filled(np.array([0.6, 0.3, 0.1]), 1.0, floors=np.array([0, 0, 0.25]), caps=np.ones(3))
    assert found == pytest.approx([0.5, 0.25, 0.25], abs=1e-15)


def test_beyond_the_caps_it_is_the_caps_and_below_the_floors_the_floors():
    shares, floors, caps = np.array([1.0, 2.0, 0.0]), np.array([0.1, 0.1, 0.05]), np.array([0.2, 0.3, 0.9])
    assert water_filled(shares, 5.0, floors=floors, caps=caps).tolist() == [0.2, 0.3, 0.05]
    assert water_filled(shares, 0.0, floors=floors, caps=caps).tolist() == [0.1, 0.1, 0.05]


def test_shares_of_very_different_sizes_keep_their_digits():
    shares = np.array([0.5, 4e-15, 1e-15])
    found = water_filled(shares, 0.5, floors=np.array([0, 0, 0.001]), caps=np.array([0.3, 0.3, 0.3]))
    assert found == pytest.approx([0.3, 0.16, 0.04], rel=1e-12)


def test_a_total_that_lies_on_a_piece_where_one_is_at_its_cap():
    assert water_filled(np.array([1.0, 1.0]), 0.4, floors=np.zeros(2), caps=np.array([0.2, 0.9])).tolist() == [0.2, 0.2]


def test_without_shares_there_are_only_floors():
    assert water_filled(NONE, 1.0, floors=np.array([0.1, 0, 0]), caps=np.ones(3)).tolist() == [0.1, 0, 0]
    assert water_filled(np.empty(0), 1.0, floors=np.empty(0), caps=np.empty(0)).tolist() == []


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5), st.integers(0, 9)), min_size=1, max_size=12),
    st.integers(0, 100),
)
def test_amounts_reach_the_total_at_one_level(drawn, total):
    shares, floors, room = (np.array(column, dtype=float) / 10 for column in zip(*drawn, strict=True))
    caps = floors + room
    found = water_filled(shares, total / 10, floors=floors, caps=caps)
    some = shares > 0
    least, most = floors.sum(), np.where(some, caps, floors).sum()
    assert found.sum() == pytest.approx(np.clip(total / 10, least, max(most, least)), abs=1e-12)
    assert ((found >= floors) & (found <= caps)).all()
    between = some & (found > floors + 1e-12) & (found < caps - 1e-12)
    levels = found[between] / shares[between]
    assert levels.size == 0 or np.ptp(levels) < 1e-9
