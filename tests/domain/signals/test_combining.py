from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.combining import Combined, combine
from trimtab.domain.signals.methods import CombiningMethod

NONE = np.nan
METHODS = get_args(CombiningMethod)
DAYS = np.array([1.0, 5.0, 20.0])
ALPHA = np.array([[0.8, -0.4, NONE], [0.2, 0.6, -0.1]])
SURE = np.array([[0.5, 0.25, NONE], [1.0, 0.5, 0.5]])
HUNDREDTHS = st.one_of(st.just(NONE), st.integers(-100, 100).map(lambda share: share / 100))


def combined(method: CombiningMethod = "weighted", weights=None) -> Combined:
    given = None if weights is None else np.array(weights, dtype=float)
    return combine(ALPHA, SURE, horizon_days=DAYS, weights=given, method=method)


def rows(found: Combined) -> list[list[float]]:
    return np.column_stack([found.alpha, found.confidence, found.horizon_days, found.conflict]).tolist()


def close(*wanted: list[float]):
    return [pytest.approx(row, abs=1e-15) for row in wanted]


def test_a_weighted_signal_is_the_mean_over_the_strategies_that_have_a_value():
    # First symbol: weights 3 and 1 of the two; 0.6 - 0.1, and a quarter of the weight is against it.
    # Second: 3/5, 1/5, 1/5: 0.12 + 0.12 - 0.02; a fifth against it.
    assert rows(combined(weights=[3, 1, 1])) == close([0.5, 0.4375, 2.0, 0.25], [0.22, 0.8, 5.6, 0.2])


def test_strategies_weigh_alike_unless_said_otherwise():
    assert rows(combined()) == rows(combined(weights=[7, 7, 7]))
    assert rows(combined())[0] == pytest.approx([0.2, 0.375, 3.0, 0.5], abs=1e-15)


def test_confidence_weighs_signals():
    # First: 2/3 and 1/3. Second: 1/2, 1/4, 1/4.
    assert rows(combined("confidence_weighted")) == close([0.4, 5 / 12, 7 / 3, 1 / 3], [0.225, 0.75, 6.75, 0.25])


def test_confidence_and_weight_multiply():
    # First: 0.5 x 1 and 0.25 x 2 weigh alike.
    assert combined("confidence_weighted", [1, 2, 1]).alpha[0] == pytest.approx(0.2, abs=1e-15)


def test_the_best_is_the_most_confident_strategy():
    assert rows(combined("best")) == close([0.8, 0.5, 1.0, 0.0], [0.2, 1.0, 1.0, 0.0])


def test_of_equally_confident_strategies_the_best_is_their_weighted_mean():
    found = combine(np.array([[0.9, -0.3]]), np.array([[0.5, 0.5]]), horizon_days=DAYS[:2], method="best")
    assert rows(found) == close([0.3, 0.5, 3.0, 0.5])


def test_ranks_are_those_of_the_symbols_by_each_strategy():
    alpha = np.array([[0.9, 0.1], [0.2, 0.1], [0.1, NONE], [-0.5, -0.8]])
    found = combine(alpha, np.ones((4, 2)), horizon_days=DAYS[:2], method="rank_average")
    # Of four: 1, 1/3, -1/3, -1; of three, two of them equal: 1/2, 1/2, -1. Then the means of what is there.
    assert found.alpha == pytest.approx([0.75, 5 / 12, -1 / 3, -1.0], abs=1e-15)
    assert found.conflict.tolist() == [0.0, 0.0, 0.0, 0.0]


def test_ranks_are_unmoved_by_how_far_apart_signals_are():
    near, far = np.array([[0.1, 0.3], [0.2, 0.2]]), np.array([[-1.0, 1.0], [1.0, -1.0]])
    made = [
        combine(alpha, np.ones((2, 2)), horizon_days=DAYS[:2], method="rank_average").alpha for alpha in (near, far)
    ]
    assert made[0].tolist() == made[1].tolist()


