from dataclasses import FrozenInstanceError
from datetime import datetime

import numpy as np
import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.strategies.strategy_signal import StrategySignal, direction


def signal(alpha: float = 0.5, confidence: float = 0.25, *, horizon_days: int = 5) -> StrategySignal:
    return StrategySignal(
        timestamp=datetime(2024, 1, 2),  # noqa: DTZ001  # a trading day has no time zone
        symbol="ACME",
        strategy="example",
        alpha_score=alpha,
        confidence=confidence,
        horizon_days=horizon_days,
        volatility_adjusted=False,
        metadata={"rsi": 15.0},
    )


@pytest.mark.parametrize(("alpha", "wanted"), [(1, "BUY"), (1e-9, "BUY"), (0.0, "HOLD"), (-0.0, "HOLD"), (-1, "SELL")])
def test_a_direction_is_the_sign_of_alpha(alpha: float, wanted: str) -> None:
    assert direction(alpha) == wanted
    assert signal(alpha).direction == wanted


@pytest.mark.parametrize("alpha", [np.nan, 1.01, -np.inf])
def test_what_is_no_alpha_has_no_direction(alpha: float) -> None:
    with pytest.raises(InvalidInput, match="give a number within -1 and 1"):
        direction(alpha)


def test_a_signal_out_of_range_is_refused_with_all_that_is_wrong():
    with pytest.raises(InvalidInput) as refused:
        signal(1.5, -0.1, horizon_days=0)
    assert [problem.field for problem in refused.value.problems] == ["alpha_score", "confidence", "horizon_days"]


def test_a_signal_is_a_value():
    assert signal() == signal()
    assert hash(signal()) == hash(signal())
    assert signal() != signal(0.4)
    with pytest.raises(FrozenInstanceError):
        signal().confidence = 1.0  # type: ignore[misc]  # what a careless caller would do
