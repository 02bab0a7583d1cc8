import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trimtab.domain.columns import IntColumn
from trimtab.domain.trading.segments import (
    grouped_sum,
    order_in_segments,
    running_sum_before,
    running_sum_by_key,
    segment_rows,
    segment_sum,
    starts_of,
)

WITH_EMPTY = np.array([0, 2, 2, 3])  # rows 0 and 1, none, row 2


def test_starts_find_every_segment_also_an_empty_one():
    assert starts_of(np.array([0, 0, 2]), 3).tolist() == WITH_EMPTY.tolist()
    assert segment_rows(WITH_EMPTY).tolist() == [0, 0, 2]


@pytest.mark.parametrize(
    ("start", "values", "sums"),
    [
        (WITH_EMPTY, [1.0, 2.0, 4.0], [3.0, 0.0, 4.0]),
        (np.array([0, 1, 3]), [1.0, 2.0, 4.0], [1.0, 6.0]),
        (np.array([0, 0, 0]), [], [0.0, 0.0]),
        (np.array([0]), [], []),
    ],
)
def test_a_segments_sum_is_of_its_own_rows(start: IntColumn, values: list[float], sums: list[float]) -> None:
    assert segment_sum(np.array(values), start).tolist() == sums


def test_a_groups_sum_takes_rows_in_any_order():
    assert grouped_sum(np.array([2, 0, 2]), np.array([1.0, 2.0, 4.0]), count=4).tolist() == [2.0, 0.0, 5.0, 0.0]
    assert grouped_sum(np.array([], dtype=np.int64), np.array([]), count=2).tolist() == [0.0, 0.0]


def test_a_running_sum_restarts_in_each_segment():
    # 1e16 + 1 is 1e16: a sum over all rows would carry the first segment's rounding into the second.
    values = np.array([1e16, 1.0, 0.25, 0.5, 0.125])
    assert running_sum_before(values, np.array([0, 2, 5])).tolist() == [0.0, 1e16, 0.0, 0.25, 0.75]
    assert running_sum_before(np.array([]), np.array([0])).tolist() == []


short = st.lists(st.sampled_from((1.0, 2.0, 3.0)), max_size=3)
UNEVEN = [[1.0, 2.0] * 100, *([[3.0]] * 100), [], [2.0, 2.0]]
"""One long segment among many short ones: as a matrix these 302 rows would have 20,400 cells."""


@example(UNEVEN)
@given(st.lists(short, max_size=20))
def test_rows_are_ordered_by_falling_key_within_their_segment_and_ties_keep_their_order(segments):
    keys = [key for segment in segments for key in segment]
    start = np.cumsum([0, *(len(segment) for segment in segments)])
    owner = [number for number, segment in enumerate(segments) for _ in segment]
    expected = sorted(range(len(keys)), key=lambda row: (owner[row], -keys[row], row))
    assert order_in_segments(np.array(keys, dtype=np.float64), start).tolist() == expected


@example(UNEVEN)
@given(st.lists(short, max_size=20))
def test_a_sum_by_key_is_of_the_larger_and_earlier_equal_keys_of_the_segment(segments):
    keys = [key for segment in segments for key in segment]
    start = np.cumsum([0, *(len(segment) for segment in segments)])
    values = np.arange(1.0, len(keys) + 1)
    expected = [
        sum(values[first + other] for other, key in enumerate(segment) if (-key, other) < (-segment[place], place))
        for first, segment in zip(start, segments, strict=False)
        for place in range(len(segment))
    ]
    found = running_sum_by_key(values, np.array(keys, dtype=np.float64), start=start)
    assert found.tolist() == expected
