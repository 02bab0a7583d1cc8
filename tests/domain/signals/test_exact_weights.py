import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.exact_weights import STEP, cash_beside, in_steps

WEIGHTS = st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=30).map(np.array)


@given(WEIGHTS)
def test_weights_and_cash_sum_to_exactly_one_in_whatever_order(raw):
    weights = in_steps(raw)
    cash = cash_beside(weights)
    every = [*weights.tolist(), cash]
    assert sum(every) == sum(reversed(every)) == math.fsum(every) == np.sum(every) == weights.sum() + cash == 1.0


@given(WEIGHTS)
def test_rounding_is_towards_nothing_and_less_than_a_step(raw):
    weights = in_steps(raw)
    assert (np.abs(weights) <= np.abs(raw)).all()
    assert (np.abs(raw - weights) < STEP).all()
    assert np.array_equal(in_steps(weights), weights)


def test_no_weight_is_minus_zero():
    assert not np.signbit(in_steps(np.array([-1e-20, -0.0]))).any()


@pytest.mark.parametrize("weights", [[0.1], [8.5, -8.5], [np.nan]])
def test_weights_whose_sums_are_rounded_are_refused(weights: list[float]) -> None:
    with pytest.raises(InvalidInput, match=r"exactly 1; give weights in steps of 2\^-48, of at most 16"):
        cash_beside(np.array(weights))
