"""Runs of strategies over prices, from end to end."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.signals.strategies.series_of_prices import PANELS, WAVES, frame
from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals import backtest as package
from trimtab.domain.signals.backtest import Backtest, Rules, Sizing, backtest
from trimtab.domain.signals.constraints import Constraints
from trimtab.domain.signals.strategies import (
    BollingerMeanReversion,
    BollingerParameters,
    MacdRsiConfluence,
    MacdRsiParameters,
    SignalPanel,
)

NONE = np.nan
STRATEGIES = (
    BollingerMeanReversion(BollingerParameters(window_days=4)),
    MacdRsiConfluence(MacdRsiParameters(rsi_days=2, fast_days=2, slow_days=3, signal_days=2)),
)
FLAT = frame([[10.0, 10.0], [10.0, 10.0], [20.0, 10.0], [20.0, 10.0]])
BOUND = Constraints(max_position_weight=0.6, max_turnover=0.3, long_only=False, min_trade_weight=0.01)


def panels_of(prices: pd.DataFrame) -> list[SignalPanel]:
    return [strategy.signals(prices) for strategy in STRATEGIES]


def panel(alpha, *, strategy: str = "one", prices: pd.DataFrame = FLAT) -> SignalPanel:
    values = pd.DataFrame(np.broadcast_to(alpha, prices.shape), index=prices.index, columns=prices.columns, dtype=float)
    return SignalPanel(strategy, values, values.abs(), 5, False)


def run(prices: pd.DataFrame, rules: Rules) -> Backtest:
    return backtest(prices, panels_of(prices), rules=rules)


def test_signals_are_held_from_the_day_after_the_decision_and_credited():
    rules = Rules(cost_bps=0, initial_capital=100.0)
    found = backtest(FLAT, [panel([0.6, 0.2]), panel([0.2, 0.2], strategy="two")], rules=rules)
    # Alphas are 0.4 and 0.2 on average: two parts of three in A, which doubles; 3 to 1 spoke for it.
    assert found.equity == pytest.approx([100, 100, 100 + 200 / 3, 100 + 200 / 3])
    assert found.strategies == ("one", "two")
    assert found.contributions[1] == pytest.approx([50, 50 / 3, 0, 0])


def test_signals_of_nothing_are_a_run_in_cash():
    found = backtest(FLAT, [panel(0.0)], rules=Rules(cadence="daily"))
    assert found.equity.tolist() == [1e6] * 4
    assert len(found.trades.day) == 0


def test_one_symbol_is_enough():
    prices = frame(WAVES[:60])
    found = run(prices, Rules(cadence="weekly"))
    assert len(found.trades.day) > 0
    assert np.isfinite(found.equity).all()


def test_it_starts_with_the_first_signal_of_a_strategy_that_counts_and_of_a_symbol_with_a_price():
    prices = frame([[NONE, 10.0], [10.0, 10.0], [10.0, 10.0], [10.0, 10.0]])
    early, late = np.array([[1, NONE]] * 4), np.array([[NONE, NONE]] * 2 + [[NONE, 0.5]] * 2)
    both = [panel(early, prices=prices), panel(late, strategy="two", prices=prices)]
    assert backtest(prices, both, rules=Rules()).dates.tolist()[0] == date(2024, 1, 2)
    assert backtest(prices, both, rules=Rules(weights={"one": 0.0, "two": 1.0})).dates.tolist()[0] == date(2024, 1, 3)
    assert backtest(prices, both, rules=Rules(start=date(2024, 1, 4))).dates.tolist() == [date(2024, 1, 4)]


@pytest.mark.parametrize(
    ("panels", "rules", "said"),
    [
        ([], Rules(), "There is no panel of signals"),
        ([panel(0.1)] * 2, Rules(weights={"two": 1.0}), "one has more than one panel.* weights names two, of which"),
        ([panel(0.1)], Rules(start=date(2025, 1, 1)), "start is 2025-01-01, after the last day"),
        ([panel(NONE)], Rules(), "There is no signal from 2024-01-01 to 2024-01-04: 4 days of prices"),
        (
            [panel(0.1)],
            Rules(constraints=Constraints(max_sector_weight=0.5)),
            "max_sector_weight needs a sector of each symbol",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(panels, *, rules: Rules, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        backtest(FLAT, panels, rules=rules)


def test_prices_are_checked_first():
    with pytest.raises(InvalidInput, match="A has on 2024-01-01 a price that isn't a number within"):
        backtest(FLAT * -1, [], rules=Rules())


def test_sectors_and_progress_reach_those_who_need_them():
    done: list[float] = []
    rules = Rules(constraints=Constraints(max_sector_weight=0.5))
    found = backtest(FLAT, [panel(0.5)], rules=rules, sectors={"A": "x", "B": "x"}, watch=done.append)
    assert found.decisions.weights[0].sum() == pytest.approx(0.5)
    assert done[-1] == 1.0


@pytest.mark.parametrize("method", ["proportional", "kelly", "kelly_of_trades", "risk_parity"])
@settings(max_examples=10, deadline=None)
@given(prices=PANELS, later=PANELS, day=st.integers(10, 39))
def test_nothing_that_comes_later_moves_a_run(method, *, prices: FloatColumn, later: FloatColumn, day: int) -> None:
    rules = Rules(cadence="weekly", sizing=Sizing(method=method, estimate_days=20), constraints=BOUND)
    other = np.where(np.arange(40)[:, None] > day, later, prices)
    runs = [run(frame(known), rules) for known in (prices, other, prices[: day + 1])]
    whole = runs[0]
    for found in runs[1:]:
        days = int((whole.dates <= frame(prices).index[day].to_datetime64()).sum())
        assert found.equity[:days].tobytes() == whole.equity[:days].tobytes()
        assert found.units[:days].tobytes() == whole.units[:days].tobytes()
        traded, wanted = found.trades.day < days, whole.trades.day < days
        assert found.trades.value[traded].tobytes() == whole.trades.value[wanted].tobytes()
        taken, meant = found.decisions.decided < days, whole.decisions.decided < days
        assert found.decisions.weights[taken].tobytes() == whole.decisions.weights[meant].tobytes()


def test_the_package_offers_what_it_says():
    assert package.__all__ == sorted(package.__all__)
    assert all(hasattr(package, name) for name in package.__all__)
