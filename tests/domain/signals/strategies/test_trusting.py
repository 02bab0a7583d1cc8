"""Nothing that a strategy answers is taken for granted."""

from collections.abc import Callable
from typing import Any

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
)
from trimtab.domain.signals.strategies.panel import framed
from trimtab.domain.signals.strategies.strategy_failed import StrategyFailed
from trimtab.domain.signals.strategies.trusting import checked_signals, looks_ahead

NONE = np.nan
SHORT: list[Strategy] = [
    BollingerMeanReversion(BollingerParameters(window_days=4)),
    MacdRsiConfluence(MacdRsiParameters(rsi_days=2, fast_days=2, slow_days=3, signal_days=2)),
    MomentumRank(MomentumParameters(lookback_days=5, skip_days=1, min_symbols=2)),
]
STEP = np.arange(90)
PRICES = frame(np.column_stack([100 + 9 * np.sin(STEP), 50 + STEP, 80 + 7 * np.cos(3 * STEP)]))


def signs(prices: pd.DataFrame) -> pd.DataFrame:
    """1 where a price rose, -1 where it fell."""
    return framed(np.sign(prices.diff().to_numpy()), prices)


SIGNS = signs(PRICES)


class Plugged:
    """A strategy whose signals are what a test says."""

    name = "plugged"
    readme = "# Plugged"
    history_days = 1
    parameters = Parameters()

    def __init__(self, signals: Callable[[pd.DataFrame], Any]) -> None:
        self._signals = signals

    def signals(self, prices: pd.DataFrame) -> Any:
        return self._signals(prices)


def panel(sound: pd.DataFrame = SIGNS, **changes: Any) -> SignalPanel:
    """A sound panel with some fields changed, past the checks that a panel makes of itself."""
    made = SignalPanel("plugged", sound, sound.abs(), 5, False, {"step": sound}, {"least": 0})
    for name, value in changes.items():
        object.__setattr__(made, name, value)
    return made


def reason(answer: Any, prices: pd.DataFrame = PRICES) -> str:
    """What is said of a strategy that answers this."""
    with pytest.raises(StrategyFailed) as failed:
        checked_signals(Plugged(answer if callable(answer) else lambda _: answer), prices)
    assert failed.value.strategy == "plugged"
    return failed.value.reason


@pytest.mark.parametrize("strategy", SHORT, ids=lambda strategy: strategy.name)
@settings(max_examples=25)
@given(prices=PANELS)
def test_our_own_pass_unchanged_and_never_look_ahead(strategy: Strategy, *, prices: FloatColumn) -> None:
    checked, plain = checked_signals(strategy, frame(prices)), strategy.signals(frame(prices))
    assert checked.alpha.equals(plain.alpha)
    assert checked.confidence.equals(plain.confidence)
    assert all(checked.indicators[name].equals(found) for name, found in plain.indicators.items())
    assert (checked.strategy, checked.horizon_days) == (plain.strategy, plain.horizon_days)
    assert looks_ahead(strategy, frame(prices), panel=checked) is None


def test_the_panel_is_a_copy_that_nobody_else_can_change():
    alpha = SIGNS.copy()
    found = checked_signals(Plugged(lambda _: panel(alpha)), PRICES)
    alpha.iloc[5] = -1.0
    assert found.alpha.equals(SIGNS)
    assert found.indicators["step"].equals(SIGNS)
    assert found.thresholds == {"least": 0.0}


def test_prices_that_are_none_are_not_the_strategys_fault():
    with pytest.raises(InvalidInput) as refused:
        checked_signals(Plugged(panel), PRICES * 0)
    assert not isinstance(refused.value, StrategyFailed)


def test_whatever_it_raises_is_told_in_a_line():
    def fails(prices: pd.DataFrame) -> SignalPanel:
        raise ZeroDivisionError("by\nzero")

    assert reason(fails) == "It raised ZeroDivisionError: by zero."
    assert reason(lambda prices: prices["\u202eX"]) == "It raised KeyError: '\\u202eX'."


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_program_passes(stop: type[BaseException]) -> None:
    def ends(prices: pd.DataFrame) -> SignalPanel:
        raise stop

    with pytest.raises(stop):
        checked_signals(Plugged(ends), PRICES)


def test_an_answer_is_a_panel():
    class Other(SignalPanel):
        __slots__ = ()

    assert reason(None) == "It answered a NoneType, not a SignalPanel."
    assert reason(SIGNS) == "It answered a DataFrame, not a SignalPanel."
    assert reason(Other("plugged", SIGNS, SIGNS.abs(), 5, False)) == "It answered a Other, not a SignalPanel."


