"""docs/signal-metrics.md names every metric, and shows what the code computes."""

import re

import numpy as np
import pytest

from tests.house.tree import read
from trimtab.domain.signals import metrics

PAGE = "docs/signal-metrics.md"
ROW = re.compile(r"^\| `(?P<call>[^`]+\))` \| (?P<here>\S+) \|", re.MULTILINE)
SERIES = {
    name: np.array([float(value) for value in values.split()])
    for name, values in re.findall(r"^    ([rb])((?:\s+-?\d\.\d\d){10})$", read(PAGE), re.MULTILINE)
}
R, B = SERIES["r"], SERIES["b"]
CALLS = {
    "cagr([NaN, *r])": metrics.cagr(np.append(np.nan, R)),
    "calmar([NaN, *r])": metrics.calmar(np.append(np.nan, R)),
    "max_drawdown(r[4:])": metrics.max_drawdown(R[4:]),
    "max_drawdown(-r)": metrics.max_drawdown(-R),
    "sharpe(r, risk_free=0.05)": metrics.sharpe(R, risk_free=0.05),
    "sortino(r)": metrics.sortino(R),
    "sortino(r, risk_free=0.05)": metrics.sortino(R, risk_free=0.05),
    "sortino(abs(r))": metrics.sortino(abs(R)),
    "value_at_risk(r)": metrics.value_at_risk(R),
    "expected_shortfall(r)": metrics.expected_shortfall(R),
    "expected_shortfall(r, confidence=0.8)": metrics.expected_shortfall(R, confidence=0.8),
    "expected_shortfall(r, confidence=0.75)": metrics.expected_shortfall(R, confidence=0.75),
    "expected_shortfall(r, confidence=0.6)": metrics.expected_shortfall(R, confidence=0.6),
    "win_rate(r)": metrics.win_rate(R),
    "win_rate(0 * r)": metrics.win_rate(0 * R),
    "profit_factor(abs(r))": metrics.profit_factor(abs(R)),
    "information_ratio(r, b)": metrics.information_ratio(R, B),
    "information_ratio(r, b=r)": metrics.information_ratio(R, R),
}


def test_every_difference_is_computed_again():
    assert {row["call"] for row in ROW.finditer(read(PAGE))} == set(CALLS)


@pytest.mark.parametrize(("call", "here"), ROW.findall(read(PAGE)))
def test_our_value_is_what_the_code_computes(call: str, here: str) -> None:
    assert CALLS[call] == pytest.approx(float(here), abs=5e-7, nan_ok=True)


def test_overlap_and_turnover_are_as_told():
    orders = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [1.0, 3.0, 2.0], [2.0, 1.0, 3.0]])
    scores = np.tile([1.0, 2.0, 3.0], (4, 1))
    told = [metrics.information_coefficient(scores, orders, horizon_periods=h).t_stat for h in (2, 1)]
    assert all(f"{value:.6f}" in read(PAGE) for value in told)
    assert metrics.turnover(np.array([[0.6, 0.4, 0], [0.5, 0.5, 0], [0, 0, 1]])) == pytest.approx(0.55)


@pytest.mark.parametrize("name", [name for name in metrics.__all__ if name.islower()])
def test_every_metric_is_on_the_page(name: str) -> None:
    assert re.search(rf"^(\| |- )`{name}`", read(PAGE), re.MULTILINE)
