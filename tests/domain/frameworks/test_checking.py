"""All that is wrong with a framework is said at once, in one order, and fast."""

from dataclasses import replace
from decimal import Decimal, localcontext

from hypothesis import given, settings

from tests.domain.frameworks.trees import bucket, framework, frameworks
from trimtab.domain.frameworks.checking import CODES, validate
from trimtab.domain.frameworks.framework import Constraint, Framework, Rebalancing
from trimtab.domain.frameworks.tree import tree_of

RIGHT = framework(
    bucket("AssetClass/Equity", "0.6 0.5 0.7"),
    bucket("AssetClass/Equity/US", "0.35"),
    bucket("AssetClass/Equity/EM", "0.25"),
    bucket("AssetClass/Bonds", "0.4"),
    constraints=(Constraint("min_bonds", Decimal("0.4"), "percentage"),),
)

WRONG = framework(
    bucket("AssetClass/Bonds", "0.39999"),
    bucket("AssetClass/Equity/US", "0.2 0.5 0.1"),
    bucket("AssetClass/Equity", "0.3"),
    bucket("assetclass/equity", "0.3"),
    bucket("AssetClass/Real/Land", "0.1"),
    bucket("Region/US", "0.1"),
    rebalancing=Rebalancing("Q", 5),
    constraints=(
        Constraint("min_bonds", Decimal("0.5"), "percentage"),
        Constraint("min_cash", Decimal(5), "percentage"),
    ),
)


def codes(given_framework: Framework) -> list[tuple[str, str]]:
    return [(finding.path, finding.code) for finding in validate(given_framework).findings]


def test_nothing_is_found_in_a_framework_that_is_right() -> None:
    assert validate(RIGHT).findings == ()
    assert validate(RIGHT, tree=tree_of(RIGHT.buckets)).valid


def test_everything_is_found_in_the_order_of_the_tree_and_of_the_codes() -> None:
    assert codes(WRONG) == [
        ("AssetClass/Bonds", "weight_range"),
        ("AssetClass/Equity", "weight_sum"),
        ("AssetClass/Equity", "children_bounds"),
        ("AssetClass/Equity", "children_bounds"),
        ("AssetClass/Equity/US", "min_over_max"),
        ("AssetClass/Equity/US", "target_outside"),
        ("AssetClass/Equity/US", "target_outside"),
        ("assetclass/equity", "duplicate_path"),
        ("assetclass/equity", "bad_path"),
        ("AssetClass/Real/Land", "orphan_path"),
        ("Region/US", "bad_path"),
        ("constraints[1]", "constraint_value"),
        ("constraints[0]", "target_breaks_constraint"),
        ("rebalancing", "narrow_band"),
    ]


def test_only_errors_make_a_framework_invalid() -> None:
    checked = validate(WRONG)
    assert not checked.valid
    assert [finding.code for finding in checked.warnings] == ["narrow_band"]
    assert len(checked.errors) + len(checked.warnings) == len(checked.findings)
    narrow = validate(replace(RIGHT, rebalancing=Rebalancing("Q", 5)))
    assert narrow.valid
    assert narrow.findings == narrow.warnings


def test_without_buckets_there_is_just_that_to_say() -> None:
    assert codes(framework()) == [("buckets", "no_buckets")]


def test_weights_that_are_no_numbers_are_told_and_stop_nothing() -> None:
    strange = framework(
        bucket("Region/US", "NaN 0.1 0.2"),
        bucket("Region/EM", "1E+999999 sNaN"),
        bucket("Region/A", "-Infinity"),
    )
    assert {code for _, code in codes(strange)} >= {"weight_range"}


def test_the_caller_s_decimal_context_changes_nothing() -> None:
    with localcontext(prec=2):
        assert validate(RIGHT).valid
        assert not validate(framework(bucket("Region/US", "0.9989"))).valid


@given(frameworks())
@settings(max_examples=40)
def test_whatever_is_asked_about_every_finding_says_where_and_how_to_mend_it(wrong: Framework) -> None:
    found = validate(wrong).findings
    assert found == validate(wrong).findings
    for finding in found:
        assert finding.code in CODES
        assert finding.path
        assert finding.message.endswith((".", "?"))
        assert ":" in finding.message


def test_a_thousand_buckets_that_fit_are_valid() -> None:
    tops = [bucket(f"Sector/{top}", "0.1") for top in range(10)]
    rest = [bucket(f"Sector/{top}/{number}", "0.001") for top in range(10) for number in range(99)]
    large = framework(*tops, *rest)
    assert validate(large).valid
