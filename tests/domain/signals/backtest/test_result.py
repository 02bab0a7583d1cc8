import numpy as np
import pytest

from tests.domain.signals.backtest.given_weights import frame, given, run
from trimtab.domain.signals.backtest.result import by_day
from trimtab.domain.signals.backtest.rules import Rules

ROWS = np.array([[0.0], [5.0], [3.0]])


def test_rows_last_until_the_next_execution_and_nothing_is_left_after_ruin():
    executed = np.array([1, 3])
    assert by_day(ROWS, executed, days=5, ruined=None)[:, 0].tolist() == [0, 5, 5, 3, 3]
    assert by_day(ROWS, executed, days=5, ruined=4)[:, 0].tolist() == [0, 5, 5, 3, 0]
    assert by_day(ROWS[:1], executed[:0], days=2, ruined=None)[:, 0].tolist() == [0, 0]


def test_units_are_those_after_each_execution():
    found = run(frame([[10], [10], [20], [20]]), given([[0.5], [0.0], [0.0], [0.1]]), rules=Rules(cadence="daily"))
    assert len(found.positions) == 4
    assert found.units[:, 0].tolist() == [0, *found.positions[1:, 0]]
    assert found.positions[:, 0] == pytest.approx([0, 5e4, 0, 0], rel=1e-3)
    assert found.was_executed.tolist() == [True, True, True, False]
    assert found.pending.tolist() == [False, False, False, True]
