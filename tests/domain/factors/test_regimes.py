import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trimtab.domain.factors.regimes import rate_regimes, volatility_regimes

NONE = np.nan
SOME = st.one_of(st.just(NONE), *[st.integers(-30, 30).map(lambda percent: percent / 100)] * 4)


def test_a_yield_that_stood_still_neither_rose_nor_fell():
    found = rate_regimes(np.array([0.2, -0.1, 0.0, NONE]))
    assert found["rates_rising"].tolist() == [True, False, False, False]
    assert found["rates_falling"].tolist() == [False, True, False, False]


def test_a_month_looks_back_over_twelve_returns():
    # Quiet, then wild: the deviation rises month by month as wild ones come in.
    history = np.array([0.01, -0.01] * 6 + [0.2, -0.2, 0.2, -0.2])
    found = volatility_regimes(history, np.arange(10, 16))
    # Rows 10 has eleven returns only. The median of the other five is the third.
    assert found["volatility_high"].tolist() == [False, False, False, False, True, True]
    assert found["volatility_low"].tolist() == [False, True, True, True, False, False]


def test_twelve_returns_are_those_that_there_are():
    history = np.array([0.01, NONE, -0.01] * 6 + [0.2])
    found = volatility_regimes(history, slice(None))
    known = found["volatility_high"] | found["volatility_low"]
    # The twelfth return stands in row 17.
    assert np.flatnonzero(known).tolist() == [17, 18]
    assert np.flatnonzero(found["volatility_high"]).tolist() == [18]


@pytest.mark.parametrize("history", [[], [NONE] * 20, [0.01] * 11])
def test_a_history_that_is_too_short_has_no_regimes(history: list[float]) -> None:
    found = volatility_regimes(np.array(history), slice(None))
    assert not np.concatenate(list(found.values())).any()
    assert all(len(mask) == len(history) for mask in found.values())


@given(arrays(np.float64, st.integers(0, 60), elements=SOME), st.integers(0, 30))
def test_a_month_is_in_one_regime_where_it_has_a_volatility_and_else_in_none(history, first):
    found = volatility_regimes(history, np.arange(min(first, len(history)), len(history)))
    high, low = found["volatility_high"], found["volatility_low"]
    enough = np.cumsum(~np.isnan(history))[first:] >= 12
    assert not (high & low).any()
    np.testing.assert_array_equal(high | low, enough)
    assert high.sum() <= low.sum()
