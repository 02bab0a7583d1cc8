"""What changed between two versions is named by its place, with what was and what is."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings

from tests.domain.frameworks.trees import bucket, framework, frameworks
from trimtab.domain.frameworks.framework import BucketRules, Constraint, Framework, Rebalancing
from trimtab.domain.frameworks.versions import Change, diff

US, EM, WORLD = bucket("Region/US", "0.7"), bucket("Region/EM", "0.3"), bucket("Region/World", "0.3")
BONDS, CASH = Constraint("min_bonds", Decimal("0.2"), "percentage"), Constraint("min_cash", Decimal(100), "bps")
OURS = framework(US, EM, constraints=(BONDS, CASH))


def test_fields_of_the_framework_are_named_with_both_values() -> None:
    after = replace(OURS, name="Theirs", rebalancing=Rebalancing("M", 500, Decimal(25)))
    assert diff(OURS, after) == (
        Change("", "name", "Ours", "Theirs"),
        Change("", "rebalancing.cadence", "Q", "M"),
        Change("", "rebalancing.relative_band_pct", None, Decimal(25)),
    )


def test_fields_of_a_bucket_are_named_with_its_path() -> None:
    after = replace(US, target_weight=Decimal("0.6"), rules=BucketRules(regions=("US",)))
    assert diff(OURS, replace(OURS, buckets=(after, EM))) == (
        Change("Region/US", "target_weight", Decimal("0.7"), Decimal("0.6")),
        Change("Region/US", "rules.regions", (), ("US",)),
    )


def test_what_is_new_stands_before_what_is_gone() -> None:
    mended = replace(CASH, value=Decimal(50))
    wide = Constraint("max_issuer", Decimal("0.1"), "percentage")
    assert diff(OURS, replace(OURS, buckets=(WORLD, US), constraints=(mended, wide))) == (
        Change("", "constraints.min_cash", CASH, mended),
        Change("", "constraints.max_issuer", None, wide),
        Change("", "constraints.min_bonds", BONDS, None),
        Change("Region/World", "bucket", None, WORLD),
        Change("Region/EM", "bucket", EM, None),
    )


def test_another_order_is_a_change_too() -> None:
    assert diff(OURS, replace(OURS, buckets=(EM, US), constraints=(CASH, BONDS))) == (
        Change("", "constraints.order", ("min_bonds", "min_cash"), ("min_cash", "min_bonds")),
        Change("", "buckets.order", ("Region/US", "Region/EM"), ("Region/EM", "Region/US")),
    )


def test_a_path_that_stands_twice_is_compared_first_with_first_and_second_with_second() -> None:
    before, after = framework(US, US, EM), framework(US, replace(US, label="Again"), EM)
    assert diff(before, after) == (Change("Region/US", "label", "US", "Again"),)
    assert diff(before, OURS)[-1] == Change("Region/US", "bucket", US, None)


def test_a_weight_with_more_zeros_is_the_same_weight() -> None:
    assert diff(OURS, replace(OURS, buckets=(replace(US, target_weight=Decimal("0.7000")), EM))) == ()


@given(frameworks(), frameworks())
@settings(max_examples=40)
def test_there_is_no_change_just_where_two_are_equal(one: Framework, other: Framework) -> None:
    assert diff(one, one) == diff(one, replace(one, buckets=tuple(one.buckets))) == ()
    assert (diff(one, other) == ()) == (one == other)
    assert [(each.before, each.after) for each in diff(one, other) if each.before == each.after] == []
