"""Nothing that a strategy answers is taken for granted."""

from asyncio import CancelledError
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

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
from trimtab.domain.signals.strategies.trusting import checked_signals

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


@dataclass(frozen=True, slots=True)
class Days(Parameters):
    days: int = 3


class Plugged:
    """As a package of somebody else may have it."""

    name = "plugged"
    readme = "# Plugged"
    history_days = 1

    def __init__(self, parameters: Days = Days()) -> None:
        self.parameters = parameters

    def signals(self, prices: pd.DataFrame) -> Any:
        return panel(signs(prices))


def plugged(signals: Callable[[pd.DataFrame], Any]) -> Strategy:
    """A strategy whose signals are what a test says."""

    class Told(Plugged):
        def signals(self, prices: pd.DataFrame) -> Any:
            return signals(prices)

    return Told()


def panel(sound: pd.DataFrame = SIGNS, **changes: Any) -> SignalPanel:
    """A sound panel with some fields changed, past the checks that a panel makes of itself."""
    made = SignalPanel("plugged", sound, sound.abs(), 5, False, {"step": sound}, {"least": 0})
    for name, value in changes.items():
        object.__setattr__(made, name, value)
    return made


def reason(answer: Any, prices: pd.DataFrame = PRICES) -> str:
    """What is said of a strategy that answers this."""
    with pytest.raises(StrategyFailed) as failed:
        checked_signals(plugged(answer if callable(answer) else lambda _: answer), prices)
    assert failed.value.strategy == "plugged"
    return failed.value.reason


@pytest.mark.parametrize("strategy", SHORT, ids=lambda strategy: strategy.name)
@settings(max_examples=25)
@given(prices=PANELS)
def test_our_own_pass_unchanged(strategy: Strategy, *, prices: FloatColumn) -> None:
    checked, plain = checked_signals(strategy, frame(prices)), strategy.signals(frame(prices))
    assert checked.alpha.equals(plain.alpha)
    assert checked.confidence.equals(plain.confidence)
    assert all(checked.indicators[name].equals(found) for name, found in plain.indicators.items())
    assert (checked.strategy, checked.horizon_days) == (plain.strategy, plain.horizon_days)


def test_the_panel_is_a_copy_that_nobody_else_can_change():
    alpha = SIGNS.copy()
    found = checked_signals(plugged(lambda _: panel(alpha)), PRICES)
    alpha.iloc[5] = -1.0
    assert found.alpha.equals(SIGNS)
    assert found.indicators["step"].equals(SIGNS)
    assert found.thresholds == {"least": 0.0}


def test_prices_that_are_none_are_not_the_strategys_fault():
    with pytest.raises(InvalidInput) as refused:
        checked_signals(plugged(panel), PRICES * 0)
    assert not isinstance(refused.value, StrategyFailed)


def test_whatever_it_raises_is_told_in_a_line():
    def fails(prices: pd.DataFrame) -> SignalPanel:
        raise ZeroDivisionError("by\nzero")

    assert reason(fails) == "It raised ZeroDivisionError: by zero."
    assert reason(lambda prices: prices["\u202eX"]) == "It raised KeyError: '\\u202eX'."


@pytest.mark.parametrize("stop", [SystemExit, GeneratorExit, BaseException])
def test_who_would_end_the_program_fails_like_any_other(stop: type[BaseException]) -> None:
    def ends(prices: pd.DataFrame) -> SignalPanel:
        raise stop(3)

    assert reason(ends) == f"It raised {stop.__name__}: 3."


@pytest.mark.parametrize("stop", [KeyboardInterrupt, CancelledError])
def test_what_a_person_ends_passes(stop: type[BaseException]) -> None:
    def ends(prices: pd.DataFrame) -> SignalPanel:
        raise stop

    with pytest.raises(stop):
        checked_signals(plugged(ends), PRICES)


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
    assert checked_signals(plugged(lambda _: panel(SIGNS.astype(np.float32))), PRICES).alpha.equals(SIGNS)


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
    assert checked_signals(plugged(lambda prices: panel(SIGNS.where(prices.notna()))), prices).alpha["B"].count() == 88


def test_prices_stay_as_they_are():
    before = PRICES.copy()

    def spoils(prices: pd.DataFrame) -> SignalPanel:
        prices.iloc[3] = 1.0
        return panel()

    assert reason(spoils) == "It changed the prices that it was given."
    pd.testing.assert_frame_equal(PRICES, before)


def test_each_call_has_an_instance_of_its_own_so_that_threads_share_nothing():
    both = Barrier(2, timeout=10)

    class Remembering(Plugged):
        def signals(self, prices: pd.DataFrame) -> SignalPanel:
            self.prices = prices
            both.wait()
            return panel(signs(self.prices), horizon_days=self.parameters.days)

    strategy = Remembering(Days(8))
    halves = [PRICES[["A"]], PRICES[["B", "C"]]]
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda prices: checked_signals(strategy, prices), halves))
    assert [each.alpha.columns.tolist() for each in found] == [["A"], ["B", "C"]]
    assert [each.horizon_days for each in found] == [8, 8]
    assert vars(strategy) == {"parameters": Days(8)}


def test_who_cannot_be_made_anew_fails():
    class Once(Plugged):
        made: ClassVar[list[int]] = []

        def __init__(self, parameters: Days = Days()) -> None:
            super().__init__(parameters)
            self.made.append(1)
            if len(self.made) > 1:
                raise SystemExit("only once")

    with pytest.raises(StrategyFailed, match="It raised SystemExit: only once"):
        checked_signals(Once(), PRICES)


def test_an_indicator_has_not_the_name_of_a_parameter_nor_of_a_threshold():
    assert reason(panel(indicators={"days": SIGNS})) == (
        "Its indicator days has the name of its parameter days; give the indicator another one."
    )
    assert reason(panel(indicators={"least": SIGNS})) == (
        "Its indicator least has the name of its threshold least; give the indicator another one."
    )
    assert checked_signals(plugged(lambda _: panel(thresholds={"days": 3})), PRICES).thresholds == {"days": 3.0}


def test_code_in_an_answer_is_run_where_it_may_fail():
    class Breaking(dict[str, pd.DataFrame]):
        def items(self) -> Any:
            raise SystemExit("no items")

    class Frame(pd.DataFrame):
        def to_numpy(self, *_: Any, **__: Any) -> Any:
            raise SystemExit("no numbers")

    assert reason(panel(indicators=Breaking(step=SIGNS))) == "It raised SystemExit: no items."
    assert checked_signals(plugged(lambda _: panel(alpha=Frame(SIGNS))), PRICES).alpha.equals(SIGNS)
