"""The best of many are those that sorting all would put first."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.frameworks.mapping.ranking import best


@given(st.lists(st.integers(0, 5)), st.integers(1, 8))
def test_the_best_stand_first_and_equal_ones_in_their_order(scores: list[int], most: int) -> None:
    expected = sorted(range(len(scores)), key=lambda at: (-scores[at], at))[:most]
    assert best(np.array(scores, dtype=np.float64), most=most).tolist() == expected
