import numpy as np
import pytest

from tests.domain.signals.strategies.series_of_prices import frame
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.strategies.panel import SignalPanel, framed, labelled, latest

NONE = np.nan
ALPHA = frame([[0.1, 0.2, 0.3], [1.0, NONE, -0.5]])
CONFIDENCE = frame([[0.1, 0.2, 0.3], [0.8, NONE, 0.0]])
RSI = frame([[50, 50, 50], [20, 30, NONE]])


def panel(alpha=ALPHA, confidence=CONFIDENCE, *, rsi=RSI, horizon_days=5) -> SignalPanel:
    return SignalPanel(
        strategy="example",
        alpha=alpha,
        confidence=confidence,
        horizon_days=horizon_days,
        volatility_adjusted=True,
        indicators={"rsi": rsi},
        thresholds={"oversold": 30.0},
    )


def refused(**changes) -> list[str]:
    with pytest.raises(InvalidInput) as found:
        panel(**changes)
    return [problem.field for problem in found.value.problems]


def test_the_newest_row_is_todays_signals_of_those_who_have_one():
    first, last = latest(panel())
    assert (first.symbol, first.alpha_score, first.confidence) == ("A", 1.0, 0.8)
    assert (last.symbol, last.alpha_score, last.confidence) == ("C", -0.5, 0.0)
    assert first.timestamp == ALPHA.index[1].to_pydatetime()
    assert type(first.timestamp).__name__ == "datetime"
    assert (first.strategy, first.horizon_days, first.volatility_adjusted) == ("example", 5, True)


def test_metadata_are_the_days_indicators_and_the_thresholds():
    first, last = latest(panel())
    assert first.metadata == {"rsi": 20.0, "oversold": 30.0}
    assert last.metadata == {"oversold": 30.0}


def test_without_dates_or_symbols_there_is_no_signal():
    for empty in (ALPHA[:0], ALPHA[[]]):
        assert latest(SignalPanel("example", empty, empty, 5, False)) == ()


def test_frames_have_the_same_dates_and_symbols():
    assert refused(confidence=CONFIDENCE[:1], rsi=RSI[["A", "B"]]) == ["confidence", "rsi"]


def test_values_are_in_range_and_a_confidence_belongs_to_an_alpha():
    assert refused(alpha=ALPHA * 1.01) == ["alpha"]
    assert refused(alpha=ALPHA.replace(1.0, np.inf)) == ["alpha"]
    assert refused(confidence=CONFIDENCE - 0.05) == ["confidence"]
    assert refused(confidence=CONFIDENCE.fillna(0.5)) == ["confidence"]
    assert refused(confidence=CONFIDENCE.replace(0.0, NONE)) == ["confidence"]


def test_a_horizon_is_at_least_a_day():
    assert refused(horizon_days=0) == ["horizon_days"]


def test_values_take_the_labels_of_another_frame():
    assert framed(ALPHA.to_numpy() * 2, like=ALPHA).equals(ALPHA * 2)


def test_labelled_values_are_not_copied_and_framed_ones_are():
    values = ALPHA.to_numpy(copy=True)
    assert np.shares_memory(labelled(values, like=ALPHA).to_numpy(), values)
    assert labelled(values, like=ALPHA).equals(ALPHA)
    assert not np.shares_memory(framed(values, like=ALPHA).to_numpy(), values)
