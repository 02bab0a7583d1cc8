"""What is held, with its cash told apart."""

import numpy as np

from trimtab.domain.frameworks.reporting.held import Held


def test_cash_isnt_invested():
    held = Held(("AA", "CASH"), np.array([[1.0, 2.0], [0.0, 4.0]]), np.array([3.0, 0.0]))
    assert held.is_cash.tolist() == [False, True]
    assert held.invested.tolist() == [[1, 2, 3], [0, 0, 0]]
