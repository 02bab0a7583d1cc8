import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trimtab.domain.signals.observations import column_sums, observe

NONE = np.nan


def test_a_nan_is_no_observation():
    found = observe(np.array([[0.01, NONE, NONE], [0.03, 0.02, NONE], [NONE, 0.04, NONE]]))
    assert found.n.tolist() == [2, 2, 0]
    assert found.mean == pytest.approx([0.02, 0.03, 0.0])
    assert found.values.tolist() == [[0.01, 0, 0], [0.03, 0.02, 0], [0, 0.04, 0]]
    # Both are 0.01 off their mean: the root of twice 0.0001.
    assert found.deviation[:2] == pytest.approx([0.01 * 2**0.5, 0.01 * 2**0.5], rel=1e-12)
    assert np.isnan(found.deviation[2])


def test_values_without_a_gap_are_not_copied():
    values = np.array([[0.01, 0.02], [0.03, 0.01]])
    found = observe(values)
    assert found.values is values
    assert (found.weights, found.n.tolist()) == (None, [2, 2])


@pytest.mark.parametrize("laid", [np.ascontiguousarray, np.asfortranarray])
def test_values_are_summed_however_they_lie(laid) -> None:
    assert column_sums(laid([[0.25, 1.0], [0.5, -3.0], [0.125, 0.0]])).tolist() == [0.875, -2.0]
    assert column_sums(laid(np.empty((0, 3)))).tolist() == [0.0, 0.0, 0.0]


def test_a_deviation_needs_two_values():
    assert np.isnan(observe(np.array([[0.01]])).deviation).all()
    assert np.isnan(observe(np.empty((0, 2))).deviation).all()


@pytest.mark.parametrize("value", [0.1, 1 / 3, -0.07, 5.1, 0.0])
@pytest.mark.parametrize("gap", [False, True])
def test_equal_values_do_not_vary(value: float, *, gap: bool) -> None:
    values = np.full((2_521, 2), value)
    values[0, 1] = NONE if gap else value
    assert observe(values).deviation.tolist() == [0.0, 0.0]


def test_a_small_deviation_around_a_large_mean_keeps_its_digits():
    # Sums of squares alone would lose 12 of 16 digits.
    around = 1e-6 * np.sin(np.arange(300.0))
    found = observe((0.5 + around)[:, None]).deviation[0]
    assert found == pytest.approx(np.std(0.5 + around, ddof=1), rel=1e-9)


@given(
    arrays(
        np.float64,
        st.tuples(st.integers(0, 30), st.integers(1, 4)),
        elements=st.one_of(st.just(NONE), st.integers(-90, 300).map(lambda percent: percent / 100)),
    )
)
def test_sums_are_those_of_what_is_there(values):
    found = observe(values)
    for column in range(values.shape[1]):
        there = values[~np.isnan(values[:, column]), column]
        assert found.n[column] == len(there)
        assert found.mean[column] == pytest.approx(there.mean() if len(there) else 0, abs=1e-14)
        wanted = there.std(ddof=1) if len(there) > 1 else NONE
        assert found.deviation[column] == pytest.approx(wanted, abs=1e-14, rel=1e-12, nan_ok=True)


HUGE = st.one_of(st.just(NONE), st.floats(-1e308, 1e308), st.floats(-1.0, 1.0))


@given(arrays(np.float64, (5, 3), elements=HUGE))
def test_a_deviation_is_that_of_the_values_or_none_where_their_squares_are_beyond_all_numbers(values):
    found = observe(values)
    assert not np.isinf(found.deviation).any()
    for column in range(3):
        there = values[~np.isnan(values[:, column]), column]
        if len(there) > 1 and np.abs(there).max() > 1e160:
            assert np.isnan(found.deviation[column]) or np.ptp(there) == 0


@pytest.mark.parametrize("gap", [False, True])
def test_what_is_beyond_all_numbers_is_not_said_not_to_vary(*, gap: bool) -> None:
    last = NONE if gap else 0.2
    values = np.array([[1e162, 1e308, -1e308, 1e162], [0.1, 1e308, 1e308, -1e162], [last, 0.0, -1e308, 0.0]])
    assert np.isnan(observe(values).deviation).all()
