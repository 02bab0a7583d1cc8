import numpy as np

from trimtab.domain.signals.quotients import quotient


def test_a_quotient_is_of_what_is_above_and_what_is_below():
    assert quotient(np.array([3.0, -1.0]), np.array([2, 4])).tolist() == [1.5, -0.25]


def test_without_something_greater_than_0_below_there_is_none():
    assert np.isnan(quotient(np.array([1.0, 0.0, 1.0, 1.0]), np.array([0.0, 0.0, -2.0, np.nan]))).all()


def test_a_quotient_beyond_all_numbers_is_none():
    assert np.isnan(quotient(np.array([1e300, np.inf]), np.array([1e-300, 2.0]))).all()
