from typing import get_args

import pytest

from trimtab.domain.signals.backtest.result import COSTS, UNATTRIBUTED
from trimtab.domain.signals.evaluation.comparing import WALK_FORWARD
from trimtab.domain.signals.evaluation.daily_returns import EQUAL_WEIGHT
from trimtab.domain.signals.evaluation.distributions import COMBINED
from trimtab.domain.signals.methods import RESERVED, CombiningMethod
from trimtab.domain.signals.strategies.names import is_name, why_not_a_strategys


@pytest.mark.parametrize("name", ["a", "momentum_rank", "ema_200", "a" * 64])
def test_small_letters_digits_and_underscores_are_a_name(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("other", ["", "Trend", "2_fast", "_trend", "a-b", "a b", "trend\n", "é", "a" * 65, 7, None])
def test_nothing_else_is(other: object) -> None:
    assert not is_name(other)


@pytest.mark.parametrize(
    "name", [COSTS, UNATTRIBUTED, WALK_FORWARD, EQUAL_WEIGHT, COMBINED, *get_args(CombiningMethod), "portfolio", "day"]
)
def test_what_stands_beside_strategies_is_reserved_and_told_with_all_that_is(name: str) -> None:
    said = why_not_a_strategys(name)
    assert said.startswith("is reserved; give another one than alpha_from, ")
    assert all(each in said for each in RESERVED)


def test_other_names_are_a_strategys():
    assert why_not_a_strategys("momentum_rank") == ""
    assert why_not_a_strategys("(cash)").startswith("isn't allowed; give small letters")