def test_a_symbol_alone_has_a_neutral_rank():
    found = combine(np.array([[0.7]]), np.array([[0.4]]), horizon_days=DAYS[:1], method="rank_average")
    assert rows(found) == [[0.0, 0.4, 1.0, 0.0]]


@pytest.mark.parametrize("method", METHODS)
def test_a_missing_signal_is_not_a_neutral_one(method: CombiningMethod) -> None:
    alpha, sure = np.array([[0.6, NONE], [-0.2, NONE]]), np.array([[0.5, 0.9], [0.5, 0.9]])
    found = combine(alpha, sure, horizon_days=DAYS[:2], method=method)
    alone = combine(alpha[:, :1], sure[:, :1], horizon_days=DAYS[:1], method=method)
    assert rows(found) == rows(alone)
    assert found.confidence.tolist() == [0.5, 0.5]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("missing", ["alpha", "confidence", "weight"])
def test_without_any_value_nothing_is_defined(method: CombiningMethod, *, missing: str) -> None:
    alpha, sure = (np.full((1, 2), NONE if missing == name else 0.5) for name in ("alpha", "confidence"))
    weights = np.zeros(2) if missing == "weight" else np.ones(2)
    found = combine(alpha, sure, horizon_days=DAYS[:2], weights=weights, method=method)
    assert np.isnan(rows(found)).all()


@pytest.mark.parametrize("method", METHODS)
def test_what_no_strategy_is_sure_of_is_neutral(method: CombiningMethod) -> None:
    alpha = np.array([[0.9, 0.5, -0.2], [0.1, 0.2, 0.3]])
    found = combine(alpha, np.zeros((2, 3)), horizon_days=DAYS, method=method)
    assert (found.alpha.tolist(), found.confidence.tolist()) == ([0.0, 0.0], [0.0, 0.0])
    assert found.horizon_days == pytest.approx([26 / 3, 26 / 3])


def test_signals_that_cancel_out_are_in_conflict_by_the_lesser_side():
    # 0.1 + 0.2 - 0.3 isn't 0 in floats; a third of the weight is below 0.
    found = combine(np.array([[0.1, 0.2, -0.3]]), np.ones((1, 3)), horizon_days=DAYS)
    assert rows(found) == close([0.0, 1.0, 26 / 3, 1 / 3])


def test_weights_near_the_largest_and_the_least_of_all_numbers_are_weights():
    for scale in (1e308, 5e-324):
        assert rows(combined(weights=[scale] * 3)) == close(*rows(combined()))


def test_no_symbols_have_no_signals():
    for method in METHODS:
        found = combine(np.empty((4, 0, 3)), np.empty((4, 0, 3)), horizon_days=DAYS, method=method)
        assert (found.alpha.shape, found.parts.shape) == ((4, 0), (4, 0, 3))


def test_parts_are_shares_times_scores_and_nothing_where_there_is_no_value():
    # First: 3/4 of 0.8 and 1/4 of -0.4. Second: 3/5 of 0.2, 1/5 of 0.6 and 1/5 of -0.1.
    assert combined(weights=[3, 1, 1]).parts.tolist() == close([0.6, -0.1, 0.0], [0.12, 0.12, -0.02])
    # By ranks both strategies have the second symbol on the other side; the third has no other symbol.
    assert combined("rank_average").parts.tolist() == close([0.5, -0.5, 0.0], [-1 / 3, 1 / 3, 0.0])
    # What nobody is sure of is neutral, whatever each of them says.
    unsure = combine(ALPHA, SURE * 0, horizon_days=DAYS)
    assert (unsure.alpha.tolist(), unsure.parts[0].tolist()) == ([0.0, 0.0], [0.4, -0.2, 0.0])


