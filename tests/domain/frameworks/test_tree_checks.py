"""Paths that make no tree, and families whose weights can't be kept."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.frameworks.trees import bucket
from trimtab.domain.frameworks.framework import Bucket
from trimtab.domain.frameworks.tree import tree_of
from trimtab.domain.frameworks.tree_checks import path_findings, sum_findings


def of_paths(*paths: str) -> list[tuple[int, str, str]]:
    found = path_findings(tree_of([bucket(path, "0") for path in paths]))
    return [(position, finding.code, finding.message) for position, finding in found]


def of_sums(*buckets: Bucket) -> list[tuple[int, str, str, str]]:
    found = sum_findings(tree_of(buckets))
    return [(position, finding.code, finding.path, finding.message) for position, finding in found]


def test_a_tree_of_one_dimension_is_right_with_or_without_a_bucket_of_the_dimension() -> None:
    assert of_paths("Region/US", "Region/us/A", "Region/EM") == []
    assert of_paths("Region", "Region/US") == []
    assert of_sums(bucket("Region", "1"), bucket("Region/US", "0.4"), bucket("Region/EM", "0.6")) == []


def test_no_buckets_are_told_with_an_example() -> None:
    assert of_paths() == [(-1, "no_buckets", "There are no buckets: add some, such as AssetClass/Equity.")]
    assert of_sums() == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            "Region//US",
            "The path 'Region//US' has an empty part: write names with one / between, and none at its ends.",
        ),
        ("Region/", "The path 'Region/' has an empty part: write names with one / between, and none at its ends."),
        ("Region/ US", "Region/ US has blanks around a part, or characters that can't be seen: take them out."),
        ("Region/U\u200bS", "Region/US has blanks around a part, or characters that can't be seen: take them out."),
        ("Sleeve/Core", "Sleeve/Core is in another dimension than the first bucket: a framework has one, here Region."),
        (
            "Regions/US",
            "The path 'Regions/US' begins with no dimension: begin it with one of AssetClass, Region, Sector, Sleeve. "
            "Did you mean Region?",
        ),
        ("Region/" + "x" * 494, f"Region/{'x' * 72}… has 501 characters: shorten it to at most 500."),
    ],
)
def test_a_path_that_is_none_is_told_with_what_mends_it(path: str, said: str) -> None:
    assert of_paths("Region/EM", path) == [(1, "bad_path", said)]


def test_a_path_of_500_characters_is_one() -> None:
    assert of_paths("Region/" + "x" * 493) == []


def test_all_that_is_wrong_with_a_path_is_told() -> None:
    assert [code for _, code, _ in of_paths("Region/EM", "/" + "x" * 500)] == ["bad_path"] * 3


def test_a_path_that_stands_twice_in_whatever_case_is_told_of_the_second() -> None:
    said = "Region/us stands twice (the case of letters doesn't count): rename one of the two, or take it away."
    assert of_paths("Region/US", "Region/EM", "Region/us") == [(2, "duplicate_path", said)]


def test_a_bucket_without_its_parent_is_told_and_what_hangs_below_it_isn_t() -> None:
    said = "Region/US/Large has no parent: add a bucket Region/US, or move this one."
    assert of_paths("Region/US/Large/Value", "Region/US/Large") == [(0, "orphan_path", said)]


@pytest.mark.parametrize(("total", "right"), [("0.9990", True), ("1.0010", True), ("0.9989", False), ("1.0011", False)])
def test_sums_may_be_off_by_a_thousandth_and_no_more(total: str, right: bool) -> None:
    half = Decimal(total) - Decimal("0.5")
    top = [bucket("Region/US", "0.5"), bucket("Region/EM", str(half))]
    assert (of_sums(*top) == []) == right
    below = [bucket("Sleeve/All", "1"), bucket("Sleeve/All/A", "0.5"), bucket("Sleeve/All/B", str(half))]
    assert (of_sums(*below) == []) == right


def test_a_sum_that_is_off_is_told_of_its_parent_with_what_mends_it() -> None:
    assert of_sums(
        bucket("AssetClass/Equity", "0.6"),
        bucket("AssetClass/Equity/US", "0.58"),
        bucket("AssetClass/Bonds", "0.3"),
        bucket("AssetClass/Bonds/Long", "0.35"),
    ) == [
        (-1, "weight_sum", "AssetClass", "Buckets right below AssetClass sum to 0.90, not to 1: add 0.10 to them."),
        (
            0,
            "weight_sum",
            "AssetClass/Equity",
            "Children of AssetClass/Equity sum to 0.58, it has 0.60: add 0.02 to them, or take it from "
            "AssetClass/Equity.",
        ),
        (
            2,
            "weight_sum",
            "AssetClass/Bonds",
            "Children of AssetClass/Bonds sum to 0.35, it has 0.30: take 0.05 from them, or add it to "
            "AssetClass/Bonds.",
        ),
    ]


def test_too_much_below_the_dimension_and_a_dimension_that_isn_t_all_are_told() -> None:
    assert of_sums(bucket("Region", "0.9"), bucket("Region/US", "1.2")) == [
        (-1, "weight_sum", "Region", "Buckets right below Region sum to 1.20, not to 1: take 0.20 from them."),
        (
            0,
            "weight_sum",
            "Region",
            "Region is the whole, and its target_weight isn't 1: make it 1, or take the bucket away.",
        ),
    ]


def test_a_bucket_of_another_dimension_counts_in_no_sum() -> None:
    assert of_sums(bucket("Region/US", "1"), bucket("Sleeve/Core", "0.5")) == []


def test_bounds_of_children_that_their_parent_can_t_hold_are_told() -> None:
    parent = bucket("Region/US", "1 0.9 1")
    assert of_sums(parent, bucket("Region/US/A", "0.5 0.6"), bucket("Region/US/B", "0.5 0.5 0.5")) == [
        (
            0,
            "children_bounds",
            "Region/US",
            "min_weight of the buckets below Region/US sum to 1.10, more than its max_weight 1.00: lower them by "
            "0.10, or raise that.",
        )
    ]
    assert of_sums(parent, bucket("Region/US/A", "0.5 - 0.4"), bucket("Region/US/B", "0.5 - 0.4")) == [
        (
            0,
            "children_bounds",
            "Region/US",
            "max_weight of the buckets below Region/US sum to 0.80, less than its min_weight 0.90: raise them by "
            "0.10, or lower that.",
        )
    ]


def test_where_a_parent_has_no_bounds_its_target_is_the_bound_and_the_whole_is_1() -> None:
    below = [bucket("Region/US", "1"), bucket("Region/US/A", "1 1.1"), bucket("Region/US/B", "0 - 1")]
    assert [(at, code) for at, code, _, _ in of_sums(*below)] == [(0, "children_bounds")]
    assert of_sums(bucket("Region/US", "0.5 - 0.4"), bucket("Region/EM", "0.5 - 0.5")) == [
        (
            -1,
            "children_bounds",
            "Region",
            "max_weight of the buckets below Region sum to 0.90, less than its target_weight 1.00: raise them by 0.10.",
        )
    ]
    assert of_sums(bucket("Region/US", "0.5 - 0.4"), bucket("Region/EM", "0.5")) == []


def test_percents_sum_as_the_fractions_that_were_meant() -> None:
    ours = [bucket("Region", "100"), bucket("Region/US", "60 50 70"), bucket("Region/EM", "0.4")]
    assert of_sums(*ours, bucket("Region/US/A", "40 30"), bucket("Region/US/B", "20 20")) == []
    assert [said for _, _, _, said in of_sums(bucket("Region/US", "60"), bucket("Region/EM", "0.5"))] == [
        "Buckets right below Region sum to 1.10, not to 1: take 0.10 from them."
    ]


def test_bounds_may_be_off_by_as_much_as_targets() -> None:
    thirds = [bucket(f"Region/{name}", "0.3333 0.3333 0.3333") for name in "ABC"]
    assert of_sums(*thirds) == []


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=8))
@settings(max_examples=30)
def test_adding_what_a_finding_says_mends_the_sum(steps: list[int]) -> None:
    weights = [Decimal(each).scaleb(-4) for each in steps]
    missing = 1 - sum(weights, Decimal(0))
    found = of_sums(*(bucket(f"Region/{number}", str(each)) for number, each in enumerate(weights)))
    assert (found == []) == (abs(missing) <= Decimal("0.001"))
    mended = [*weights[:-1], weights[-1] + missing]
    assert of_sums(*(bucket(f"Region/{number}", str(each)) for number, each in enumerate(mended))) == []
