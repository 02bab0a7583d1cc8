from typing import cast

import numpy as np
import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.limits import Constraints, Limits


def limits(held=(0.0, 0.0, 0.0), sector=(0, 0, 1), **rules) -> Limits:
    return Limits(Constraints(**rules), np.array(held), np.array(sector, dtype=np.int64))


@pytest.mark.parametrize(
    ("rules", "fits", "breaks"),
    [
        ({"max_position_weight": 0.4}, [0.4, 0.1, 0.4], [0.1, 0.41, 0.1]),
        ({"max_position_weight": 0.4, "long_only": False}, [0.0, -0.4, 0.1], [0.0, -0.41, 0.1]),
        ({"max_sector_weight": 0.5}, [0.3, 0.2, 0.5], [0.3, 0.21, 0.1]),
        ({"max_sector_weight": 0.5, "long_only": False}, [0.3, -0.2, 0.0], [0.3, -0.3, 0.0]),
        ({"gross_limit": 0.8}, [0.3, 0.3, 0.2], [0.3, 0.3, 0.3]),
        ({}, [0.0, 0.0, 0.0], [-0.01, 0.0, 0.0]),
        ({"max_turnover": 0.25}, [0.25, 0.25, 0.0], [0.25, 0.3, 0.0]),
        ({"min_trade_weight": 0.05}, [0.05, 0.0, 0.9], [0.04, 0.0, 0.9]),
    ],
)
def test_a_limit_holds_up_to_itself(rules: dict, fits: list[float], *, breaks: list[float]) -> None:
    assert limits(**rules).hold_for(np.array(fits))
    assert not limits(**rules).hold_for(np.array(breaks))


def test_turnover_is_half_of_all_changes():
    # 0.1 less, 0.3 more.
    assert limits(held=[0.5, 0.0, 0.2]).turnover(np.array([0.4, 0.3, 0.2])) == pytest.approx(0.2)


def test_a_position_may_be_closed_and_left_alone_however_small():
    found = limits(held=[0.01, 0.02, 0.5], min_trade_weight=0.05).too_small(np.array([0.0, 0.02, 0.46]))
    assert found.tolist() == [False, False, True]


def test_no_symbols_break_no_limit():
    assert limits(held=[], sector=[], max_sector_weight=0.2, min_trade_weight=0.1).hold_for(np.empty(0))


def test_there_are_enough_positions_where_the_target_has_none():
    few = limits(min_positions=2)
    assert few.enough(np.array([0.1, 0.1, 0.0]), np.array([0.5, 0.5, 0.0]))
    assert not few.enough(np.array([0.1, 0.0, 0.0]), np.array([0.5, 0.5, 0.0]))
    assert not few.enough(np.zeros(3), np.array([0.5, 0.0, 0.0]))
    assert few.enough(np.zeros(3), np.array([-0.5, 0.0, 0.0]))
    assert not limits(min_positions=2, long_only=False).enough(np.zeros(3), np.array([-0.5, 0.0, 0.0]))


@pytest.mark.parametrize("value", [-1.0, float("nan")])
def test_all_limits_out_of_range_are_said_at_once(value: float) -> None:
    fields = [
        "max_position_weight",
        "max_sector_weight",
        "min_positions",
        "max_turnover",
        "gross_limit",
        "min_trade_weight",
    ]
    with pytest.raises(InvalidInput, match=r"max_position_weight is .*; give a number above 0") as caught:
        Constraints(
            max_position_weight=value,
            max_sector_weight=value,
            min_positions=cast(int, value),
            max_turnover=value,
            gross_limit=value,
            min_trade_weight=value,
        )
    assert [problem.field for problem in caught.value.problems] == fields


def test_constraints_under_which_nothing_could_be_bought_are_named_together():
    with pytest.raises(InvalidInput) as caught:
        Constraints(max_position_weight=0.05, max_sector_weight=0.08, min_trade_weight=0.1)
    assert [problem.message for problem in caught.value.problems] == [
        "min_trade_weight (0.1) is above max_position_weight (0.05): nothing could be bought.",
        "min_trade_weight (0.1) is above max_sector_weight (0.08): nothing could be bought.",
    ]


def test_more_positions_than_the_least_trades_leave_room_for_are_refused():
    with pytest.raises(
        InvalidInput, match=r"min_positions \(11\) times min_trade_weight \(0.1\) is above gross_limit \(1\)"
    ):
        Constraints(min_positions=11, min_trade_weight=0.1)
    assert Constraints(min_positions=10, min_trade_weight=0.1).min_positions == 10