@pytest.mark.parametrize("method", METHODS)
def test_many_dates_are_combined_as_each_of_them_alone(method: CombiningMethod) -> None:
    chosen = np.random.default_rng(8)
    alpha = np.where(chosen.random((70, 300, 3)) < 0.1, NONE, chosen.integers(-9, 9, (70, 300, 3)) / 10)
    found = combine(alpha, np.abs(alpha), horizon_days=DAYS, method=method)
    for date in (0, 35, 36, 37, 69):
        alone = combine(alpha[date], np.abs(alpha[date]), horizon_days=DAYS, method=method)
        for figure in ("alpha", "confidence", "horizon_days", "conflict", "parts"):
            np.testing.assert_array_equal(getattr(found, figure)[date], getattr(alone, figure))


@pytest.mark.parametrize("method", METHODS)
@given(
    alpha=arrays(np.float64, (5, 4, 3), elements=HUNDREDTHS),
    sure=arrays(np.float64, (5, 4, 3), elements=HUNDREDTHS.map(abs)),
    order=st.permutations([0, 1, 2]),
    cut=st.integers(1, 4),
)
def test_signals_stay_in_range_whatever_the_order_and_what_comes_later(method, *, alpha, sure, order, cut):
    weights = np.array([1.0, 2.0, 0.5])
    found = combine(alpha, sure, horizon_days=DAYS, weights=weights, method=method)
    other = combine(
        alpha[..., order], sure[..., order], horizon_days=DAYS[order], weights=weights[order] * 8, method=method
    )
    early = combine(alpha[:cut], sure[:cut], horizon_days=DAYS, weights=weights, method=method)
    none = (np.isnan(alpha) | np.isnan(sure)).all(axis=-1)
    sums = np.where(found.alpha == 0, 0.0, found.parts.sum(axis=-1))
    np.testing.assert_allclose(sums[~none], found.alpha[~none], rtol=0, atol=1e-12)
    np.testing.assert_array_equal(early.parts, found.parts[:cut])
    for name, low, high in (
        ("alpha", -1, 1),
        ("confidence", 0, 1),
        ("horizon_days", 0.999, 20.001),
        ("conflict", 0, 1),
    ):
        figure = getattr(found, name)
        assert np.array_equal(np.isnan(figure), none)
        assert ((figure >= low) & (figure <= high))[~none].all()
        np.testing.assert_allclose(getattr(other, name), figure, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(getattr(early, name), figure[:cut])


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"alpha": np.ones(3)}, "alpha", r"alpha has to have the shape \(symbols, strategies\)"),
        ({"confidence": np.ones((2, 2))}, "confidence", r"confidence has to have the shape of alpha, \(2, 3\)"),
        ({"alpha": np.full((2, 3), 1.5)}, "alpha", "alpha has to be within -1 and 1"),
        ({"confidence": np.full((2, 3), -0.1)}, "confidence", "confidence has to be within 0 and 1"),
        ({"horizon_days": np.zeros(3)}, "horizon_days", "one number of days above 0 for each strategy"),
        ({"horizon_days": np.ones(2)}, "horizon_days", "one number of days above 0 for each strategy"),
        ({"weights": np.array([1, -1, 1])}, "weights", "one number of 0 or more for each strategy"),
        ({"weights": np.array([1, np.inf, 1])}, "weights", "one number of 0 or more for each strategy"),
        ({"weights": np.ones(4)}, "weights", "one number of 0 or more for each strategy"),
        ({"method": "median"}, "method", "method is one of weighted, confidence_weighted, rank_average, best"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict, field: str, *, message: str) -> None:
    given = {"alpha": ALPHA, "confidence": SURE, "horizon_days": DAYS} | change
    with pytest.raises(InvalidInput, match=message) as caught:
        combine(given.pop("alpha"), given.pop("confidence"), **given)
    assert field in {problem.field for problem in caught.value.problems}


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(InvalidInput) as caught:
        combine(np.full((2, 3), 2.0), SURE, horizon_days=-DAYS, weights=np.ones(2))
    assert [problem.field for problem in caught.value.problems] == ["alpha", "horizon_days", "weights"]
