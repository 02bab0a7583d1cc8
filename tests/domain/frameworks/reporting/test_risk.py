"""Risk, beside NumPy's own covariance and the volatility of the metrics."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.frameworks.reporting.portfolios import CODES, FRAMEWORKS, WITH_CASH, held_by, report_of, returns_by
from trimtab.domain.frameworks.reporting.held import Held
from trimtab.domain.frameworks.reporting.risk import Risk, risk_of
from trimtab.domain.signals.metrics import volatility

HELD = Held(
    ("AA", "BB", "CASH"),
    np.array([[300.0, 100.0, 0.0, 0.0], [0.0, 0.0, 400.0, 0.0], [0.0, 0.0, 0.0, 100.0]]),
    np.array([0.0, 100.0, 0.0]),
)


def risk(held: Held = HELD, *, ours=WITH_CASH, seed: int = 1, **given) -> Risk:
    returns = given.pop("returns", None)
    return risk_of(report_of(ours, held), held, returns=returns_by(seed) if returns is None else returns, **given)


def test_the_volatility_is_that_of_the_returns_of_constant_weights():
    found, returns = risk(), returns_by(1)
    assert found.volatility == pytest.approx(volatility(0.4 * returns["AA"] + 0.5 * returns["BB"]))
    assert (found.days, found.missing) == (60, ())
    # Each row by what it holds, as if it were all: equity is one holding, and the leaf of cash doesn't vary.
    alone = [volatility(returns[code]) for code in ("AA", "AA", "AA", "BB")]
    assert found.row_volatility == pytest.approx([*alone, 0.0, alone[3], np.nan], nan_ok=True)


def test_contributions_are_parts_of_the_variance():
    found, returns = risk(), returns_by(1)
    covariance = np.cov(returns[["AA", "BB"]].to_numpy().T)
    weights = np.array([0.4, 0.5])
    parts = weights * (covariance @ weights) / (weights @ covariance @ weights)
    assert found.holding_contribution == pytest.approx([*parts, 0])
    first, second = parts
    rows = [first, first * 3 / 4, first / 4, second * 4 / 5, 0, second / 5, 0]
    assert found.contribution == pytest.approx(rows)


def test_only_the_last_days_count_and_of_those_the_complete_ones():
    returns = returns_by(1)
    holed = returns.copy()
    holed.iloc[[-3, -9], 0] = np.nan
    holed.iloc[:20] *= 50
    found = risk(returns=holed, estimate_days=40)
    assert found.days == 38
    kept = holed.iloc[-40:].dropna()
    assert found.volatility == pytest.approx(volatility(0.4 * kept["AA"] + 0.5 * kept["BB"]))


@pytest.mark.parametrize("few", [0, 19])
def test_what_has_no_returns_is_told_and_nothing_is_guessed(few):
    returns = returns_by(1)
    returns.loc[returns.index[few:], "BB"] = np.nan
    found = risk(returns=returns.drop(columns="BB") if few == 0 else returns)
    assert found.missing == ("BB",)
    assert found.days == 60
    assert np.isnan([found.volatility, *found.holding_contribution, *found.contribution]).all()
    # Equity doesn't hold it, bonds and Unassigned do.
    assert np.isnan(found.row_volatility).tolist() == [False, False, False, True, False, True, True]


def test_what_isnt_held_any_more_isnt_missed():
    held = Held((*HELD.code, "ZZ"), np.vstack((HELD.leaf_value, np.zeros(4))), np.append(HELD.unassigned_value, 0.0))
    assert risk(held).missing == ()
    assert risk(held).holding_contribution[3] == 0


def test_too_few_complete_days_tell_nothing():
    returns = returns_by(1)
    returns.iloc[:30, 0] = np.nan
    returns.iloc[30:50, 1] = np.nan
    found = risk(returns=returns)
    assert (found.days, found.missing) == (10, ())
    assert np.isnan(found.volatility)
    assert np.isnan(found.row_volatility).tolist() == [True, True, True, True, False, True, True]


def test_cash_alone_doesnt_vary():
    held = Held(("CASH",), np.array([[0.0, 0.0, 0.0, 9.0]]), np.zeros(1))
    found = risk(held)
    assert (found.volatility, found.days) == (0, 0)
    assert np.isnan(found.contribution).all()
    assert found.row_volatility[4] == 0


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), ours=st.sampled_from(FRAMEWORKS))
def test_contributions_sum_to_1(seed, ours):
    held = held_by(seed, ours)
    report = report_of(ours, held)
    found = risk_of(report, held, returns=returns_by(seed))
    assert found.holding_contribution.sum() == pytest.approx(1)
    assert found.contribution[report.aims.part].sum() == pytest.approx(1)
    assert found.contribution == pytest.approx(report.aims.rolled_up(found.contribution))
    assert found.holding_contribution[CODES.index("CASH")] == 0
