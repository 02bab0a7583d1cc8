"""A factor group that nobody could have written is told, field by field."""

import math
from collections.abc import Mapping, Sequence

import pytest

from trimtab.domain.factors.reference_groups import MOST_MEMBERS, wrong_group, wrong_group_name

PAIR = ("SPY", "AGG")
MANY = tuple(f"T{number}" for number in range(MOST_MEMBERS))


def said_of(
    members: Sequence[str] = PAIR, weights: Mapping[str, float] | None = None, *, is_custom: bool = True
) -> Mapping[str, str]:
    given = {"SPY": 0.6, "AGG": 0.4} if weights is None else weights
    return wrong_group("pair", members, weights=given, is_custom=is_custom)


def test_nothing_is_said_of_groups_that_are_right() -> None:
    assert said_of() == {}
    assert said_of(weights={"SPY": 1.0000005, "AGG": 0}) == {}
    assert said_of(weights={}, is_custom=False) == said_of(MANY, {}, is_custom=False) == {}


@pytest.mark.parametrize("members", [(), (*MANY, "SPY"), ("SPY", "AGG", "SPY"), ("SPY", "$X"), ("SPY", "")])
def test_members_are_tickers_each_once(members: tuple[str, ...]) -> None:
    assert set(said_of(members, {}, is_custom=False)) == {"members"}


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"SPY": 1.0}, "Every member has a weight, and nothing else has."),
        ({"SPY": 0.5, "AGG": 0.25, "GLD": 0.25}, "Every member has a weight, and nothing else has."),
        ({"SPY": math.nan, "AGG": 0.4}, "A weight is a finite number, 0 or more."),
        ({"SPY": math.inf, "AGG": 0.4}, "A weight is a finite number, 0 or more."),
        ({"SPY": 1.5, "AGG": -0.5}, "A weight is a finite number, 0 or more."),
        ({"SPY": 0.6, "AGG": 0.40001}, "The weights have to sum to 1."),
        ({"SPY": 0.6, "AGG": 0.39999}, "The weights have to sum to 1."),
        ({"SPY": 1e308, "AGG": 1e308}, "The weights have to sum to 1."),
    ],
)
def test_custom_weights_are_one_a_member_and_sum_to_one(weights: Mapping[str, float], said: str) -> None:
    assert said_of(weights=weights) == {"weights": said}


def test_only_custom_groups_have_weights() -> None:
    assert said_of(is_custom=False) == {"weights": "Weights belong to the weighting method custom only."}


def test_everything_wrong_is_told() -> None:
    assert set(wrong_group("a\nb", (), weights={"SPY": 1}, is_custom=True)) == {"name", "members", "weights"}


@pytest.mark.parametrize(
    "name", ["chips", "My chips 2", "Grün", "a.b", ".a", "..a", "...", "....", "100 %", "?", "x" * 80]
)
def test_these_name_a_group(name: str) -> None:
    assert wrong_group_name(name) == ""


@pytest.mark.parametrize("name", ["a/b", "/", "a\\b", "\\", ".", "..", ".../"])
def test_a_name_that_no_address_could_hold_names_no_group(name: str) -> None:
    assert wrong_group_name(name) == "A group's name has no / and no \\, and isn't . or ..."


@pytest.mark.parametrize("name", ["", " a", "a\nb", "x" * 81])
def test_what_names_nothing_names_no_group(name: str) -> None:
    assert wrong_group_name(name).startswith("A name has 1 to 80 characters")
