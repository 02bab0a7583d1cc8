import numpy as np
import pytest

from tests.domain.signals.backtest.given_weights import WIDE, frame, given, run
from trimtab.domain.signals.backtest.result import Backtest
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.backtest.traded import Traded, traded_beyond, turnover_by_execution
from trimtab.domain.signals.constraints import Constraints


def two_symbols(*, cost_bps: float = 0.0) -> Backtest:
    """0.4 and 0.2 bought, then 0.04 sold of one and all of the other, whose price has doubled; the last is pending."""
    prices = frame([[10, 10], [10, 10], [10, 20], [10, 20]])
    # Of 1.2 the first is 1 / 3 by then.
    weights = [[0.4, 0.2], [0.3, 0.0], [0.3, 0.0], [0.0, 0.0]]
    return run(prices, given(weights), rules=Rules(cadence="daily", cost_bps=cost_bps))


def test_turnover_is_half_of_what_was_traded_as_a_part_of_the_equity_before_costs():
    assert turnover_by_execution(two_symbols()) == pytest.approx([0.3, (0.04 + 0.4) / 2 / 1.2, 0.0])
    dear = two_symbols(cost_bps=500)
    # 0.6 of E' cost 3 % of it.
    assert turnover_by_execution(dear)[0] == pytest.approx(0.3 / 1.03)


def counted(found: Traded) -> tuple[int, int, int]:
    return found.n_executions, found.n_above_turnover, found.n_below_min_trade


def test_executions_above_the_turnover_and_trades_below_the_least_one_are_counted():
    found = traded_beyond(two_symbols(), Constraints(max_turnover=0.2, min_trade_weight=0.05))
    # What closes a position is never too small.
    assert counted(found) == (3, 1, 1)
    assert found.largest_turnover == pytest.approx(0.3)
    at_the_limit = Constraints(max_turnover=0.3, min_trade_weight=0.03)
    assert counted(traded_beyond(two_symbols(), at_the_limit)) == (3, 0, 0)


def test_without_limits_nothing_is_beyond_them():
    found = traded_beyond(two_symbols(), Constraints())
    assert counted(found) == (3, 0, 0)
    assert found.largest_turnover == pytest.approx(0.3)


def test_where_nothing_was_executed_nothing_was_traded():
    found = run(frame([[10], [10]]), given([[1.0]]), rules=Rules(lag_days=3))
    assert traded_beyond(found, Constraints(max_turnover=0.1, min_trade_weight=0.1)) == Traded(0, 0, 0.0, 0)


def test_after_ruin_only_what_was_traded_counts():
    found = run(
        frame([[10], [10], [16], [1]]),
        given([[-2.0]] * 4, alpha=-np.ones((4, 1))),
        rules=Rules(cadence="daily", cost_bps=0, constraints=WIDE),
    )
    assert found.ruined == 2
    assert traded_beyond(found, Constraints(max_turnover=0.5)) == Traded(1, 1, 1.0, 0)
