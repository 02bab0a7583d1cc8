"""Weights of a bucket that can't be weights, or contradict each other."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.domain.frameworks.trees import bucket
from trimtab.domain.frameworks.bucket_checks import bucket_findings, wrong_weight
from trimtab.domain.frameworks.framework import Bucket, BucketRules
from trimtab.domain.frameworks.tree import tree_of


def told(*buckets: Bucket) -> list[tuple[str, str]]:
    return [(finding.code, finding.message) for _, finding in bucket_findings(tree_of(buckets))]


def test_weights_within_their_bounds_are_right() -> None:
    assert told(bucket("Region/US", "0 0 1"), bucket("Region/EM", "1.0000 1 1"), bucket("Region/A", "0.5")) == []


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        ("60", "is 60.00: give a fraction from 0 to 1; 60 % is 0.60."),
        ("-0.1", "is -0.10: give a fraction from 0 to 1."),
        ("1.0001", "is 1.0001: give a fraction from 0 to 1."),
        ("101", "is 101.00: give a fraction from 0 to 1."),
        ("NaN", "is NaN: give a fraction from 0 to 1."),
        ("Infinity", "is Infinity: give a fraction from 0 to 1."),
        ("0.33333", "has more than 4 decimal places: round it to 0.3333."),
        ("0.33330", ""),
        ("1E-4", ""),
    ],
)
def test_a_weight_is_a_fraction_of_4_places(weight: str, said: str) -> None:
    assert wrong_weight(Decimal(weight)) == said


def test_each_wrong_weight_of_a_bucket_is_told_by_its_field() -> None:
    assert [said[:10] for code, said in told(bucket("Region/US", "2 -1 3")) if code == "weight_range"] == [
        "target_wei",
        "min_weight",
        "max_weight",
    ]


def test_what_follows_from_percents_alone_isn_t_told_beside_them() -> None:
    assert [code for code, _ in told(bucket("Region/US", "60 0.5 70"))] == ["weight_range", "weight_range"]
    assert [code for code, _ in told(bucket("Region/US", "60 0.7"))] == ["weight_range", "target_outside"]


@pytest.mark.parametrize(("traded", "shown"), [("-5", "-5.00"), ("NaN", "NaN"), ("Infinity", "Infinity")])
def test_money_traded_a_day_is_0_or_more(traded: str, shown: str) -> None:
    ours = Bucket("Region/US", "US", Decimal(1), rules=BucketRules(min_adv_value=Decimal(traded)))
    said = f"min_adv_value of Region/US is {shown}: give an amount of 0 or more, or leave it out."
    assert told(ours) == [("rule_value", said)]
    assert told(replace(ours, rules=BucketRules(min_adv_value=Decimal(0)))) == []


def test_bounds_that_contradict_each_other_or_the_target_are_told_with_what_mends_them() -> None:
    assert told(bucket("Region/US", "0.5 0.6 0.4")) == [
        (
            "min_over_max",
            "min_weight of Region/US is 0.60, above its max_weight 0.40: lower the one, or raise the other.",
        ),
        (
            "target_outside",
            "target_weight of Region/US is 0.50, below its min_weight 0.60: raise the target by 0.10, or lower that.",
        ),
        (
            "target_outside",
            "target_weight of Region/US is 0.50, above its max_weight 0.40: lower the target by 0.10, or raise that.",
        ),
    ]
