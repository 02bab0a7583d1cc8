import numpy as np
import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.backtest.rules import Rules, Sizing
from trimtab.domain.signals.backtest.sizing import Asked, Sizer, sizer_of
from trimtab.domain.signals.combining import combine
from trimtab.domain.signals.constraints import Constraints
from trimtab.domain.signals.exact_weights import in_steps
from trimtab.domain.signals.risk_parity import contributions_differ_by

SYMBOLS = ("A", "B", "C")
RETURNS = np.random.default_rng(4).normal(0.002, 0.01, (59, 3)) * [1.0, 2.0, 0.0]
CLOSES = np.cumprod(np.vstack([[100.0] * 3, 1 + RETURNS]), axis=0)
ROWS = np.array([10, 59])


def sizer(method, wanted, *, closes=CLOSES, gross_limit: float = 1.0, **sizing) -> Sizer:
    alphas = np.tile(np.array(wanted, dtype=float), (60, 1))
    said = combine(alphas[..., None], np.abs(alphas[..., None]), horizon_days=np.array([2.0]))
    rules = Rules(
        sizing=Sizing(method=method, estimate_days=40, **sizing),
        constraints=Constraints(gross_limit=gross_limit),
        risk_free=0.05,
    )
    return sizer_of(Asked(alphas[ROWS], ROWS, closes, said, SYMBOLS), rules)


def test_in_proportion_everything_is_known_and_the_whole_limit_used():
    found = sizer("proportional", [0.5, 0.0, 0.25], gross_limit=1.5)
    assert found.known.all()
    assert found.target(0).tolist() == found.target(1).tolist() == pytest.approx([1.0, 0.0, 0.5])


def test_kelly_holds_the_excess_mean_over_the_variance_of_what_moved_long_enough():
    found = sizer("kelly", [0.5, 0.5, 0.5], kelly_fraction=0.01, kelly_cap=0.1)
    assert found.known.tolist() == [[False] * 3, [True, True, False]]
    window = CLOSES[-41:, :2]
    returns = window[1:] / window[:-1] - 1
    edge = (returns.mean(axis=0) - (1.05 ** (1 / 252) - 1)) / returns.var(axis=0, ddof=1) * 0.01
    assert found.target(1).tolist() == pytest.approx([*np.clip(edge, 0, 0.1), 0.0], abs=1e-12)
    assert found.target(0).tolist() == [0.0] * 3


def test_kelly_of_trades_holds_what_the_odds_say():
    found = sizer("kelly_of_trades", [0.5, 0.5, 0.5], kelly_cap=0.9, gross_limit=4.0)
    assert found.known.tolist() == [[False] * 3, [True, True, False]]
    # Of trades over 2 days, those that became known on the last 40.
    gains = CLOSES[20:60, :2] / CLOSES[18:58, :2] - 1
    rate = (gains > 0).mean(axis=0)
    payoff = np.array([gains[gains[:, k] > 0, k].mean() / -gains[gains[:, k] < 0, k].mean() for k in range(2)])
    wanted = np.clip((rate - (1 - rate) / payoff) * 0.5, 0, 0.9)
    assert (wanted > 0).all()
    assert found.target(1).tolist() == pytest.approx([*wanted, 0.0], abs=1e-12)


def test_risk_parity_contributes_alike_in_whole_steps():
    found = sizer("risk_parity", [0.5, 0.1, 0.5])
    assert found.known.tolist() == [[False] * 3, [True, True, False]]
    weights = found.target(1)
    assert contributions_differ_by(weights[:2], np.cov(RETURNS[-40:, :2].T)) < 1e-8
    assert weights.sum() == pytest.approx(1.0, abs=1e-13)
    assert weights.tolist() == in_steps(weights).tolist()
    assert (weights[2], found.target(0).tolist()) == (0.0, [0.0] * 3)


def test_a_covariance_without_such_weights_is_refused_with_its_symbols():
    hedged = CLOSES.copy()
    hedged[:, 1] = np.cumprod(np.concatenate([[100.0], 1 - RETURNS[:, 0]]))
    with pytest.raises(InvalidInput, match="A, B hedge each other completely"):
        sizer("risk_parity", [0.5, 0.5, 0.0], closes=hedged).target(1)


def test_a_covariance_of_fewer_returns_than_symbols_is_refused_for_that():
    names, rows = tuple(f"S{number}" for number in range(60)), np.array([59])
    closes = 100 * np.exp(np.cumsum(np.random.default_rng(4).normal(0, 0.01, (60, 60)), axis=0))
    wanted = np.ones((1, 60))
    said = combine(wanted[..., None], wanted[..., None], horizon_days=np.array([2.0]))
    rules = Rules(sizing=Sizing(method="risk_parity", estimate_days=20))
    with pytest.raises(InvalidInput, match="60 symbols need more than 60 daily returns; estimate_days is 20"):
        sizer_of(Asked(wanted, rows, closes, said, names), rules).target(0)
