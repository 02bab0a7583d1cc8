"""Strategies whose signals rest on what comes later are found, on whatever days they do."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.signals.strategies.series_of_prices import PANELS, frame
from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.strategies import (
    BollingerMeanReversion,
    BollingerParameters,
    MacdRsiConfluence,
    MacdRsiParameters,
    MomentumParameters,
    MomentumRank,
    Parameters,
    SignalPanel,
    Strategy,
    looking_ahead,
)
from trimtab.domain.signals.strategies.looking_ahead import proven_signals
from trimtab.domain.signals.strategies.panel import framed
from trimtab.domain.signals.strategies.strategy_failed import StrategyFailed

NONE = np.nan
NO_PARAMETERS = Parameters()
SHORT: list[Strategy] = [
    BollingerMeanReversion(BollingerParameters(window_days=4)),
    MacdRsiConfluence(MacdRsiParameters(rsi_days=2, fast_days=2, slow_days=3, signal_days=2)),
    MomentumRank(MomentumParameters(lookback_days=5, skip_days=1, min_symbols=2)),
]
STEP = np.arange(90)
PRICES = frame(np.column_stack([100 + 9 * np.sin(STEP), 50 + STEP, 80 + 7 * np.cos(3 * STEP)]))
YEARS = frame(100 * np.exp(np.random.default_rng(3).normal(0, 0.01, (1_300, 3)).cumsum(axis=0))).set_index(
    pd.bdate_range("2020-01-01", periods=1_300)
)


def signs(prices: pd.DataFrame) -> pd.DataFrame:
    """1 where a price rose, -1 where it fell."""
    return framed(np.sign(prices.diff().to_numpy()), prices)


def panel(alpha: pd.DataFrame, **changes: Any) -> SignalPanel:
    """A sound panel with some fields changed."""
    fields: dict[str, Any] = {"confidence": alpha.abs(), "horizon_days": 5, "volatility_adjusted": False, **changes}
    return SignalPanel("plugged", alpha, **fields)


class Plugged:
    """As a package of somebody else may have it."""

    name = "plugged"
    readme = "# Plugged"
    history_days = 1

    def __init__(self, parameters: Parameters = NO_PARAMETERS) -> None:
        self.parameters = parameters

    def signals(self, prices: pd.DataFrame) -> SignalPanel:
        return panel(signs(prices))


def plugged(signals: Callable[[pd.DataFrame], SignalPanel]) -> Strategy:
    """A strategy whose signals are what a test says."""

    class Told(Plugged):
        def signals(self, prices: pd.DataFrame) -> SignalPanel:
            return signals(prices)

    return Told()


def reason(strategy: Strategy, prices: pd.DataFrame = PRICES) -> str:
    """What is said of a strategy of which something else is found than signals."""
    with pytest.raises(StrategyFailed) as failed:
        proven_signals(strategy, prices)
    return failed.value.reason


@pytest.mark.parametrize("strategy", SHORT, ids=lambda strategy: strategy.name)
@settings(max_examples=8)
@given(prices=PANELS)
def test_our_own_never_look_ahead(strategy: Strategy, *, prices: FloatColumn) -> None:
    assert proven_signals(strategy, frame(prices)).alpha.equals(strategy.signals(frame(prices)).alpha)


def scaled_by_all(prices: pd.DataFrame) -> SignalPanel:
    changes = prices.diff()
    return panel(changes / changes.abs().max())


def of_tomorrow(prices: pd.DataFrame) -> SignalPanel:
    return panel(signs(prices).shift(-1))


def of_the_end_of_the_week(prices: pd.DataFrame) -> SignalPanel:
    last = prices.groupby(pd.DatetimeIndex(prices.index).to_period("W")).transform("last")
    return panel(framed(np.sign((last - prices).to_numpy()), prices))


def of_the_end_of_the_month(prices: pd.DataFrame) -> SignalPanel:
    last = prices.groupby(pd.DatetimeIndex(prices.index).to_period("M")).transform("last")
    return panel(framed(np.sign((last - prices).to_numpy()), prices))


def of_who_stays(prices: pd.DataFrame) -> SignalPanel:
    return panel(signs(prices.dropna(axis=1)).reindex(columns=prices.columns))


def only_today(prices: pd.DataFrame) -> SignalPanel:
    alpha = prices * NONE
    alpha.iloc[-1] = signs(prices).iloc[-1]
    return panel(alpha)


def sure_afterwards(prices: pd.DataFrame) -> SignalPanel:
    return panel(signs(prices), confidence=signs(prices).abs() * (prices / prices.max()))


def shown_afterwards(prices: pd.DataFrame) -> SignalPanel:
    return panel(signs(prices), indicators={"share": prices / prices.max()})


def meant_for_as_long_as_there_is(prices: pd.DataFrame) -> SignalPanel:
    return panel(signs(prices), horizon_days=len(prices))


@pytest.mark.parametrize(
    "signals",
    [
        scaled_by_all,
        of_tomorrow,
        of_the_end_of_the_week,
        of_the_end_of_the_month,
        of_who_stays,
        only_today,
        sure_afterwards,
        shown_afterwards,
        meant_for_as_long_as_there_is,
    ],
)
@pytest.mark.parametrize("dates", ["D", "B"])
def test_who_looks_ahead_is_found(signals: Callable[[pd.DataFrame], SignalPanel], dates: str) -> None:
    prices = PRICES.set_index(pd.date_range("2024-01-01", periods=len(PRICES), freq=dates))
    assert reason(plugged(signals), prices).startswith("It looks ahead: its signals of 2024-0")


DAYS: dict[str, Callable[[pd.DatetimeIndex], Any]] = {
    "Mondays": lambda dates: dates.day_of_week == 0,
    "Tuesdays": lambda dates: dates.day_of_week == 1,
    "Fridays": lambda dates: dates.day_of_week == 4,
    "last days of months": lambda dates: dates.month != (dates + pd.offsets.BDay(1)).month,
    "first days of months": lambda dates: dates.month != (dates - pd.offsets.BDay(1)).month,
    "March": lambda dates: dates.month == 3,
    "December": lambda dates: dates.month == 12,
}


@pytest.mark.parametrize("days", DAYS)
@pytest.mark.parametrize("otherwise", ["honest", 0.0, NONE])
def test_who_looks_ahead_on_some_days_only_is_found(days: str, otherwise: str | float) -> None:
    def signals(prices: pd.DataFrame) -> SignalPanel:
        there = framed(
            np.broadcast_to(np.asarray(DAYS[days](pd.DatetimeIndex(prices.index)))[:, None], prices.shape), prices
        )
        honest = signs(prices) if otherwise == "honest" else framed(np.full(prices.shape, otherwise), prices)
        return panel(honest.mask(there, signs(prices).shift(-1).fillna(0.0)).where(prices.notna()))

    assert reason(plugged(signals), YEARS[["A"]]).startswith("It looks ahead: its signals of 202")


@pytest.mark.parametrize(
    "signals",
    [
        lambda prices: prices * 0.0,
        lambda prices: prices * 0.0 + 1.0,
        lambda prices: prices * 0.0 + (prices.index.month.to_numpy() < 6)[:, None],
        lambda prices: prices.diff(21) / prices.diff().abs().rolling(21).sum(),
        lambda prices: signs(prices)[prices.index.day_of_week == 4].reindex(prices.index),
    ],
    ids=["always 0", "always 1", "by the month", "of the last month", "on Fridays"],
)
def test_who_does_not_look_ahead_is_trusted(signals: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    found = proven_signals(plugged(lambda prices: panel(signals(prices).clip(-1, 1))), YEARS)
    assert found.alpha.equals(signals(YEARS).clip(-1, 1))


def test_the_first_date_that_moved_is_told():
    def from_the_third(prices: pd.DataFrame) -> SignalPanel:
        alpha = signs(prices)
        alpha.iloc[2:3] *= len(prices) / 200
        return panel(alpha)

    assert reason(plugged(from_the_third)).startswith("It looks ahead: its signals of 2024-01-03 change when later")


def test_chance_is_found_as_well():
    chosen = np.random.default_rng(7)
    strategy = plugged(lambda prices: panel(framed(chosen.uniform(-1, 1, prices.shape), prices).where(prices > 0)))
    assert reason(strategy).startswith("It looks ahead: its signals of 2024-01-01")


def keeping(key: Callable[[pd.DataFrame], object]) -> Strategy:
    """Keeps by some key, in its class, what it once knew of all prices."""

    class Keeping(Plugged):
        kept: ClassVar[dict[object, pd.DataFrame]] = {}

        def signals(self, prices: pd.DataFrame) -> SignalPanel:
            known = self.kept.setdefault(key(prices), signs(prices).shift(-5).fillna(0.0))
            return panel(known.reindex(index=prices.index, columns=prices.columns).where(prices.notna()))

    return Keeping()


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (lambda prices: (prices.index[0], tuple(prices.columns)), "It gives signals of other prices than it is asked"),
        (lambda prices: tuple(prices.columns), "It gives signals of other prices than it is asked"),
        (lambda prices: (prices.index[0], prices.index[-1]), "It looks ahead: its signals of 2020-01-"),
        (len, "It looks ahead: its signals of 2020-01-"),
    ],
    ids=["first day and symbols", "symbols", "both days", "length"],
)
def test_who_keeps_signals_of_other_prices_hides_nothing_by_it(
    key: Callable[[pd.DataFrame], object], said: str
) -> None:
    assert reason(keeping(key), YEARS).startswith(said)


def test_what_an_instance_keeps_hides_nothing():
    class Keeping(Plugged):
        def signals(self, prices: pd.DataFrame) -> SignalPanel:
            self.known = getattr(self, "known", signs(prices).shift(-1))
            return panel(self.known.reindex(prices.index))

    assert reason(Keeping()).startswith("It looks ahead")


def test_who_has_no_signals_for_other_prices_fails():
    def only_this_long(prices: pd.DataFrame) -> SignalPanel:
        if len(prices) < len(PRICES):
            raise ValueError("too short")
        return panel(signs(prices))

    assert reason(plugged(only_this_long)) == (
        "It raised ValueError: too short. It was asked about other prices, to see whether it looks ahead."
    )


def test_who_fails_anyway_is_told_nothing_of_other_prices():
    assert reason(plugged(lambda prices: panel(prices[[7]]))).startswith("It raised KeyError: ")


def test_who_fails_once_fails_that_time():
    left = [MemoryError("not now")]

    def signals(prices: pd.DataFrame) -> SignalPanel:
        if left:
            raise left.pop()
        return panel(signs(prices))

    strategy = plugged(signals)
    assert reason(strategy).startswith("It raised MemoryError: not now. It was asked about other prices")
    assert proven_signals(strategy, PRICES).alpha.equals(signs(PRICES))


def test_prices_that_are_none_are_not_the_strategys_fault():
    with pytest.raises(InvalidInput) as refused:
        proven_signals(Plugged(), PRICES * 0)
    assert not isinstance(refused.value, StrategyFailed)


def test_of_many_prices_fewer_days_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def signals(prices: pd.DataFrame) -> SignalPanel:
        asked.append(len(prices))
        return panel(signs(prices))

    counts = []
    for most in (looking_ahead.MOST_TRIED, 10_000, 0):
        monkeypatch.setattr(looking_ahead, "MOST_TRIED", most)
        asked.clear()
        proven_signals(plugged(signals), YEARS)
        counts.append(len(asked))
    assert counts[0] == 2 + 18
    assert 2 + 3 < counts[1] < 2 + 18
    assert counts[2] == 2 + 3


@pytest.mark.parametrize("length", [0, 1, 2, 3])
@settings(max_examples=5)
@given(seed=st.integers(0, 99))
def test_few_days_are_looked_at_as_far_as_they_go(length: int, *, seed: int) -> None:
    prices = frame(np.random.default_rng(seed).uniform(1, 9, (length, 2)))
    assert proven_signals(SHORT[2], prices).alpha.shape == (length, 2)
    ahead = plugged(of_tomorrow)
    if length < 2:
        assert proven_signals(ahead, prices).alpha.isna().all(axis=None)
    else:
        assert reason(ahead, prices).startswith("It looks ahead")


def test_days_of_other_weeks_will_do_where_there_are_no_others():
    prices = PRICES.set_index(pd.date_range("2024-01-01", periods=len(PRICES), freq="MS"))
    assert reason(plugged(of_tomorrow), prices).startswith("It looks ahead")
    assert proven_signals(Plugged(), prices).alpha.equals(signs(prices))
