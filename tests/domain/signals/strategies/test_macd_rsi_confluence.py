import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.signals.strategies.series_of_prices import WAVES, frame
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.strategies.indicators import Macd
from trimtab.domain.signals.strategies.macd_rsi_confluence import MacdRsiConfluence, MacdRsiParameters, stretch, turn

FAST = MacdRsiConfluence(MacdRsiParameters(rsi_days=2, fast_days=2, slow_days=3, signal_days=2))
SEED = [
    (0, 1),
    (15, 0.5),
    (29, 1 / 30),
    (30, 0),
    (50, 0),
    (70, 0),
    (71, -1 / 30),
    (85, -0.5),
    (100, -1),
    (np.nan, np.nan),
]


@pytest.mark.parametrize(("strength", "wanted"), SEED)
def test_rsi_is_stretched_beyond_its_thresholds_only(strength: float, wanted: float) -> None:
    assert stretch(np.array([[strength]]), oversold=30, overbought=70).item() == pytest.approx(wanted, nan_ok=True)


@given(strength=st.floats(0, 100), oversold=st.floats(1, 50), overbought=st.floats(50, 99))
def test_a_stretch_is_within_one_whatever_the_thresholds(strength: float, *, oversold, overbought) -> None:
    found = stretch(np.array([[strength]]), oversold=oversold, overbought=overbought).item()
    assert -1 <= found <= 1
    assert (found > 0) <= (strength < oversold)
    assert (found < 0) <= (strength > overbought)


def test_the_turn_is_the_histogram_as_a_share_of_both_lines():
    lines = Macd(np.array([[3.0, -1.0, 2.0, 1e-14, np.nan]]), np.array([[1.0, -3.0, -1.0, -1e-14, 1.0]]))
    np.testing.assert_array_equal(turn(lines, prices=np.full((1, 5), 10.0)), [[0.5, 0.5, 1.0, 0.0, np.nan]])


def test_alpha_is_the_stretch_as_far_as_the_macd_agrees():
    panel = MacdRsiConfluence().signals(frame(np.column_stack([WAVES, 100 + 40 * np.sin(np.arange(300) / 9)])))
    indicators = {name: found.to_numpy() for name, found in panel.indicators.items()}
    rsi, line, signal = indicators["rsi"], indicators["macd"], indicators["macd_signal"]
    stretched = np.where(rsi < 30, (30 - rsi) / 30, np.where(rsi > 70, (70 - rsi) / 30, 0.0))
    agreement = (line - signal) / (abs(line) + abs(signal)) * np.sign(stretched)
    alpha = panel.alpha.to_numpy()
    assert alpha[103:] == pytest.approx((stretched * (1 + agreement) / 2)[103:], abs=1e-12)
    assert (alpha[103:] > 0).any()
    assert (alpha[103:] < 0).any()
    np.testing.assert_array_equal(panel.confidence.to_numpy(), abs(alpha))
    np.testing.assert_array_equal(indicators["macd_histogram"], line - signal)
    assert panel.thresholds == {"oversold": 30.0, "overbought": 70.0}
    assert not panel.volatility_adjusted


def test_a_rebound_after_a_fall_is_bought_more_than_the_fall_itself():
    # Both are oversold; one still falls ever faster, the other more slowly, so that its MACD turns up.
    day = np.arange(16.0)
    panel = FAST.signals(frame(np.column_stack([200 - day**1.5, 100 + 100 * 0.7**day])))
    faster, slower = panel.alpha.iloc[-1]
    assert panel.indicators["rsi"].iloc[-1].tolist() == pytest.approx([0, 0])
    assert 0 < faster < 0.5 < slower <= 1


def test_a_seed_has_to_have_faded_before_there_is_a_signal():
    assert MacdRsiConfluence().history_days == 104
    alpha = MacdRsiConfluence().signals(frame(WAVES)).alpha["A"]
    assert alpha[:103].isna().all()
    assert alpha[103:].notna().all()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [({"signal_days": 90}, 115), ({"rsi_days": 200}, 201), ({"slow_days": 40}, 160)],
)
def test_the_slowest_indicator_says_how_much_history_is_needed(given: dict, wanted: int) -> None:
    strategy = MacdRsiConfluence(MacdRsiParameters(**given))
    assert strategy.history_days == wanted
    assert strategy.signals(frame(WAVES)).alpha["A"].first_valid_index() == frame(WAVES).index[wanted - 1]


def test_what_never_moved_has_no_signal_and_what_stopped_moving_has_no_macd():
    still = FAST.signals(frame([7.0] * 30))
    assert still.alpha.isna().all(axis=None)
    stopped = FAST.signals(frame([9.0, 8.0] + [7.0] * 500))
    # RSI stays at 0: sold out, and the MACD says nothing any more.
    assert stopped.alpha["A"].iloc[-1] == pytest.approx(0.5)


def test_parameters_out_of_range_are_told_at_once():
    with pytest.raises(InvalidInput) as refused:
        MacdRsiParameters(
            rsi_days=1, oversold=0, overbought=100, fast_days=0, slow_days=1, signal_days=1, horizon_days=0
        )
    assert len(refused.value.problems) == 7
    with pytest.raises(InvalidInput, match="fast_days is 26; give fewer than slow_days, 26"):
        MacdRsiParameters(fast_days=26)
