import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.domain.signals.backtest.estimating import covariance_at, daily_returns, moments_at, trade_odds_at

ALL = np.arange(60)


def closes(seed: int, *, days: int = 60, symbols: int = 3) -> np.ndarray:
    """Prices whose deviation changes a thousandfold from day to day, and that are missing now and then."""
    chosen = np.random.default_rng(seed)
    steps = chosen.normal(0.001, 0.01, (days, symbols)) * 10 ** chosen.uniform(-3, 0, (days, 1))
    prices = 100 * np.exp(np.cumsum(steps, axis=0))
    prices[chosen.random(prices.shape) < 0.01] = np.nan
    return prices


def test_a_return_needs_the_closes_of_two_days():
    found = daily_returns(np.array([[10.0], [11.0], [np.nan], [12.0], [9.0]]))
    np.testing.assert_allclose(found[:, 0], [np.nan, 0.1, np.nan, np.nan, -0.25], rtol=1e-14)
    assert daily_returns(np.empty((0, 2))).shape == (0, 2)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 61))
def test_moments_and_covariances_are_those_of_each_window(seed, days):
    returns = daily_returns(closes(seed))
    found = moments_at(returns, ALL, days=days)
    for row in ALL.tolist():
        window = returns[max(row - days + 1, 0) : row + 1]
        there = np.isfinite(window).all(axis=0) & (len(window) == days)
        assert np.isnan(found.mean[row]).tolist() == np.isnan(found.variance[row]).tolist() == (~there).tolist()
        if there.any():
            own = window[:, there]
            np.testing.assert_allclose(found.mean[row, there], own.mean(axis=0), rtol=1e-10, atol=1e-16)
            np.testing.assert_allclose(found.variance[row, there], own.var(axis=0, ddof=1), rtol=1e-10)
            covariance = covariance_at(returns, row, days=days, chosen=np.flatnonzero(there))
            wanted = np.cov(own.T).reshape(covariance.shape)
            np.testing.assert_allclose(covariance, wanted, rtol=1e-9, atol=1e-10 * np.diag(wanted).max())
            assert (covariance == covariance.T).all()


def test_digits_are_not_lost_beside_what_came_before():
    # The first return is 10^12 times as large as those that count later.
    returns = np.concatenate([[1e6], np.random.default_rng(1).normal(0, 1e-6, 59)])[:, None]
    found = moments_at(returns, np.array([59]), days=21)
    assert found.mean[0, 0] == pytest.approx(returns[-21:].mean(), rel=1e-10)
    assert found.variance[0, 0] == pytest.approx(returns[-21:].var(ddof=1), rel=1e-10)


@pytest.mark.parametrize("days", [20, 31, 32, 33])
def test_what_grows_evenly_or_stands_still_has_no_variance(days):
    even = np.column_stack([100 * 1.01 ** np.arange(60.0), np.full(60, 7.0)])
    found = moments_at(daily_returns(even), np.array([58, 59]), days=days)
    assert found.variance.tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert found.mean == pytest.approx(np.array([[0.01, 0.0]] * 2))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1.0, 1.4, 2.5, 3.0]), st.integers(20, 50))
def test_odds_are_those_of_the_trades_that_were_known(seed, horizon, days):
    chosen, prices = np.random.default_rng(seed), closes(seed, symbols=2)
    alpha = chosen.choice([-0.5, 0.0, 0.3, np.nan], prices.shape, p=[0.4, 0.1, 0.4, 0.1])
    horizons = horizon + chosen.integers(0, 2, prices.shape).astype(float)
    found = trade_odds_at(prices, alpha, horizon_days=horizons, rows=ALL, days=days)
    for row in ALL.tolist():
        for symbol in range(2):
            trades = []
            for day in range(row):
                known = day + max(round(horizons[day, symbol]), 1)
                if alpha[day, symbol] in {-0.5, 0.3} and row - days < known <= row:
                    trades.append(np.sign(alpha[day, symbol]) * (prices[known, symbol] / prices[day, symbol] - 1))
            wins, losses = [x for x in trades if x > 0], [-x for x in trades if x < 0]
            wanted = [np.nan, np.nan]
            if len(wins) + len(losses) >= 20 and wins and losses:
                wanted = [len(wins) / (len(wins) + len(losses)), np.mean(wins) / np.mean(losses)]
            own = [found.win_rate[row, symbol], found.payoff_ratio[row, symbol]]
            np.testing.assert_allclose(own, wanted, rtol=1e-10)


def test_a_trade_that_is_not_complete_is_not_known():
    # Each day up 1 %, and down 2 % on every fourth: held for 3 days, the trade of day s is known on day s + 3.
    prices = np.exp(np.cumsum(np.log(np.where(np.arange(40) % 4 == 3, 0.98, 1.01))))[:, None]
    alpha = np.full((40, 1), 0.5)
    found = trade_odds_at(prices, alpha, horizon_days=np.full((40, 1), 3.0), rows=np.arange(40), days=252)
    assert np.isnan(found.win_rate[:22]).all()
    # By row 22 there are twenty: those of days 0 to 19.
    assert found.win_rate[22, 0] == np.mean(prices[3:23] > prices[:20])


def test_trades_that_all_win_or_came_to_nothing_are_no_estimate():
    rising = np.column_stack([1.01 ** np.arange(60.0), np.full(60, 5.0)])
    found = trade_odds_at(rising, np.full((60, 2), 0.5), horizon_days=np.ones((60, 2)), rows=ALL, days=40)
    assert np.isnan(found.win_rate).all()
    assert np.isnan(found.payoff_ratio).all()
