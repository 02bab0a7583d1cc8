from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.domain.signals.evaluation.market_of_signals import DAYS, FAST, PRICES, SLOW, SYMBOLS, panel, waves
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.backtest.backtest import backtest
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.evaluation.distributions import histogram, mean_by_row, rows_of, scatter, spread

RULES = Rules(cadence="weekly", start=PRICES.index[15].date(), end=PRICES.index[99].date())
RUN = backtest(PRICES, [SLOW, FAST], rules=RULES)


def test_an_alpha_stands_beside_the_return_from_its_execution_on():
    found = scatter(RUN, horizon_days=5)
    for point in (0, 7, len(found.alpha) - 1):
        decided = RUN.decisions.decided[found.decision[point]]
        prices = PRICES.iloc[15:100, found.symbol[point]].to_numpy()
        assert found.realised[point] == pytest.approx(prices[decided + 1 + 5] / prices[decided + 1] - 1, rel=1e-12)
        assert found.alpha[point] == RUN.decisions.alpha[found.decision[point], found.symbol[point]]
    pairs = pd.DataFrame({"alpha": found.alpha, "realised": found.realised})
    assert found.pearson == pytest.approx(pairs.corr().iloc[0, 1], rel=1e-9)
    assert found.spearman == pytest.approx(pairs.rank().corr().iloc[0, 1], rel=1e-9)


def test_a_return_that_reaches_beyond_the_run_is_no_point():
    days = len(RUN.dates)
    for horizon in (1, 5, 60):
        last = RUN.decisions.executed[scatter(RUN, horizon_days=horizon).decision.max()]
        later = RUN.decisions.executed[RUN.decisions.executed > last]
        assert last + horizon < days
        assert (later + horizon >= days).all()


def test_without_points_there_is_no_correlation():
    found = scatter(RUN, horizon_days=1000)
    assert len(found.alpha) == 0
    assert np.isnan([found.pearson, found.spearman]).all()
    with pytest.raises(InvalidInput, match="horizon_days is 0"):
        scatter(RUN, horizon_days=0)


def test_a_symbol_without_a_signal_or_a_price_is_no_point():
    prices = PRICES.copy()
    prices.iloc[:, 0] = np.nan
    silent = waves(0.1)
    silent[:, 1] = np.nan
    run = backtest(prices, [panel("some", silent)], rules=replace(RULES))
    assert set(scatter(run, horizon_days=3).symbol.tolist()) == {2, 3, 4}


def test_an_edge_belongs_to_the_bin_above_it_and_one_to_the_last():
    edges = [place / 10 for place in range(-10, 11)]
    assert histogram(np.array(edges)).tolist() == [1] * 19 + [2]
    rounded = np.array([3 * 0.1, 0.7 + 0.1, 1 - 0.9, -0.7 - 0.1 + 1e-16, 0.1 * 3 - 0.3, -1e-17])
    wanted = np.zeros(20, dtype=int)
    np.add.at(wanted, [13, 18, 11, 2, 10, 10], 1)
    assert histogram(rounded).tolist() == wanted.tolist()


def test_between_edges_a_bin_holds_what_lies_in_it():
    found = histogram(np.array([[-0.95, -0.05, np.nan], [0.05, 0.99, 0.299999]]))
    assert np.flatnonzero(found).tolist() == [0, 9, 10, 12, 19]
    assert found.sum() == 5
    assert histogram(np.full((3, 2), np.nan)).tolist() == [0] * 20


def test_a_mean_is_of_what_is_there():
    found = mean_by_row(np.array([[0.2, 0.4, np.nan], [np.nan] * 3, [0.0, 1.0, 0.5]]))
    assert found.tolist() == pytest.approx([0.3, np.nan, 0.5], nan_ok=True)


def test_the_range_of_a_run_is_rows_of_the_prices():
    assert rows_of(PRICES, RUN) == slice(15, 100)
    assert rows_of(PRICES.tz_localize("UTC"), RUN) == slice(15, 100)


def test_strategies_and_their_combination_are_spread_over_the_range():
    found = spread(PRICES, [SLOW, FAST], rules=RULES, run=RUN)
    assert list(found.histograms) == list(found.confidence) == ["slow", "fast", "combined"]
    assert found.histograms["slow"].tolist() == histogram(SLOW.alpha.to_numpy()[15:100]).tolist()
    # The fast one begins on day 20; before that the slow one speaks alone, and afterwards both weigh alike.
    assert [counts.sum() for counts in found.histograms.values()] == [85 * 5, 80 * 5, 85 * 5]
    both = np.where(np.isnan(FAST.alpha), SLOW.alpha, (SLOW.alpha + FAST.alpha) / 2)
    assert found.histograms["combined"].tolist() == histogram(both[15:100]).tolist()
    assert found.confidence["slow"].tolist() == pytest.approx([0.5] * len(RUN.decisions.decided))
    assert np.isnan(found.confidence["fast"][0])
    assert found.confidence["combined"][0] == pytest.approx(0.5)
    assert found.confidence["combined"][-1] == pytest.approx(0.7)


def test_a_symbol_without_a_price_says_nothing_that_day():
    prices = PRICES.copy()
    prices.iloc[:, 2] = np.nan
    run = backtest(prices, [SLOW], rules=Rules())
    found = spread(prices, [SLOW], rules=Rules(), run=run)
    assert found.histograms["slow"].sum() == (DAYS - 10) * (len(SYMBOLS) - 1)
