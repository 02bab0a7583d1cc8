from datetime import date

import numpy as np
import pytest

from tests.domain.signals.backtest.given_weights import NONE, frame
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.backtest.benchmarks import equal_weight
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.constraints import Constraints

PRICES = frame([[NONE, NONE, NONE], [10, NONE, 20], [20, NONE, 20], [20, 5, NONE], [20, 10, 30]])
DAILY = Rules(cadence="daily", lag_days=0, cost_bps=0, initial_capital=100.0)


def test_all_symbols_with_a_price_are_held_alike():
    found = equal_weight(PRICES, rules=DAILY)
    assert found.dates.tolist() == [date(2024, 1, day) for day in (2, 3, 4, 5)]
    assert found.decisions.weights == pytest.approx(
        np.array([[0.5, 0, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3]])
    )
    # On the third day C can't be sold: 75 are stuck, and 75 are left for A and B.
    assert found.equity == pytest.approx([100, 150, 150, 150 + 37.5 + 37.5])


def test_nothing_is_credited_to_a_strategy():
    found = equal_weight(PRICES, rules=DAILY)
    assert found.contribution_names == ("unattributed", "costs")
    assert found.contributions.sum(axis=0) == pytest.approx([125, 0])
    assert np.isnan(found.decisions.alpha).all()
    assert np.isnan(found.decisions.confidence).all()


def test_it_spans_the_days_of_another_run_and_is_held_to_no_constraints():
    tight = Rules(cadence="daily", lag_days=1, start=date(2024, 1, 2), constraints=Constraints(max_position_weight=0.1))
    found = equal_weight(PRICES, rules=tight, start=date(2024, 1, 3))
    assert found.dates.tolist()[0] == date(2024, 1, 3)
    assert found.decisions.weights[0] == pytest.approx([0.5, 0, 0.5])
    assert equal_weight(PRICES, rules=tight).dates.tolist()[0] == date(2024, 1, 2)


def test_a_day_without_prices_decides_for_cash():
    found = equal_weight(frame([[10, 10], [NONE, NONE], [10, 10]]), rules=DAILY)
    assert found.decisions.weights[1].tolist() == [0, 0]
    assert found.decisions.untraded.tolist() == [0, 2, 0]


def test_prices_of_nobody_are_refused():
    with pytest.raises(InvalidInput, match="There is no price from 2024-01-01 to 2024-01-02"):
        equal_weight(frame([[NONE], [NONE]]), rules=DAILY)
