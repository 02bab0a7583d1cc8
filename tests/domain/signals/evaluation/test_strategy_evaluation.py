from dataclasses import replace

import numpy as np
import pytest

from tests.domain.signals.evaluation.market_of_signals import DAYS, FAST, PRICES, SILENT, SLOW, panel, waves
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.backtest.backtest import backtest
from trimtab.domain.signals.backtest.benchmarks import equal_weight
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.constraints import Constraints
from trimtab.domain.signals.evaluation.strategy_evaluation import HORIZONS, evaluate, weights_with_cash
from trimtab.domain.signals.metrics import alpha_decay, average_holding_period, information_ratio, sharpe, turnover

RULES = Rules(cadence="weekly", constraints=Constraints(max_position_weight=0.3), weights={"slow": 2.0})
FOUND = evaluate(PRICES, [SILENT, SLOW, FAST], rules=RULES)


def test_each_strategy_runs_alone_by_the_same_rules():
    for each in (SLOW, FAST):
        alone = backtest(PRICES, [each], rules=replace(RULES, weights={}))
        assert FOUND.strategies[each.strategy].run.equity.tobytes() == alone.equity.tobytes()


def test_who_says_nothing_is_named_and_the_others_go_on():
    assert FOUND.without_signals == ("silent",)
    assert list(FOUND.strategies) == ["slow", "fast"]
    nobody = evaluate(PRICES, [SILENT], rules=Rules())
    assert (nobody.strategies, nobody.without_signals) == ({}, ("silent",))
    assert len(nobody.equal_weight.dates) == DAYS


def test_metrics_are_of_each_run_beside_equal_weight_over_the_same_days():
    beside = equal_weight(PRICES, rules=RULES, start=PRICES.index[10].date())
    assert list(FOUND.metrics.columns) == ["slow", "fast", "equal_weight"]
    assert FOUND.equal_weight.equity.tobytes() == beside.equity.tobytes()
    fast = FOUND.strategies["fast"].run.returns
    assert FOUND.metrics.loc["sharpe", "fast"] == pytest.approx(sharpe(fast), rel=1e-12)
    ratio = information_ratio(fast, beside.returns[10:])
    assert FOUND.metrics.loc["information_ratio", "fast"] == pytest.approx(ratio, rel=1e-12)


def test_turnover_and_holding_count_cash_as_a_position():
    slow = FOUND.strategies["slow"]
    weights = weights_with_cash(slow.run)
    assert weights.sum(axis=1) == pytest.approx(1)
    assert len(weights) == np.count_nonzero(~slow.run.pending)
    assert (slow.turnover, slow.average_holding_period) == (
        turnover(weights),
        average_holding_period(weights[:, :-1]),
    )


def test_signals_are_measured_against_the_returns_after_them_in_the_range():
    rules = replace(RULES, start=PRICES.index[30].date(), end=PRICES.index[99].date())
    said = evaluate(PRICES, [SLOW], rules=rules, horizons=(1, 5)).strategies["slow"].said
    returns = PRICES.iloc[30:100].pct_change(fill_method=None)
    wanted = alpha_decay(SLOW.alpha[30:100], returns, horizons=(1, 5))
    assert said.decay.to_numpy() == pytest.approx(wanted.to_numpy(), rel=1e-9)
    own = said.information_coefficient
    assert (own.mean, own.t_stat, own.n_dates) == pytest.approx(tuple(wanted.loc[5]), rel=1e-9)
    assert own.by_date.index.equals(PRICES.index[30:100])


def test_a_range_too_short_for_a_horizon_has_no_coefficient_there():
    rules = replace(RULES, end=PRICES.index[40].date())
    said = evaluate(PRICES, [SLOW], rules=rules).strategies["slow"].said
    assert tuple(said.decay.index) == HORIZONS
    assert said.decay["mean"].isna().tolist() == [False] * 4 + [True]
    assert said.decay["n_dates"].tolist() == [30, 26, 21, 10, 0]


def test_what_signals_are_like_is_told_of_the_whole_range():
    # Two symbols of five from the 50th day on, one bought and one sold, of which one has no price on ten days.
    alpha = np.full((DAYS, 5), np.nan)
    alpha[50:, 0], alpha[50:, 1] = 0.4, -0.6
    prices = PRICES.copy()
    prices.iloc[60:70, 1] = np.nan
    found = evaluate(prices, [panel("few", alpha, confidence=0.8), panel("all", waves(0.2))], rules=Rules())
    said = found.strategies["few"].said
    assert said.n_signals == 70 + 60
    assert said.coverage == pytest.approx(130 / (DAYS * 5 - 10))
    assert said.days_share == pytest.approx(70 / DAYS)
    assert [said.buy_share, said.sell_share] == pytest.approx([70 / 130, 60 / 130])
    assert said.mean_confidence == pytest.approx(0.8)
    assert said.histogram.tolist() == [0] * 4 + [60] + [0] * 9 + [70] + [0] * 5


def test_signals_out_of_the_range_are_not_heard():
    rules = replace(RULES, weights={}, end=PRICES.index[15].date())
    found = evaluate(PRICES, [SLOW, FAST], rules=rules)
    assert found.without_signals == ("fast",)
    late = panel("early", np.where(np.arange(DAYS)[:, None] < 5, waves(0.1), np.nan))
    assert evaluate(PRICES, [late], rules=Rules(start=PRICES.index[20].date())).without_signals == ("early",)


def test_it_tells_how_far_it_is():
    told: list[float] = []
    evaluate(PRICES, [SLOW, FAST], rules=replace(RULES, weights={}), watch=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_what_does_not_fit_is_refused():
    with pytest.raises(InvalidInput, match="more than one panel"):
        evaluate(PRICES, [SLOW, SLOW], rules=RULES)
    with pytest.raises(InvalidInput, match="horizons"):
        evaluate(PRICES, [SLOW], rules=RULES, horizons=(0,))
