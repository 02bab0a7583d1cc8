import numpy as np
import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.strategies.ranges import refuse, whole, within


@pytest.mark.parametrize("value", [2, 3, 9])
def test_whole_numbers_within_the_bounds_are_fine(value: int) -> None:
    assert whole("days", value, least=2, most=9) == []


@pytest.mark.parametrize("value", [1, 10, 2.5, 3.0, True, np.nan])
def test_days_are_whole_numbers_within_the_bounds(value: float) -> None:
    (problem,) = whole("days", value, least=1 + (value is not True), most=9)
    assert problem.field == "days"
    assert problem.message == f"days is {value!r}; give a whole number within {1 + (value is not True)} and 9."


@pytest.mark.parametrize("value", [0, 0.5, 1.5])
def test_numbers_within_the_bounds_are_fine(value: float) -> None:
    assert within("share", value, least=0, most=1.5) == []


@pytest.mark.parametrize("value", [-0.1, 1.6, True, np.nan, np.inf])
def test_other_numbers_are_told_with_what_is_allowed(value: float) -> None:
    (problem,) = within("share", value, least=0, most=1.5)
    assert problem.message == f"share is {value!r}; give a number within 0 and 1.5."


def test_all_problems_are_told_at_once():
    problems = [*whole("days", 0, least=1, most=9), *within("share", 2, least=0, most=1)]
    with pytest.raises(InvalidInput, match=r"days is 0; .* share is 2; ") as refused:
        refuse(problems)
    assert [problem.field for problem in refused.value.problems] == ["days", "share"]
    assert refused.value.field == "days"
    refuse([])
