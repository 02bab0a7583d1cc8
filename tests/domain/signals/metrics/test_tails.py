import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.metrics import expected_shortfall, value_at_risk

TENTHS = np.array([0.0, -0.05, 0.03, -0.02, 0.04, 0.01, -0.01, 0.02, 0.05, 0.06, 0.07])
"""Eleven, so that every tenth is a return: -0.05, -0.02, -0.01, 0 and so on."""


def test_the_value_at_risk_is_a_return_or_lies_between_two():
    assert value_at_risk(TENTHS, confidence=0.8) == pytest.approx(-0.01, abs=1e-15)
    # Place 10 * 0.05 = 0.5: half way from -0.05 to -0.02.
    assert value_at_risk(TENTHS) == pytest.approx(-0.035, rel=1e-12)


def test_the_shortfall_is_the_mean_up_to_the_value_at_risk():
    assert expected_shortfall(TENTHS) == -0.05
    assert expected_shortfall(TENTHS, confidence=0.8) == pytest.approx((-0.05 - 0.02 - 0.01) / 3, rel=1e-12)


def test_a_place_that_rounding_puts_below_a_whole_one_loses_no_return():
    # 1 - 0.9 is 0.09999999999999998, and ten times that less than 1.
    assert expected_shortfall(TENTHS, confidence=0.9) == pytest.approx((-0.05 - 0.02) / 2, rel=1e-12)


def test_returns_equal_to_the_value_at_risk_do_not_water_down_the_shortfall():
    # The lowest three of ten are -0.03, -0.02 and -0.01; two more are -0.01 as well.
    returns = np.array([-0.03, -0.02, -0.01, -0.01, -0.01, 0.02, 0.01, 0.0, 0.03, 0.01])
    assert value_at_risk(returns, confidence=0.75) == pytest.approx(-0.01, rel=1e-12)
    assert expected_shortfall(returns, confidence=0.75) == pytest.approx(-0.02, rel=1e-12)


def test_each_column_has_a_tail_of_its_own_length():
    frame = pd.DataFrame({"long": TENTHS, "one": [np.nan] * 10 + [0.01], "none": np.nan})
    assert value_at_risk(frame, confidence=0.6).tolist() == pytest.approx([0.01, 0.01, np.nan], nan_ok=True)
    assert expected_shortfall(frame, confidence=0.6).tolist() == pytest.approx([-0.014, 0.01, np.nan], nan_ok=True)


def test_without_rows_there_is_no_tail():
    frame = pd.DataFrame({"x": [], "y": []}, dtype=float)
    assert value_at_risk(frame).isna().all()
    assert expected_shortfall(frame).isna().all()
    assert value_at_risk(frame[[]]).empty


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=60), st.integers(1, 999))
def test_the_value_at_risk_is_numpys_quantile(values: list[float], thousandths: int) -> None:
    confidence = thousandths / 1000
    found = value_at_risk(np.array([*values, np.nan]), confidence=confidence)
    assert found == pytest.approx(np.quantile(values, 1 - confidence), rel=1e-9, abs=1e-9)


def test_the_shortfall_of_enormous_losses_is_finite():
    assert expected_shortfall(np.array([-1.5e308, -1.5e308, 0.0]), confidence=0.4) == pytest.approx(-1.5e308)


@pytest.mark.parametrize("metric", [value_at_risk, expected_shortfall])
@pytest.mark.parametrize("confidence", [0.0, 1.0, 95, np.nan])
def test_a_confidence_is_a_share(metric, *, confidence: float) -> None:
    with pytest.raises(InvalidInput, match="give a share between 0 and 1") as refused:
        metric(TENTHS, confidence=confidence)
    assert refused.value.field == "confidence"
