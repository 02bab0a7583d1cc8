"""Targets that miss a little are closed; what misses more, or is no weight, stays."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.frameworks.trees import bucket, framework, frameworks
from trimtab.domain.frameworks.checking import validate
from trimtab.domain.frameworks.framework import Bucket, Framework
from trimtab.domain.frameworks.generating.rounding import repaired


def of(*lines: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Targets after, and what was said, of buckets from lines of `path weights`."""
    buckets = [bucket(path, weights) for path, _, weights in (line.partition(" ") for line in lines)]
    found, said = repaired(framework(*buckets))
    return {each.path: str(each.target_weight) for each in found.buckets}, said


def test_thirds_are_rounded_and_the_step_that_lacks_goes_to_the_first_of_equals() -> None:
    assert of("Sector/A 0.33333", "Sector/B 0.33333", "Sector/C 0.33333") == (
        {"Sector/A": "0.3334", "Sector/B": "0.3333", "Sector/C": "0.3333"},
        (
            "Rounded to 4 decimal places: Sector/A, Sector/B, Sector/C.",
            "Targets right below Sector summed to 0.99999, closed to 1.00: Sector/A from 0.3333 to 0.3334.",
        ),
    )


def test_parents_are_closed_before_their_children() -> None:
    targets, said = of("Sector/A 0.6", "Sector/A/X 0.3", "Sector/A/Y 0.3", "Sector/B 0.398")
    assert targets == {"Sector/A": "0.6012", "Sector/A/X": "0.3006", "Sector/A/Y": "0.3006", "Sector/B": "0.3988"}
    assert [each.partition(" summed")[0] for each in said] == [
        "Targets right below Sector",
        "Targets right below Sector/A",
    ]


def test_what_sums_up_is_left_as_it_is_written() -> None:
    ours = framework(bucket("Sector/A", "0.50"), bucket("Sector/A/X", "0.500000"), bucket("Sector/B", "0.5"))
    assert repaired(ours) == (ours, ())
    assert str(repaired(ours)[0].buckets[1].target_weight) == "0.500000"
    assert repaired(framework()) == (framework(), ())


def test_what_misses_more_than_rounding_could_stays() -> None:
    for lines in (
        ("Sector/A 0.6", "Sector/B 0.3949"),
        ("Sector/A 1.2", "Sector/B -0.2"),
        ("Sector/A NaN", "Sector/B 0.5"),
        ("Sector/A 1", "Sector/A/X 0.7"),
        ("Sector/A 0.998", "Sector/A/X 0", "Sector/B 0.002", "Sector/B/X 1E-999999"),
    ):
        assert of(*lines)[0] == {path: weight for path, _, weight in (line.partition(" ") for line in lines)} or (
            "1E-999999" in lines[-1]
        )
    assert of("Sector/A 0.6", "Sector/B 0.395")[0] == {"Sector/A": "0.6030", "Sector/B": "0.3970"}


def test_children_of_nothing_are_not_made_something() -> None:
    targets, said = of("Sector/A 0.998", "Sector/B 0.002", "Sector/B/X 1E-999999")
    assert Decimal(targets["Sector/B/X"]) == 0
    assert said == ("Rounded to 4 decimal places: Sector/B/X.",)


def test_orphans_and_long_lists_stop_nothing() -> None:
    many = [f"Sector/{number} 0.0999" for number in range(10)]
    targets, said = of(*many, "Sector/Not/There 0.4")
    assert set(targets.values()) == {"0.1000", "0.4"}
    assert said[-1].endswith("Sector/7 from 0.0999 to 0.10 and 2 more.")


@st.composite
def nearly(draw: st.DrawFn) -> Framework:
    """A framework of two levels whose targets were rounded to two to five places."""
    places = draw(st.integers(2, 5))
    parts = draw(st.lists(st.lists(st.integers(1, 100), min_size=1, max_size=4), min_size=1, max_size=4))
    whole = sum(map(sum, parts))
    buckets = []
    for number, family in enumerate(parts):
        buckets.append(Bucket(f"Region/{number}", "", round(Decimal(sum(family)) / whole, places)))
        for child, part in enumerate(family):
            buckets.append(Bucket(f"Region/{number}/{child}", "", round(Decimal(part) / whole, places)))
    return framework(*buckets)


@given(nearly())
@settings(max_examples=60)
def test_whatever_rounding_did_is_mended_or_left(ours: Framework) -> None:
    found, said = repaired(ours)
    codes = {finding.code for finding in validate(found).errors}
    assert codes <= {"weight_sum"}
    assert not codes or max(len(str(each.target_weight)) for each in ours.buckets) <= 4
    assert repaired(found) == (found, ()) or codes
    assert (found == ours) == (not said)


@given(frameworks())
@settings(max_examples=30)
def test_of_any_framework_only_targets_change_and_it_stays_valid_where_it_was(ours: Framework) -> None:
    found, said = repaired(ours)
    given_buckets = tuple(
        replace(new, target_weight=old.target_weight) for new, old in zip(found.buckets, ours.buckets, strict=True)
    )
    assert replace(found, buckets=given_buckets) == ours
    assert bool(said) == (found != ours)
    assert all(each.endswith(".") for each in said)
