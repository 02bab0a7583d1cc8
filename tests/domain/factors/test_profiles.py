from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.domain.factors.prices_of import prices_of
from trimtab.domain.factors.profiles import Profiles, dividend_yields, profiles
from trimtab.domain.signals import metrics

NONE = np.nan
SOME = st.one_of(st.just(NONE), *[st.integers(-60, 60).map(lambda percent: percent / 100)] * 4)


def figures(found: Profiles, column: int = 0) -> list[float]:
    return [
        found.annualized_return[column],
        found.volatility[column],
        found.sharpe_ratio[column],
        found.max_drawdown[column],
        found.beta_vs_benchmark[column],
        found.n_periods[column],
    ]


def test_a_profile_is_over_the_months_of_its_own():
    # Returns 0.10, -0.05, 0.04 in three of four months; excess over cash of 0.01, 0.01, 0.03: 0.09, -0.06, 0.01.
    returns = np.array([[NONE], [0.10], [-0.05], [0.04]])
    found = profiles(
        returns, risk_free=np.array([0.01, 0.01, 0.01, 0.03]), benchmark=np.array([0.2, 0.04, -0.02, 0.01])
    )
    excess = np.array([0.09, -0.06, 0.01])
    # Around their means 0.03 and 0.01: products 0.07 x 0.03 + 0.08 x 0.03 + 0 = 0.0045, squares 0.0018.
    assert figures(found) == pytest.approx(
        [
            (1.10 * 0.95 * 1.04) ** 4 - 1,
            np.std([0.10, -0.05, 0.04], ddof=1) * 12**0.5,
            excess.mean() / excess.std(ddof=1) * 12**0.5,
            -0.05,
            2.5,
            3,
        ],
        rel=1e-12,
    )


def test_without_cash_it_counts_as_nothing_and_without_a_benchmark_there_is_no_beta():
    returns = np.array([[0.1], [-0.05], [0.04]])
    found = profiles(returns, risk_free=None, benchmark=None, periods_per_year=4)
    assert found.sharpe_ratio[0] == pytest.approx(returns.mean() / returns.std(ddof=1) * 2)
    assert np.isnan(found.beta_vs_benchmark[0])


def test_what_is_not_defined_is_nan():
    returns = np.array([[NONE, 0.01, 0.02], [NONE, 0.01, NONE]])
    found = profiles(returns, risk_free=None, benchmark=np.array([0.1, 0.2]))
    assert figures(found, 0) == pytest.approx([NONE, NONE, NONE, NONE, NONE, 0], nan_ok=True)
    assert figures(found, 1) == pytest.approx([1.01**12 - 1, 0, NONE, 0, 0, 2], nan_ok=True)
    assert figures(found, 2) == pytest.approx([1.02**12 - 1, NONE, NONE, 0, NONE, 1], nan_ok=True)


def test_no_columns_have_no_profiles():
    found = profiles(np.empty((12, 0)), risk_free=None, benchmark=np.full(12, 0.01))
    assert len(found.n_periods) == len(found.beta_vs_benchmark) == 0


def test_more_columns_than_a_block_are_profiled_alike():
    returns = np.random.default_rng(11).normal(0.005, 0.04, (30, 1_003))
    returns[:7, 1_001] = NONE
    found = profiles(returns, risk_free=None, benchmark=returns[:, 0])
    assert found.beta_vs_benchmark[0] == pytest.approx(1, rel=1e-14)
    for column in (0, 999, 1_000, 1_001, 1_002):
        alone = profiles(returns[:, [column]], risk_free=None, benchmark=returns[:, 0])
        assert figures(found, column) == pytest.approx(figures(alone), rel=1e-12)


@given(
    returns=arrays(np.float64, st.tuples(st.integers(1, 30), st.just(3)), elements=SOME),
    with_cash=st.booleans(),
    data=st.data(),
)
def test_profiles_are_the_metrics_of_each_column(returns, *, with_cash, data):
    months = len(returns)
    cash = data.draw(arrays(np.float64, months, elements=SOME)) if with_cash else None
    benchmark = data.draw(arrays(np.float64, months, elements=SOME))
    found = profiles(returns, risk_free=cash, benchmark=benchmark)
    for column in range(3):
        series = pd.Series(returns[:, column])
        wanted = [
            metrics.cagr(series, periods_per_year=12),
            metrics.volatility(series, periods_per_year=12),
            metrics.sharpe(series, risk_free=0.0 if cash is None else cash, periods_per_year=12),
            metrics.max_drawdown(series),
            metrics.beta(series, benchmark),
            series.count(),
        ]
        assert figures(found, column) == pytest.approx(wanted, rel=1e-9, abs=1e-12, nan_ok=True)


DAYS = ["2025-05-30", "2025-06-02", "2025-12-15", "2026-05-29", "2026-06-01"]
CLOSE: dict[str, list[float]] = {
    "BOND": [99, 98, 99, 100, 50],
    "DEAR": [10, 10, 10, 10, 10],
    "NONE": [5] * 5,
    "GONE": [7, 7, 7, NONE, NONE],
}
DIVIDEND: dict[str, list[float]] = {"BOND": [9, 1, 2, 0.5, 9], "DEAR": [0, 0, 4, 0, 0], "GONE": [0, 0, 1, NONE, NONE]}
YIELDS = prices_of(DAYS, CLOSE, dividend=DIVIDEND)


def test_a_yield_is_the_dividends_of_twelve_months_over_the_close_at_their_end():
    # 1 + 2 + 0.5 of June 2025 to May 2026, over 100.
    found = dividend_yields(YIELDS, ("BOND",), end=date(2026, 5, 31), max_yield=0.2)
    assert found.values == pytest.approx([0.035])
    assert found.clamped == ()


def test_a_yield_that_nobody_believes_is_held_and_listed():
    found = dividend_yields(YIELDS, ("BOND", "DEAR"), end=date(2026, 5, 31), max_yield=0.2)
    assert found.values == pytest.approx([0.035, 0.2])
    assert found.clamped == (("DEAR", 0.4),)


def test_a_yield_without_dividends_told_or_without_a_close_is_unknown():
    found = dividend_yields(YIELDS, ("NONE", "GONE", "OTHER"), end=date(2026, 5, 31), max_yield=0.2)
    assert np.isnan(found.values).all()
    assert found.clamped == ()


@pytest.mark.parametrize(("first", "known"), [("2025-05-30", True), ("2025-06-02", False), ("2026-01-05", False)])
def test_a_yield_needs_a_close_before_the_twelve_months(first, known):
    days = ["2025-05-30", "2025-06-02", "2026-01-05", "2026-03-02", "2026-05-29"]
    closes = [100 if day >= first else NONE for day in days]
    dividends = [0 if day >= first else NONE for day in days[:3]] + [1.5, 0]
    prices = prices_of(days, {"A": closes, "B": [1] * 5}, dividend={"A": dividends})
    found = dividend_yields(prices, ("A", "B"), end=date(2026, 5, 31), max_yield=0.2)
    assert found.values == pytest.approx([0.015 if known else NONE, NONE], nan_ok=True)


def test_no_tickers_have_no_yields():
    assert dividend_yields(YIELDS, (), end=date(2026, 5, 31), max_yield=0.2).values.shape == (0,)
