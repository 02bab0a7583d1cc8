"""A draft's weights sum up, whatever is moved, divided or taken away."""

from dataclasses import replace

from trimtab.domain.frameworks.generating.drafting import (
    Draft,
    Part,
    changed,
    divided,
    draft_of,
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


def test_what_is_taken_away_is_taken_over_by_its_family() -> None:
    assert weights(changed(OURS, lambda part: None if part.key == "US" else part)) == {
        "Equity": 6_000,
        "Equity/EM": 6_000,
        "Bonds": 4_000,
    }
    assert weights(changed(OURS, lambda part: None if part.key in {"US", "EM"} else part)) == {"Bonds": 10_000}
    assert weights(changed(OURS, lambda part: None if part.key == "Bonds" else part))["Equity/US"] == 6_667
    assert changed(OURS, lambda part: None).parts == ()
