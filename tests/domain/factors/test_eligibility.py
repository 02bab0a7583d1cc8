from datetime import date

import numpy as np
import pytest

from tests.domain.factors.panels import JANUARY_2020, NONE, make_panel
from trimtab.domain.factors.eligibility import Eligible, Exclusion, constant_columns, eligible
from trimtab.domain.factors.market import Finding
from trimtab.domain.factors.windows import Window

MOVING = [0.01, -0.02, 0.03, -0.01, 0.02, 0.05, -0.03, 0.01, 0.02, -0.04]


def judged(returns: dict[str, list[float]], *wanted: str, findings: tuple[Finding, ...] = ()) -> Eligible:
    """Over ten months of which five must be there, and 60 %."""
    return eligible(
        make_panel(returns),
        Window(JANUARY_2020, JANUARY_2020 + 9),
        tickers=wanted or tuple(returns),
        min_observations=5,
        min_coverage_pct=60,
        findings=findings,
    )


def missing(count: int) -> list[float]:
    return [NONE] * count + MOVING[count:]


def test_those_with_enough_returns_are_kept_over_the_window():
    found = judged({"A": [*MOVING, 0.5], "B": [*missing(4), 0.5]})
    assert found.panel.tickers == ("A", "B")
    assert found.panel.returns.shape == (10, 2)
    assert found.exclusions == ()


def test_kept_ones_stay_in_the_wanted_order_each_once():
    assert judged({"A": MOVING, "B": MOVING, "C": MOVING}, "C", "A", "C").panel.tickers == ("C", "A")


def test_every_reason_is_told_with_its_numbers():
    found = judged(
        {"THIN": missing(6), "LOW": missing(5), "STILL": [0.01] * 10, "NEVER": [NONE] * 10, "GOOD": MOVING},
        "THIN", "LOW", "STILL", "NEVER", "GOOD", "ABSENT",
    )  # fmt: skip
    assert found.panel.tickers == ("GOOD",)
    assert found.exclusions == (
        Exclusion("ABSENT", "no_data", "The market has no prices of it."),
        Exclusion("LOW", "low_coverage", "It has 5 returns in 10 months, 50.0 %; at least 60 % is needed."),
        Exclusion("NEVER", "thin_history", "It has 0 returns in 10 months; at least 5 are needed."),
        Exclusion("STILL", "constant", "All its 10 returns are equal."),
        Exclusion("THIN", "thin_history", "It has 4 returns in 10 months; at least 5 are needed."),
    )


@pytest.mark.parametrize(("value", "kept"), [(1e18, True), (1e101, False), (-1e162, False)])
def test_returns_of_which_no_moments_can_be_made_are_left_out(value, kept):
    found = judged({"A": [value, *MOVING[1:]], "B": MOVING})
    reason = Exclusion("A", "not_finite", "Its returns are too large for sums of their squares.")
    assert found.exclusions == (() if kept else (reason,))


def test_only_the_windows_returns_count():
    returns = {"A": [0.01] * 10 + MOVING, "B": MOVING + [NONE] * 10}
    assert [each.ticker for each in judged(returns).exclusions] == ["A"]


def test_a_ticker_with_faulty_prices_is_left_out_for_them_whatever_else_it_lacks():
    findings = (
        Finding("A", date(2021, 3, 1), "price_not_positive", "A price is 0."),
        Finding("A", date(2020, 3, 1), "duplicate_date", "A day is there twice."),
        Finding("B", date(2020, 3, 1), "gap", "Prices are missing for 20 days."),
        Finding("OTHER", date(2020, 3, 1), "duplicate_date", "A day is there twice."),
    )
    found = judged({"A": [NONE] * 10, "B": MOVING}, findings=findings)
    assert found.exclusions == (Exclusion("A", "faulty_prices", "A day is there twice. A price is 0."),)
    assert found.panel.tickers == ("B",)


def test_nothing_wanted_is_nothing_kept():
    found = eligible(
        make_panel({"A": MOVING}),
        Window(JANUARY_2020, JANUARY_2020 + 9),
        tickers=(),
        min_observations=5,
        min_coverage_pct=60,
        findings=(),
    )
    assert (found.panel.tickers, found.exclusions) == ((), ())


@pytest.mark.parametrize(
    ("column", "constant"),
    [
        ([0.01, 0.01, 0.01], True),
        ([0.01, NONE, 0.01], True),
        ([NONE, NONE, NONE], True),
        ([0.01, 0.01 + 1e-16, 0.01], True),
        ([0.01, 0.01 + 1e-9, 0.01], False),
        ([NONE, 0.02, 0.01], False),
    ],
)
def test_a_column_is_constant_where_nothing_that_is_known_of_it_differs(column, constant):
    assert constant_columns(np.array([column]).T).tolist() == [constant]
