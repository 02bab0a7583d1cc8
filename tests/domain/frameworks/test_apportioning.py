"""Steps are whole, sum to the whole, and none is a step from its quota."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.frameworks.apportioning import apportioned, scaled


def test_what_is_left_goes_to_the_largest_remainders_and_the_first_of_equals() -> None:
    assert apportioned([Fraction(5, 2), Fraction(7, 4), Fraction(11, 4)], 7) == [2, 2, 3]
    assert scaled([1, 1, 1], 100) == [34, 33, 33]
    assert apportioned([], 0) == []


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any), st.integers(0, 10**6))
def test_steps_sum_to_the_whole_and_are_less_than_one_from_their_quotas(parts: list[int], whole: int) -> None:
    steps = scaled(parts, whole)
    assert sum(steps) == whole
    assert all(abs(step - Fraction(part * whole, sum(parts))) < 1 for step, part in zip(steps, parts, strict=True))
