import numpy as np
import pytest

from tests.domain.signals.strategies.series_of_prices import frame
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.strategies.bollinger_mean_reversion import BollingerMeanReversion, BollingerParameters

FOUR = BollingerMeanReversion(BollingerParameters(window_days=4, band_deviations=2.0))


def test_alpha_is_the_distance_from_the_mean_in_bands():
    # Mean 10, squares 4 + 0 + 0 + 4, s = sqrt(2): z = -sqrt(2), half of it alpha. Way 2 + 0 + 2, distance 4.
    panel = FOUR.signals(frame([[12.0, 12.0], [10.0, 8.0], [10.0, 12.0], [8.0, 8.0]]))
    assert panel.alpha.iloc[-1].tolist() == pytest.approx([2**-0.5, 0.5])
    # Straight down there is no confidence; back and forth, distance 4 over way 12.
    assert panel.confidence.iloc[-1].tolist() == pytest.approx([0, 0.5 * (1 - 4 / 12)])
    assert panel.alpha[:-1].isna().all(axis=None)


def test_indicators_are_the_bands_and_what_alpha_is_made_of():
    panel = FOUR.signals(frame([12.0, 10.0, 10.0, 8.0]))
    newest = {name: found["A"].iloc[-1] for name, found in panel.indicators.items()}
    wanted = {"middle_band": 10, "lower_band": 10 - 8**0.5, "upper_band": 10 + 8**0.5, "z_score": -(2**0.5)}
    assert newest == pytest.approx({**wanted, "efficiency_ratio": 1})
    assert panel.thresholds == {"band_deviations": 2.0}
    assert panel.volatility_adjusted


def test_beyond_a_band_alpha_is_full():
    prices = frame(np.column_stack([[10.0, 11.0] * 10 + [20.0], [10.0, 11.0] * 10 + [1.0]]))
    assert BollingerMeanReversion().signals(prices).alpha.iloc[-1].tolist() == [-1, 1]


def test_what_does_not_move_has_no_signal():
    panel = FOUR.signals(frame([0.1] * 9))
    assert panel.alpha.isna().all(axis=None)
    assert panel.confidence.isna().all(axis=None)


def test_parameters_out_of_range_are_told_at_once():
    with pytest.raises(InvalidInput) as refused:
        BollingerParameters(window_days=2, band_deviations=0, horizon_days=0)
    assert [problem.field for problem in refused.value.problems] == ["window_days", "band_deviations", "horizon_days"]
