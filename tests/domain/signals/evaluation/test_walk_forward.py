import numpy as np
import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.evaluation.walk_forward import splits, walk_forward
from trimtab.domain.signals.metrics import sharpe

UP, DOWN = np.array([0.02, 0.01, 0.03]), np.array([-0.02, -0.01, -0.03])


def test_the_first_parts_are_a_day_longer_where_it_does_not_come_out_even():
    # 11 days in 4 parts: 3, 3, 3 and 2.
    found = splits(11, folds=3, embargo_days=0)
    assert [(split.train.stop, split.test.start, split.test.stop) for split in found] == [
        (3, 3, 6),
        (6, 6, 9),
        (9, 9, 11),
    ]
    assert all(split.train.start == 0 for split in found)


def test_an_embargo_takes_the_last_days_before_each_part():
    assert [split.train.stop for split in splits(12, folds=3, embargo_days=4)] == [0, 2, 5]


def test_the_best_so_far_is_chosen_and_what_it_then_earns_counts():
    # The first method is the better one in the first part only, the second in the other two.
    returns = np.column_stack([np.concatenate([UP, DOWN, DOWN]), np.concatenate([DOWN, 2 * UP, UP])])
    found = walk_forward(returns, folds=2, embargo_days=0)
    assert found.chosen.tolist() == [0, 1]
    assert found.informed.tolist() == [True, True]
    assert found.returns.tolist() == [*DOWN, *UP]
    assert found.sharpes[1].tolist() == pytest.approx([sharpe(column[:6]) for column in returns.T], rel=1e-12)


def test_nothing_in_a_part_or_its_embargo_moves_its_choice():
    returns = np.random.default_rng(4).normal(0, 0.01, (60, 5))
    before = walk_forward(returns, folds=4, embargo_days=5)
    for place, split in enumerate(before.splits):
        later = returns.copy()
        later[split.train.stop :] = np.random.default_rng(place).normal(0, 0.5, later[split.train.stop :].shape)
        assert (
            walk_forward(later, folds=4, embargo_days=5).chosen[: place + 1].tolist()
            == before.chosen[: place + 1].tolist()
        )


def test_of_equal_methods_the_first_is_chosen():
    column = np.random.default_rng(5).normal(0.001, 0.01, (50, 1))
    for count in (2, 3, 7):
        assert walk_forward(np.repeat(column, count, axis=1), folds=4, embargo_days=0).chosen.tolist() == [0] * 4
    nearly = np.column_stack([column, column * (1 + 1e-15)])
    assert walk_forward(nearly, folds=1, embargo_days=0).chosen.tolist() == [0]


def test_a_method_without_a_ratio_is_never_preferred_to_one_that_has_any():
    returns = np.column_stack([np.zeros(9), np.tile(DOWN, 3)])
    assert walk_forward(returns, folds=2, embargo_days=0).chosen.tolist() == [1, 1]


def test_where_no_method_has_a_ratio_the_first_is_taken_and_said_to_be_uninformed():
    found = walk_forward(np.tile(UP, 3)[:, None].repeat(2, axis=1), folds=2, embargo_days=3)
    assert found.chosen.tolist() == [0, 0]
    assert found.informed.tolist() == [False, True]
    assert np.isnan(found.sharpes[0]).all()


def test_the_risk_free_rate_is_taken_off():
    # A mean of 0.001 with little risk against 0.002 with much: a high rate turns the order.
    steady, bold = np.tile([0.0009, 0.0011], 50), np.tile([-0.01, 0.014], 50)
    returns = np.column_stack([steady, bold])
    chosen = [walk_forward(returns, folds=1, embargo_days=0, risk_free=rate).chosen[0] for rate in (0.0, 0.5)]
    assert chosen == [0, 1]


def test_what_cannot_be_cut_is_refused():
    with pytest.raises(InvalidInput, match="4 days can't be cut into 5 parts; give fewer folds"):
        splits(4, folds=4, embargo_days=0)
    with pytest.raises(InvalidInput) as refused:
        splits(100, folds=0, embargo_days=-1)
    assert [problem.field for problem in refused.value.problems] == ["folds", "embargo_days"]
