import numpy as np

from trimtab.domain.signals.backtest.crediting import credited

GAINS = np.array([[10.0], [20.0], [40.0]])
CREDIT = np.array([[[1.0, 0.0]], [[0.25, 0.75]], [[0.0, 0.0]]])


def column(*figures: float) -> np.ndarray:
    return np.array(figures)[:, None]


def spoken(*figures: bool) -> np.ndarray:
    return np.array(figures)[:, None]


def test_a_gain_goes_to_those_who_spoke_for_the_position():
    found = credited(GAINS[:2], column(1, 1), spoken=spoken(True, True), credit=CREDIT[:2])
    assert found.tolist() == [[10, 0, 0], [5, 15, 0]]


def test_a_position_that_nobody_speaks_for_any_more_is_credited_as_before():
    found = credited(GAINS, column(1, 2, 2), spoken=spoken(True, True, False), credit=CREDIT)
    assert found.tolist() == [[10, 0, 0], [5, 15, 0], [10, 30, 0]]


def test_a_position_that_nobody_ever_spoke_for_is_credited_to_nobody():
    found = credited(GAINS, column(1, 1, 1), spoken=spoken(False, True, False), credit=CREDIT)
    assert found.tolist() == [[0, 0, 10], [5, 15, 0], [10, 30, 0]]


def test_a_position_that_was_closed_or_turned_round_begins_anew():
    for second in (0.0, -1.0):
        found = credited(GAINS, column(1, second, 1), spoken=spoken(True, False, False), credit=CREDIT)
        assert found.tolist() == [[10, 0, 0], [0, 0, 20], [0, 0, 40]]


def test_symbols_are_credited_each_for_itself():
    credit = np.stack([CREDIT[:2, 0], np.array([[0.0, 1.0], [0.0, 1.0]])], axis=1)
    says = np.array([[True, False], [False, True]])
    found = credited(np.array([[1.0, 2.0], [4.0, 8.0]]), np.ones((2, 2)), spoken=says, credit=credit)
    assert found.tolist() == [[1, 0, 2], [4, 8, 0]]


def test_without_executions_or_strategies_nothing_is_credited():
    assert credited(GAINS[:0], GAINS[:0], spoken=spoken(), credit=CREDIT[:0]).shape == (0, 3)
    found = credited(GAINS, GAINS, spoken=spoken(False, False, False), credit=np.zeros((3, 1, 0)))
    assert found.tolist() == [[10], [20], [40]]