def test_a_panel_whose_checks_were_gone_round_is_checked_again():
    assert reason(panel(alpha=SIGNS * 2)) == "alpha holds a value that isn't within -1 and 1."
    assert reason(panel(confidence=SIGNS)) == "confidence holds a value that isn't within 0 and 1."
    assert reason(panel(horizon_days=0)).startswith("horizon_days is 0; give")
    assert reason(object.__new__(SignalPanel)) == (
        "Its signals are under another name than its own. volatility_adjusted is neither True nor False. indicators "
        "aren't by names (small letters, digits and underscores, a letter first, at most 64). thresholds aren't by "
        "names (small letters, digits and underscores, a letter first, at most 64). alpha isn't a DataFrame. "
        "confidence isn't a DataFrame."
    )


def test_signals_have_the_dates_and_symbols_of_the_prices():
    for other in (SIGNS[1:], SIGNS[["A", "B"]], SIGNS.rename(columns={"A": "Z"}), SIGNS.set_index(STEP)):
        assert reason(panel(other)).startswith("alpha has other dates or symbols than the prices.")
    assert reason(panel(indicators={"step": SIGNS[1:]})) == "step has other dates or symbols than the prices."


def test_frames_hold_floats():
    assert reason(panel(alpha=SIGNS.fillna(0).astype(int))) == "alpha holds something else than floats."
    assert reason(panel(confidence=SIGNS.astype("Float64"))) == "confidence holds something else than floats."
    assert checked_signals(Plugged(lambda _: panel(SIGNS.astype(np.float32))), PRICES).alpha.equals(SIGNS)


def test_names_are_names_and_thresholds_numbers():
    assert reason(panel(strategy="momentum_rank")) == "Its signals are under another name than its own."
    assert reason(panel(volatility_adjusted=1)) == "volatility_adjusted is neither True nor False."
    assert reason(panel(indicators={"A B": SIGNS})).startswith("indicators aren't by names")
    assert reason(panel(thresholds={7: 1.0})).startswith("thresholds aren't by names")
    for value in (np.inf, NONE, True, "30"):
        assert reason(panel(thresholds={"least": value})) == "A threshold isn't a finite number."


def test_a_symbol_without_a_price_has_no_signal_that_day():
    prices = PRICES.mask((PRICES.index == PRICES.index[7])[:, None] & (PRICES.columns == "B"))
    assert reason(panel(), prices) == "It gives B a signal on a day on which that has no price."
    assert checked_signals(Plugged(lambda prices: panel(SIGNS.where(prices.notna()))), prices).alpha["B"].count() == 88


def test_prices_stay_as_they_are():
    before = PRICES.copy()

    def spoils(prices: pd.DataFrame) -> SignalPanel:
        prices.iloc[3] = 1.0
        return panel()

    assert reason(spoils) == "It changed the prices that it was given."
    pd.testing.assert_frame_equal(PRICES, before)


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
    strategy = Plugged(signals)
    found = looks_ahead(strategy, prices, panel=checked_signals(strategy, prices))
    assert found is not None
    assert prices.index[0].date() <= found < prices.index[-1].date()


def test_the_first_date_that_moved_is_told():
    def from_the_third(prices: pd.DataFrame) -> SignalPanel:
        alpha = signs(prices)
        alpha.iloc[2] = alpha.iloc[2] * len(prices) / 100
        return panel(alpha)

    strategy = Plugged(from_the_third)
    assert looks_ahead(strategy, PRICES, panel=checked_signals(strategy, PRICES)) == PRICES.index[2].date()


def test_chance_is_found_as_well():
    chosen = np.random.default_rng(7)
    strategy = Plugged(lambda prices: panel(framed(chosen.uniform(-1, 1, prices.shape), prices).where(prices > 0)))
    assert looks_ahead(strategy, PRICES, panel=checked_signals(strategy, PRICES)) == PRICES.index[0].date()


def test_who_has_no_signals_for_other_prices_fails():
    def only_this_long(prices: pd.DataFrame) -> SignalPanel:
        assert len(prices) == len(PRICES), "too short"
        return panel()

    with pytest.raises(StrategyFailed, match="AssertionError: too short"):
        looks_ahead(Plugged(only_this_long), PRICES, panel=panel())


@pytest.mark.parametrize("length", [0, 1, 2, 3])
@settings(max_examples=5)
@given(seed=st.integers(0, 99))
def test_few_days_are_looked_at_as_far_as_they_go(length: int, *, seed: int) -> None:
    prices = frame(np.random.default_rng(seed).uniform(1, 9, (length, 2)))
    strategy = SHORT[2]
    assert looks_ahead(strategy, prices, panel=checked_signals(strategy, prices)) is None
    ahead = Plugged(lambda prices: panel(signs(prices).shift(-1)))
    assert (looks_ahead(ahead, prices, panel=checked_signals(ahead, prices)) is None) is (length < 2)


def test_days_of_other_weeks_will_do_where_there_are_no_others():
    prices = PRICES.set_index(pd.date_range("2024-01-01", periods=len(PRICES), freq="MS"))
    ahead, honest = Plugged(of_tomorrow), Plugged(lambda prices: panel(signs(prices)))
    assert looks_ahead(ahead, prices, panel=checked_signals(ahead, prices)) is not None
    assert looks_ahead(honest, prices, panel=checked_signals(honest, prices)) is None
