from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest

from tests.domain.signals.evaluation.market_of_signals import FAST, PRICES, SLOW
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.backtest.backtest import backtest
from trimtab.domain.signals.backtest.benchmarks import equal_weight
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.evaluation.comparing import Trials, compare
from trimtab.domain.signals.evaluation.deflated_sharpe import deflated_sharpe
from trimtab.domain.signals.evaluation.walk_forward import splits, walk_forward
from trimtab.domain.signals.methods import CombiningMethod
from trimtab.domain.signals.metrics import beta, sharpe

METHODS: tuple[CombiningMethod, ...] = get_args(CombiningMethod)
RULES = Rules(cadence="weekly", risk_free=0.03)
PANELS = [SLOW, FAST]
FOUND = compare(PRICES, PANELS, rules=RULES, trials=Trials(n_trials=20))


def test_each_method_runs_by_the_same_rules():
    assert tuple(FOUND.runs) == METHODS
    for method in METHODS:
        alone = backtest(PRICES, PANELS, rules=replace(RULES, combining=method))
        assert FOUND.runs[method].equity.tobytes() == alone.equity.tobytes()
    assert len({run.equity.tobytes() for run in FOUND.runs.values()}) == 4


def test_all_runs_share_one_table_of_prices():
    gaps = PRICES.copy()
    gaps.iloc[60, 0] = np.nan
    found = compare(gaps, PANELS, rules=RULES, trials=Trials(methods=("best", "weighted")))
    alone = equal_weight(gaps, rules=RULES, start=found.runs["best"].dates[0])
    assert found.runs["weighted"].prices is found.runs["best"].prices is found.equal_weight.prices
    assert found.equal_weight.prices.tobytes() == alone.prices.tobytes()


def test_methods_that_coincide_count_as_one_trial():
    # Of one strategy all combinations are its alpha, but for the ranks of it.
    found = compare(PRICES, [SLOW], rules=RULES, trials=Trials())
    apart = compare(PRICES, [SLOW], rules=RULES, trials=Trials(methods=("best", "rank_average"), n_trials=4))
    assert found.deflated_sharpe["best"] == pytest.approx(apart.deflated_sharpe["best"], rel=1e-9)
    same = compare(PRICES, [SLOW], rules=RULES, trials=Trials(methods=("best", "weighted")))
    assert same.deflated_sharpe.isna().all()


def test_metrics_are_of_daily_returns_beside_equal_weight():
    beside = equal_weight(PRICES, rules=RULES, start=FOUND.runs["best"].dates[0])
    assert list(FOUND.metrics.columns) == [*METHODS, "walk_forward", "equal_weight"]
    best = FOUND.metrics["best"]
    assert best["sharpe"] == pytest.approx(sharpe(FOUND.runs["best"].returns, risk_free=0.03), rel=1e-12)
    assert best["beta"] == pytest.approx(beta(FOUND.runs["best"].returns, beside.returns), rel=1e-12)
    assert FOUND.metrics.loc["beta", "equal_weight"] == pytest.approx(1)


def test_ratios_are_deflated_by_their_own_spread():
    excess = [run.returns - (1.03 ** (1 / 252) - 1) for run in FOUND.runs.values()]
    ratios = np.array([each.mean() / each.std(ddof=1) for each in excess])
    wanted = [deflated_sharpe(each, n_trials=20, trial_sharpes=ratios) for each in excess]
    assert FOUND.deflated_sharpe.tolist() == pytest.approx(wanted, rel=1e-9)
    assert (FOUND.n_trials, compare(PRICES, PANELS, rules=RULES, trials=Trials()).n_trials) == (20, 4)


def test_choosing_looks_only_back_and_lasts_as_long_as_the_longest_signal():
    table = np.column_stack([run.returns for run in FOUND.runs.values()])
    wanted = walk_forward(table, folds=4, embargo_days=5, risk_free=0.03)
    assert FOUND.embargo_days == 5
    assert FOUND.chosen == tuple(METHODS[place] for place in wanted.chosen)
    joined = np.concatenate(
        [
            table[split.test, place]
            for split, place in zip(splits(110, folds=4, embargo_days=5), wanted.chosen, strict=True)
        ]
    )
    assert FOUND.walk_forward.returns.tolist() == joined.tolist()
    assert FOUND.metrics.loc["sharpe", "walk_forward"] == pytest.approx(sharpe(joined, risk_free=0.03), rel=1e-12)


def test_a_single_method_is_compared_with_nothing():
    found = compare(PRICES, PANELS, rules=RULES, trials=Trials(methods=("best",), folds=2))
    assert found.chosen == ("best", "best")
    assert 0 < found.deflated_sharpe["best"] < 1


def test_it_tells_how_far_it_is():
    told: list[float] = []
    compare(PRICES, PANELS, rules=RULES, trials=Trials(methods=("best", "weighted")), watch=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_all_that_cannot_be_tried_is_said_at_once():
    with pytest.raises(InvalidInput) as refused:
        Trials(methods=("best", "best"), folds=0, n_trials=1)
    assert [problem.field for problem in refused.value.problems] == ["folds", "methods", "n_trials"]
    wrongs: list[tuple[Any, ...]] = [(), ("worst",)]
    for wrong in wrongs:
        with pytest.raises(InvalidInput, match="give some of weighted, confidence_weighted, rank_average, best"):
            Trials(methods=wrong)


def test_a_range_too_short_for_its_folds_is_refused():
    rules = replace(RULES, end=PRICES.index[13].date())
    with pytest.raises(InvalidInput, match="4 days can't be cut into 5 parts"):
        compare(PRICES, PANELS, rules=rules, trials=Trials())
