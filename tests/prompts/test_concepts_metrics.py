"""The pages on metrics: every metric has one, and every number on them is computed by the code that answers."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from tests.prompts.concept_pages import lacking, only_these_numbers, percent, row
from trimtab.domain.columns import FloatColumn
from trimtab.domain.frameworks.backtest.comparing import KEEPING, Comparison, side_by_side
from trimtab.domain.frameworks.backtest.plan import Plan
from trimtab.domain.frameworks.bands import total_drift
from trimtab.domain.frameworks.framework import Bucket, Framework
from trimtab.domain.frameworks.reporting.heatmap import heatmap
from trimtab.domain.frameworks.reporting.held import Held
from trimtab.domain.frameworks.reporting.report import Allocation, allocation_report
from trimtab.domain.frameworks.reporting.risk import risk_of
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.frameworks.tree import tree_of
from trimtab.domain.signals.evaluation.suite import METRICS, metric_suite
from trimtab.domain.signals.metrics import beta, volatility
from trimtab.tools.resources.concept_list import ALIASES, CONCEPTS

OF_DRIFT = ("drift", "drift_pct", "total_drift", "drift_of_band", "turnover", "risk_contribution")
R = [2, -1, 3, 0, -5, 1, 4, -2, 0, 3]
B = [1, -2, 2, 1, -3, 0, 2, -1, 1, 2]
RETURNS, BENCHMARK = (pd.Series(given, dtype=float) / 100 for given in (R, B))
A_YEAR = "with 252 days a year"


def suite(*, risk_free: float = 0.0) -> "pd.Series[float]":
    return metric_suite(RETURNS.to_frame("r"), benchmark=BENCHMARK, risk_free=risk_free)["r"]


def figures(*names: str) -> list[str]:
    return [f"{name} {suite()[name]:.4f}" for name in names]


def series(*given: list[int]) -> list[str]:
    return [" ".join(map(str, each)) for each in given]


@pytest.mark.parametrize("metric", [*METRICS, *KEEPING])
def test_every_metric_leads_to_a_page_with_a_row_for_it(metric: str) -> None:
    assert lacking(ALIASES[metric], f"| `{metric}` |") == []


@pytest.mark.parametrize("figure", OF_DRIFT)
def test_every_figure_of_drift_has_a_row(figure: str) -> None:
    assert lacking("metric-drift", f"| `{figure}` |") == []
    assert {*ALIASES, *CONCEPTS} >= {figure}


def test_metrics_of_gains_are_computed() -> None:
    found, gains, losses = suite(), [r for r in R if r > 0], [-r for r in R if r < 0]
    names = ("total_return", "cagr", "win_rate", "profit_factor", "average_win_loss")
    mean_gain, mean_loss = sum(gains) / len(gains), sum(losses) / len(losses)
    meanings = (
        f"{found['total_return'] * 100:.2f} % in ten days",
        f"{found['cagr'] * 100:.0f} % a year",
        f"{len(gains)} gains, {len(losses)} losses",
        f"{sum(gains)} points gained, {sum(losses)} lost",
        f"a gain of {mean_gain:.1f}, a loss of {mean_loss:.2f}",
    )
    lines = [f"{figure} {meaning}" for figure, meaning in zip(figures(*names), meanings, strict=True)]
    formulas = ("product of 1 + r, less 1", "(product of 1 + r) ^ (periods / n) - 1")
    only_these_numbers("metric-returns", A_YEAR, *series(R), *lines, *formulas)


def test_metrics_of_risk_are_computed() -> None:
    found = suite()
    assert found["expected_shortfall"] == RETURNS.min()
    assert int(np.argmin(RETURNS)) == 4
    only_these_numbers(
        "metric-risk",
        A_YEAR,
        *(f"{name} {' '.join(given)}" for name, given in (("r", series(R)), ("b", series(B)))),
        *figures("volatility", "max_drawdown", "value_at_risk", "expected_shortfall", "beta", "tracking_error"),
        f"on 5 % of days it is worse than {found['value_at_risk'] * 100:.2f} %",
        "least of wealth / highest so far - 1",
        "95 % of periods are better than | the 5 % quantile of r",
        "mean of the lowest 5 %",
        "how much it moves where the benchmark moves by 1",
    )


def test_ratios_are_computed() -> None:
    with_rate = suite(risk_free=0.05)
    found = suite()
    only_these_numbers(
        "metric-ratios",
        A_YEAR,
        *(f"{name} {' '.join(given)}" for name, given in (("r", series(R)), ("b", series(B)))),
        *figures("sharpe", "sortino", "calmar", "information_ratio"),
        f"{found['cagr']:.4f} / {-found['max_drawdown']:.4f}",
        f"With a risk-free rate of 5 % a year `sharpe` is {with_rate['sharpe']:.4f}",
        f"and `sortino` {with_rate['sortino']:.4f}",
        "Sharpe (1994), Sortino and Price (1994), Young (1991) for Calmar",
    )


# Keeping: equity gains 30 % on the third day and stays there.


def kept() -> Comparison:
    days = pd.bdate_range("2026-01-05", periods=6)
    closes = pd.DataFrame({"Equity": [100, 100, 130, 130, 130, 130], "Bonds": [100.0] * 6}, index=days)
    plan = Plan({"Equity": 0.6, "Bonds": 0.4}, cost_bps=10, initial_capital=100_000)
    return side_by_side(closes, plan, modes=("static", "band"))


def test_what_keeping_takes_is_computed() -> None:
    found = kept()
    places = {"n_executions": 0, "cost_value": 2, "time_out_of_band": 2}
    rows = [
        row(f"`{name}`", *(f"{value:.{places.get(name, 4)}f}" for value in values))
        for name, values in zip(KEEPING, found.keeping.to_numpy(), strict=True)
    ]
    static, band = found.runs["static"], found.runs["band"]
    weight = static.units[2, 0] * static.prices[2, 0] / static.equity[2]
    assert (band.executions.decided.tolist(), band.executions.executed.tolist()) == ([0, 2], [1, 3])
    only_these_numbers(
        "metric-keeping",
        "100,000 in 60 % equity and 40 % bonds, bands of 5 points, costs of 10 basis points",
        "Bonds stay at 100",
        "100 100 130 130 130 130",
        *rows,
        f"On the third, equity weighs {percent(weight)} %: out of its band",
        f"for {band.executions.cost_value[1]:.2f} in costs",
    )


# Drift: 69, 27 and 4 % where 60, 35 and 5 % are wanted; and two series that go against each other.

BALANCED = TEMPLATES["balanced"]
ACTUAL = np.array([0.69, 0.27, 0.04])
BONDS = [-0.5, 0.5, 0, 0, 1, 0.5, -0.5, 0.5, 0.5, -0.5]
BOTH = pd.DataFrame({"equity": RETURNS, "bonds": pd.Series(BONDS) / 100})
HELD = np.array([0.6, 0.4])


def report_of(framework: Framework, weights: FloatColumn) -> Allocation:
    """What a report says of weights."""
    return allocation_report(
        tree_of(framework.buckets), framework, leaf_value=weights, unassigned_value=0.0, cash_value=0.0
    )


def drift_lines(report: Allocation) -> list[str]:
    map_of = heatmap(report)
    return [
        f"{label} {percent(report.actual[at])} % drift {percent(map_of.drift[at])} "
        f"drift_pct {report.drift_pct[at]:.1f} drift_of_band {map_of.drift_of_band[at]:.1f}"
        for at, label in enumerate(map_of.label)
    ]


def weights_times_beta() -> FloatColumn:
    """What each of the two contributes, as the page has it."""
    parts: FloatColumn = HELD * beta(BOTH, pd.Series(BOTH.to_numpy() @ HELD)).to_numpy()
    return parts


def risk_facts() -> list[str]:
    of_each = volatility(BOTH.assign(whole=BOTH.to_numpy() @ HELD)).to_numpy()
    equity, bonds, whole = (percent(float(each)) for each in of_each)
    parts = weights_times_beta()
    return [
        "Take 60 % equity and 40 % bonds",
        *(f"{name} {' '.join(f'{r:.1f}' for r in given)}" for name, given in (("equity", R), ("bonds", BONDS))),
        f"Volatility a year is {equity} % for equity, {bonds} % for bonds and {whole} % together",
        f"Equity contributes {parts[0]:.2f} of the variance and bonds {parts[1]:.2f}",
    ]


def test_drift_and_contributions_to_risk_are_computed() -> None:
    report = report_of(BALANCED, ACTUAL)
    targets = report.aims.bands.target[:3]
    assert float(total_drift(targets, ACTUAL)) == pytest.approx(report.total_drift)
    assert report.drift[:3].sum() == pytest.approx(0)
    only_these_numbers(
        "metric-drift",
        "null for a target of 0",
        "1 and -1 are edges, beyond is out",
        "those of all leaves sum to 1",
        "Targets of {:.0f}, {:.0f} and {:.0f} %, bands of 5 points".format(*targets * 100),
        "Drifts always sum to 0",
        *drift_lines(report),
        f"`total_drift` is {percent(report.total_drift)} %, and so is the `turnover` of going back to all targets",
        *risk_facts(),
    )


def test_a_contribution_to_risk_is_the_weight_times_the_beta_to_the_whole() -> None:
    # A report wants twenty days, so the ten come twice.
    days = pd.concat([BOTH, BOTH], ignore_index=True)
    codes = ("equity", "bonds")
    buckets = [Bucket(f"Sleeve/{code}", code, Decimal(str(w))) for code, w in zip(codes, HELD, strict=True)]
    held = Held(codes, np.diag(HELD), np.zeros(2))
    risk = risk_of(report_of(Framework("Two", tuple(buckets)), HELD), held, returns=days)
    assert risk.holding_contribution == pytest.approx(weights_times_beta())
    assert risk.holding_contribution.sum() == pytest.approx(1)
