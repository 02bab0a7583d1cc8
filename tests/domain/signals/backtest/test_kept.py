import numpy as np
import pytest

from trimtab.domain.signals.backtest.kept import beside, broken_by
from trimtab.domain.signals.exact_weights import in_steps
from trimtab.domain.signals.limits import Constraints, Limits

NOTHING = np.zeros(3)


def limits(held=NOTHING, **rules) -> Limits:
    return Limits(Constraints(**rules), in_steps(np.array(held, dtype=float)), np.array([0, 0, 1]))


def beside_first(weights, held, **rules) -> list[float]:
    kept = np.array([True, False, False])
    return beside(kept, in_steps(np.array(weights, dtype=float)), limits=limits(held, **rules)).tolist()


def test_others_keep_their_weights_where_there_is_room_and_shrink_together_where_there_is_not():
    assert beside_first([0.0, 0.2, 0.3], [0.5, 0, 0]) == pytest.approx([0.5, 0.2, 0.3], abs=1e-14)
    assert beside_first([0.0, 0.2, 0.8], [0.5, 0, 0]) == pytest.approx([0.5, 0.1, 0.4], abs=1e-14)
    assert beside_first([0.0, -0.2, 0.8], [-0.5, 0, 0], long_only=False) == pytest.approx([-0.5, -0.1, 0.4], abs=1e-14)
    assert beside_first([0.0, 0.2, 0.8], [1.5, 0, 0]) == [1.5, 0, 0]
    assert beside_first([0.4, 0.0, 0.0], [0.5, 0, 0]) == [0.5, 0, 0]


def told(weights, held=NOTHING, *, wanted=(1.0, 1.0, 1.0), **rules) -> list[str]:
    found = broken_by(np.array(weights), np.array(wanted), limits=limits(held, **rules))
    return [f"{problem.field}: {problem.message}" for problem in found]


def test_each_limit_that_is_not_kept_is_named_with_what_stands_against_it():
    bounds = {"max_position_weight": 0.3, "max_sector_weight": 0.4, "gross_limit": 0.5}
    assert told([0.35, -0.2, 0.1], min_positions=4, **bounds) == [
        "max_position_weight: max_position_weight (0.3) isn't kept: one position is 0.35.",
        "max_sector_weight: max_sector_weight (0.4) isn't kept: one sector is 0.55.",
        "gross_limit: gross_limit (0.5) isn't kept: all are together 0.65.",
        "long_only: long_only isn't kept: positions that are sold short: 1.",
        "min_positions: min_positions (4) isn't kept: 3 are held.",
    ]
    assert told([0.1, 0.5, 0.0], [0.05, 0.0, 0.3], max_turnover=0.2, min_trade_weight=0.1) == [
        "max_turnover: max_turnover (0.2) isn't kept: turnover is 0.425.",
        "min_trade_weight: min_trade_weight (0.1) isn't kept: trades that are smaller: 1.",
    ]


def test_what_is_kept_is_not_named():
    assert told([0.3, 0.3, 0.3], [0.3, 0.3, 0.3], max_position_weight=0.3, max_turnover=0.0, min_positions=3) == []
    assert told([0.0, 0.0, 0.0], wanted=NOTHING, min_positions=3) == []
