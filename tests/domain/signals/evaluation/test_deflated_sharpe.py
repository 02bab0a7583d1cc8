import math

import numpy as np
import pandas as pd
import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.evaluation.deflated_sharpe import (
    deflated_sharpe,
    distinct,
    expected_best,
    probability_above,
    sharpes_per_period,
)

SPREAD = np.array([0.05, -0.02, 0.1])


def returns(seed: int = 1, *, days: int = 500, mean: float = 0.001) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, 0.01, days)


def test_the_example_of_its_authors():
    # Bailey and López de Prado (2014): a ratio of 2.5 a year over 1,250 days of which a year has 250, skewness -3,
    # kurtosis 10, the best of 100 with a variance of 1/2 a year: SR0 is 0.1132 and the probability 0.9004.
    best = expected_best(100, variance=0.5 / 250)
    assert best == pytest.approx(0.1132, abs=5e-5)
    found = probability_above(
        best, sharpe=np.array([2.5 / 250**0.5]), n=np.array([1250]), skewness=np.array([-3.0]), kurtosis=np.array([10])
    )
    assert found[0] == pytest.approx(0.9004, abs=5e-5)


def test_it_is_made_of_the_moments_of_the_population():
    # 0, 0, 0, 0.04: mean 0.01, squares 12 in units of 0.01: s = 0.02, of the population sqrt(3) x 0.01.
    # Cubes -3 + 27 over 4, over 3 sqrt(3): 2 / sqrt(3). Fourth powers 3 + 81 over 4, over 9: 7 / 3.
    found = deflated_sharpe(np.array([0.0, 0.0, 0.0, 0.04]), n_trials=1, trial_sharpes=np.array([0.5]))
    score = 0.5 * 3**0.5 / (1 - 2 / 3**0.5 * 0.5 + (7 / 3 - 1) / 4 * 0.25) ** 0.5
    assert found == pytest.approx((1 + math.erf(score / 2**0.5)) / 2, rel=1e-12)


def test_the_more_were_tried_the_less_is_left():
    several = [deflated_sharpe(returns(), n_trials=count, trial_sharpes=SPREAD) for count in (3, 10, 1000, 1_000_000)]
    assert several == sorted(several, reverse=True)
    assert several[0] > several[-1]


def test_alone_it_is_measured_against_nothing():
    assert expected_best(1, variance=math.nan) == 0
    assert expected_best(2, variance=0.0) == 0
    zero = returns() - returns().mean()
    assert deflated_sharpe(zero, n_trials=1, trial_sharpes=np.array([0.0])) == pytest.approx(0.5, abs=1e-6)


def test_a_frame_gives_a_probability_for_each_trial():
    frame = pd.DataFrame({"good": returns(1), "bad": returns(2, mean=-0.001), "still": 0.001})
    frame.iloc[3, 0] = np.nan
    ratios = sharpes_per_period(frame)
    assert ratios[0] == pytest.approx(frame["good"].mean() / frame["good"].std(), rel=1e-12)
    found = deflated_sharpe(frame, n_trials=3, trial_sharpes=ratios)
    assert list(found.index) == ["good", "bad", "still"]
    assert 1 > found["good"] > found["bad"] > 0
    assert np.isnan(found["still"])
    assert found["good"] == pytest.approx(deflated_sharpe(frame["good"].dropna(), n_trials=3, trial_sharpes=ratios))


@pytest.mark.parametrize("few", [[], [0.01], [0.01, 0.03], [0.01] * 5])
def test_fewer_than_three_returns_or_equal_ones_say_nothing(few: list[float]) -> None:
    assert np.isnan(deflated_sharpe(np.array(few), n_trials=1, trial_sharpes=np.array([])))


def test_without_a_spread_of_what_was_tried_it_is_not_defined():
    for known in ([0.1], [0.1, np.nan], [], [0.1, 0.1 * (1 + 1e-12), 0.1], [0.0, 0.0]):
        assert np.isnan(deflated_sharpe(returns(), n_trials=5, trial_sharpes=np.array(known)))


def test_trials_of_one_ratio_count_once_in_the_spread():
    several, single = np.array([0.1, np.nan, 0.1 * (1 + 1e-12), -0.02, 0.1]), np.array([0.1, -0.02])
    assert distinct(several).tolist() == [-0.02, 0.1]
    assert distinct(np.array([0.1, 0.1 * (1 + 1e-8)])).tolist() == [0.1, 0.1 * (1 + 1e-8)]
    found = [deflated_sharpe(returns(), n_trials=5, trial_sharpes=ratios) for ratios in (several, single)]
    assert found[0] == found[1]


@pytest.mark.parametrize("scale", [1e-9, 1e120])
def test_it_does_not_depend_on_the_size_of_the_returns(scale: float) -> None:
    wanted = deflated_sharpe(returns(), n_trials=3, trial_sharpes=SPREAD)
    assert deflated_sharpe(returns() * scale, n_trials=3, trial_sharpes=SPREAD) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("count", [0, 2, 3.5, True, 1_000_001])
def test_trials_are_a_whole_number_of_at_least_those_known(count) -> None:
    with pytest.raises(InvalidInput, match="give a whole number within 3 and 1000000"):
        deflated_sharpe(returns(), n_trials=count, trial_sharpes=SPREAD)
