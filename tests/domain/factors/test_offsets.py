import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.domain.factors.prices_of import prices_of
from trimtab.domain.factors.offsets import (
    OffsetEffects,
    average_daily_value,
    offset_effects,
    portfolio_returns,
    sold_weights,
)
from trimtab.domain.factors.panel import Basis, Panel
from trimtab.domain.signals import metrics

NONE = np.nan
SOME = st.one_of(st.just(NONE), *[st.integers(-30, 30).map(lambda percent: percent / 100)] * 6)
WAVE = 0.05 * np.sin(np.arange(36.0))
OTHER = 0.04 * np.cos(1.7 * np.arange(36.0))


def effects(candidates, *, portfolio=WAVE, sold=WAVE, exposure=WAVE, benchmark=WAVE, shift=0.1) -> OffsetEffects:
    return offset_effects(
        portfolio, sold, exposure=exposure, candidates=np.column_stack(candidates), benchmark=benchmark, shift=shift
    )


def test_what_moves_against_the_factor_offsets_it():
    # The portfolio is the factor; a tenth of it turned round leaves 0.9 - 0.1 = 0.8 of everything.
    found = effects([-WAVE])
    assert found.correlation == pytest.approx([-1])
    assert np.isnan(found.t_stat).all()
    assert (found.n_months.tolist(), found.distinguishable.tolist()) == ([36], [True])
    assert found.volatility_change == pytest.approx([-0.2 * WAVE.std(ddof=1) * 12**0.5])
    assert found.beta_change == pytest.approx([-0.2])
    assert found.max_drawdown_change[0] > 0
    assert found.verdict == ("offsets",)


def test_what_moves_otherwise_diversifies_and_what_moves_more_adds_risk():
    found = effects([OTHER, 1.5 * WAVE, WAVE])
    assert found.verdict == ("diversifies", "adds_risk", "adds_risk")
    assert found.distinguishable.tolist() == [False, True, True]
    assert found.volatility_change[2] == 0
    rho = np.corrcoef(OTHER, WAVE)[0, 1]
    assert found.t_stat[0] == pytest.approx(rho * (34 / (1 - rho**2)) ** 0.5, rel=1e-10)


def test_a_correlation_that_may_be_chance_offsets_nothing():
    found = effects([OTHER, -OTHER])
    assert found.correlation[0] == -found.correlation[1] != 0
    assert found.distinguishable.tolist() == [False, False]
    assert found.verdict == ("diversifies", "diversifies")


def test_a_fall_of_volatility_within_rounding_is_none():
    found = effects([WAVE * (1 - 1e-13)])
    assert -1e-12 < found.volatility_change[0] < 0
    assert found.verdict == ("adds_risk",)


def test_a_candidate_against_the_factor_that_makes_the_portfolio_wilder_adds_risk():
    assert effects([-30 * WAVE]).verdict == ("adds_risk",)


def test_too_few_months_leave_nothing_defined():
    short = np.where(np.arange(36) < 2, OTHER, NONE)
    found = effects([short, np.full(36, NONE)])
    assert found.n_months.tolist() == [2, 0]
    assert np.isnan([found.correlation, found.t_stat]).all()
    assert found.distinguishable.tolist() == [False, False]
    assert np.isnan([found.volatility_change[1], found.max_drawdown_change[1]]).all()
    assert found.verdict[1] == "adds_risk"


@given(
    candidates=arrays(np.float64, (30, 3), elements=SOME),
    given_returns=arrays(np.float64, (30, 4), elements=SOME),
    shift=st.floats(0.01, 0.5),
)
def test_effects_are_those_of_each_candidate_alone(candidates, *, given_returns, shift):
    portfolio, sold, exposure, benchmark = given_returns.T
    found = effects(candidates.T, portfolio=portfolio, sold=sold, exposure=exposure, benchmark=benchmark, shift=shift)
    for place in range(3):
        candidate = pd.Series(candidates[:, place])
        both = pd.DataFrame({"c": candidate, "e": exposure}).dropna()
        assert found.n_months[place] == len(both)
        if len(both) > 2 and both.c.nunique() > 1 and both.e.nunique() > 1:
            assert found.correlation[place] == pytest.approx(both.c.corr(both.e), abs=1e-12)
        rows = pd.DataFrame({"c": candidate, "p": portfolio, "s": sold, "b": benchmark}).dropna()
        after = rows.p + shift * (rows.c - rows.s)
        changes = [
            metrics.volatility(after, periods_per_year=12) - metrics.volatility(rows.p, periods_per_year=12),
            metrics.beta(after, rows.b) - metrics.beta(rows.p, rows.b),
            metrics.max_drawdown(after) - metrics.max_drawdown(rows.p),
        ]
        parts = (found.volatility_change, found.beta_change, found.max_drawdown_change)
        assert [part[place] for part in parts] == pytest.approx(changes, abs=1e-10, nan_ok=True)


