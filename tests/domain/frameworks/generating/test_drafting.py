"""A draft's weights sum up, whatever is moved, divided or taken away."""

from dataclasses import replace

from trimtab.domain.frameworks.generating.drafting import (
    Draft,
    Part,
    Takers,
    changed,
    divided,
    draft_of,
    filled,
    moved,
    resized,
    steps_of,
)
from trimtab.domain.frameworks.templates import TEMPLATES

OURS = Draft(
    "AssetClass",
    (
        Part("Equity", "Equity", 6_000, parts=(Part("US", "US", 4_000), Part("EM", "EM", 2_000))),
        Part("Bonds", "Bonds", 4_000),
    ),
)


def weights(draft: Draft) -> dict[str, int]:
    return {bucket.path.partition("/")[2]: int(bucket.target_weight * 10_000) for bucket in draft.buckets()}


def without(*keys: str, takers: Takers) -> tuple[dict[str, int], int]:
    """The weights without parts, and what nothing took."""
    found = changed(OURS, lambda part: None if part.key in keys else part, takers=takers)
    return weights(Draft(OURS.dimension, found.parts)), found.unplaced


def test_a_template_as_a_draft_has_its_buckets() -> None:
    for template in TEMPLATES.values():
        assert draft_of(template).buckets() == template.buckets


def test_what_is_below_follows_the_weight_of_what_is_above() -> None:
    assert [part.steps for part in resized(OURS.parts[0], 1).parts] == [1, 0]
    assert steps_of(OURS.parts, "US") == 4_000
    assert steps_of(OURS.parts, "None") == 0


def test_a_part_is_divided_in_proportion_or_alike() -> None:
    into = (Part("X", "X", 1), Part("Y", "Y", 3))
    assert weights(divided(OURS, "Bonds", into=into))["Bonds/Y"] == 3_000
    alike = tuple(replace(part, steps=0) for part in into)
    assert weights(divided(OURS, "Bonds", into=alike))["Bonds/Y"] == 2_000


def test_weight_moves_within_a_family_as_far_as_it_is_there() -> None:
    cash = Part("Cash", "Cash", 9)
    assert weights(moved(OURS, "Bonds", to=cash, steps=500)) == {
        "Equity": 6_000,
        "Equity/US": 4_000,
        "Equity/EM": 2_000,
        "Bonds": 3_500,
        "Cash": 500,
    }
    assert weights(moved(OURS, "EM", to=Part("US", "", 0), steps=5_000)) == {
        "Equity": 6_000,
        "Equity/US": 6_000,
        "Bonds": 4_000,
    }
    assert moved(OURS, "None", to=cash, steps=500) == OURS


def test_what_is_taken_away_goes_to_its_takers_in_proportion_and_else_up_the_tree() -> None:
    assert without("US", takers={"US": ["EM"]}) == ({"Equity": 6_000, "Equity/EM": 6_000, "Bonds": 4_000}, 0)
    assert without("US", takers={"Equity": ["Bonds"]}) == ({"Equity": 2_000, "Equity/EM": 2_000, "Bonds": 8_000}, 0)
    assert without("US", takers={}) == ({"Equity": 2_000, "Equity/EM": 2_000, "Bonds": 4_000}, 4_000)
    assert without("US", "EM", takers={"US": ["EM"], "Equity": ["Bonds"]}) == ({"Bonds": 10_000}, 0)
    assert without("Bonds", takers={"Bonds": ["Equity"]})[0]["Equity/US"] == 6_667
    assert without("Equity", "Bonds", takers={"Equity": ["Bonds"]}) == ({}, 10_000)


def test_parts_are_filled_to_the_whole() -> None:
    assert [part.steps for part in filled([Part("A", "A", 1), Part("B", "B", 2)])] == [3_333, 6_667]
