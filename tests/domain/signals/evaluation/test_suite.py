import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.signals.metrics.series_of_returns import BENCHMARK, FRAME
from tests.house.tree import read
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals import metrics
from trimtab.domain.signals.evaluation.suite import METRICS, metric_suite

AGAINST_CASH = {"sharpe", "sortino"}
AGAINST_BENCHMARK = {"beta", "tracking_error", "information_ratio"}


def one_by_one(returns: pd.DataFrame, *, risk_free=0.0, benchmark=None, periods_per_year=252) -> pd.DataFrame:
    """Each metric by its own function."""
    rows = {}
    for name in METRICS:
        more = {"risk_free": risk_free} if name in AGAINST_CASH else {}
        if name in AGAINST_BENCHMARK:
            if benchmark is None:
                rows[name] = pd.Series(np.nan, index=returns.columns)
                continue
            more = {"benchmark": benchmark}
        rows[name] = getattr(metrics, name)(returns, periods_per_year=periods_per_year, **more)
    return pd.DataFrame(rows, index=returns.columns).T


def assert_same(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    assert list(found.index) == list(METRICS)
    assert list(found.columns) == list(wanted.columns)
    np.testing.assert_allclose(found.to_numpy(), wanted.to_numpy(), rtol=1e-12, atol=1e-12)


def many(seed: int, *, days: int, series: int, gaps: float) -> pd.DataFrame:
    chosen = np.random.default_rng(seed)
    values = chosen.normal(0.0004, 0.01, (days, series))
    values[chosen.random(values.shape) < gaps] = np.nan
    return pd.DataFrame(values)


def test_a_table_by_hand():
    # x: 0.1, -0.2, 0.3: wealth 1.1, 0.88, 1.144. Mean 1/15, squares around it 0.38 / 3; of what is lost 0.04.
    # Around its mean, in thirtieths: 1, -8, 7; the benchmark 2, -4, 2: products 48, squares 24. Active 0, -0.1, 0.2.
    returns = pd.DataFrame({"x": [0.1, -0.2, 0.3]})
    found = metric_suite(returns, benchmark=np.array([0.1, -0.1, 0.1]), periods_per_year=3)["x"]
    mean, deviation, active = 0.2 / 3, (0.38 / 6) ** 0.5, (0.14 / 6) ** 0.5
    wanted = {
        "total_return": 0.144,
        "cagr": 0.144,
        "volatility": deviation * 3**0.5,
        "sharpe": mean / deviation * 3**0.5,
        "sortino": mean / (0.04 / 3) ** 0.5 * 3**0.5,
        "max_drawdown": -0.2,
        "calmar": 0.144 / 0.2,
        "value_at_risk": -0.2 + 0.1 * 0.3,
        "expected_shortfall": -0.2,
        "win_rate": 2 / 3,
        "profit_factor": 0.4 / 0.2,
        "average_win_loss": 0.2 / 0.2,
        "beta": 48 / 24,
        "tracking_error": active * 3**0.5,
        "information_ratio": 0.1 / 3 / active * 3**0.5,
    }
    assert found.to_dict() == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("laid", [np.ascontiguousarray, np.asfortranarray])
@pytest.mark.parametrize("gaps", [0.0, 0.2])
@pytest.mark.parametrize("risk_free", [0.0, 0.04])
def test_many_series_are_as_each_metric_has_them(laid, *, gaps: float, risk_free: float) -> None:
    returns = pd.DataFrame(laid(many(1, days=300, series=1100, gaps=gaps).to_numpy())).add_prefix("s")
    benchmark = many(2, days=300, series=1, gaps=0.01)[0]
    found = metric_suite(returns, risk_free=risk_free, benchmark=benchmark)
    assert_same(found, one_by_one(returns, risk_free=risk_free, benchmark=benchmark))


@given(
    seed=st.integers(0, 2**32 - 1), days=st.integers(0, 40), series=st.integers(0, 4), gaps=st.sampled_from([0, 0.3, 1])
)
@settings(max_examples=40)
def test_whatever_the_table_it_is_as_each_metric_has_it(seed: int, days: int, *, series: int, gaps: float) -> None:
    returns = many(seed, days=days, series=series, gaps=gaps).round(2)
    assert_same(metric_suite(returns, periods_per_year=12), one_by_one(returns, periods_per_year=12))


def test_labels_bring_together_what_it_is_measured_against():
    cash = pd.Series(0.0001, index=FRAME.index[::-1])
    beside = BENCHMARK[::-1]
    assert_same(
        metric_suite(FRAME, risk_free=cash, benchmark=beside), one_by_one(FRAME, risk_free=cash, benchmark=beside)
    )


def test_the_same_series_have_the_same_bytes():
    returns = many(3, days=200, series=1100, gaps=0.05)
    assert metric_suite(returns).to_numpy().tobytes() == metric_suite(returns).to_numpy().tobytes()


def test_what_no_metric_takes_is_refused():
    for wrong, match in (({"risk_free": -1.0}, "risk_free"), ({"periods_per_year": 0}, "give a number above 0")):
        with pytest.raises(InvalidInput, match=match):
            metric_suite(FRAME, **wrong)
    with pytest.raises(InvalidInput, match="infinite"):
        metric_suite(FRAME.assign(broken=np.inf))


def test_metrics_are_in_the_order_of_their_page():
    page = read("docs/signal-metrics.md").partition("## Of returns")[2].partition("## Of weights")[0]
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(METRICS)