def test_members_are_sold_in_proportion_to_their_weight():
    weights = {"XLK": 0.3, "AGG": 0.5, "SMH": 0.1, "OLD": 0.0}
    assert sold_weights(weights, {"XLK", "SMH", "OLD", "IYW"}, shift=0.05) == pytest.approx(
        {"XLK": 0.0375, "SMH": 0.0125}
    )


def test_no_more_is_sold_than_is_held():
    assert sold_weights({"XLK": 0.03, "AGG": 0.9}, {"XLK"}, shift=0.05) == {"XLK": 0.03}


def test_without_a_member_everything_is_sold_from():
    assert sold_weights({"SPY": 0.6, "AGG": 0.4}, {"XLK"}, shift=0.05) == pytest.approx({"SPY": 0.03, "AGG": 0.02})
    assert sold_weights({}, {"XLK"}, shift=0.05) == {}


def panel(**returns) -> Panel:
    basis: Basis = "close"
    months = len(next(iter(returns.values())))
    return Panel(
        months=np.arange(months),
        tickers=tuple(returns),
        returns=np.column_stack(list(returns.values())),
        basis=(basis,) * len(returns),
        maturities=(),
        yield_changes=np.empty((months, 0)),
    )


def test_a_portfolio_has_a_return_where_all_its_holdings_have_one():
    found = portfolio_returns(
        panel(AGG=[0.01, NONE, 0.02], SPY=[0.10, 0.2, -0.1], XLK=[NONE, NONE, NONE]), {"SPY": 0.5, "AGG": 0.3, "XLK": 0}
    )
    # The fifth that is missing to 1 is cash.
    assert found == pytest.approx([0.053, NONE, -0.044], nan_ok=True)


def test_a_holding_that_nobody_knows_leaves_no_return_and_no_holding_one_of_nothing():
    assert np.isnan(portfolio_returns(panel(SPY=[0.1, 0.2]), {"SPY": 0.5, "XXX": 0.1})).all()
    assert portfolio_returns(panel(SPY=[0.1, 0.2]), {}).tolist() == [0.0, 0.0]


def test_the_daily_value_is_of_the_last_days_that_have_price_and_volume():
    days = [f"2026-05-{day:02}" for day in range(11, 16)]
    prices = prices_of(
        days,
        {"FULL": [1, 2, 3, 4, 5], "HOLES": [1, 2, NONE, 4, 5], "SILENT": [1] * 5},
        volume={"FULL": [10] * 5, "HOLES": [10, 10, 10, NONE, 10]},
    )
    tickers = ("HOLES", "FULL", "SILENT", "UNKNOWN")
    assert average_daily_value(prices, tickers, days=2) == pytest.approx([35, 45, NONE, NONE], nan_ok=True)
    assert average_daily_value(prices, tickers)[:2] == pytest.approx([80 / 3, 30])


def test_a_traded_value_beyond_all_numbers_is_none():
    days = ["2026-01-05", "2026-01-06"]
    prices = prices_of(days, {"A": [1e12, 2], "B": [1e12, 1e12]}, volume={"A": [1e300, 5], "B": [1e300, 1e300]})
    assert average_daily_value(prices, ["A", "B"]) == pytest.approx([10, NONE], nan_ok=True)


def test_what_is_beyond_all_numbers_has_no_effect_that_could_be_told():
    draw = np.random.default_rng(5)
    portfolio, sold, exposure, benchmark = draw.normal(0, 0.05, (4, 30))
    candidates = draw.normal(0, 0.05, (30, 2))
    candidates[3, 1] = 1e162
    found = offset_effects(portfolio, sold, exposure=exposure, candidates=candidates, benchmark=benchmark, shift=0.1)
    for figure in (found.correlation, found.volatility_change, found.beta_change):
        assert np.isfinite(figure).tolist() == [True, False]
    assert found.verdict[1] == "adds_risk"
