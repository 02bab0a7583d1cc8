"""Leaves that can't be filled are warned of, and those with one product alone."""

from dataclasses import replace

from tests.domain.frameworks.mapping.universes import AS_OF, Product, leaf, universe
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.mapping import coverage_findings, map_products

PRODUCTS = universe(Product("A"), Product("B"), Product("C", region="Emerging"))


def test_a_target_without_products_and_one_with_one_alone_are_warned_of() -> None:
    buckets = (
        leaf("Region/US", "0.5"),
        leaf("Region/Emerging", "0.3"),
        leaf("Region/Moon\u202e", "0.125"),
        leaf("Region/Mars", "0"),
    )
    found = coverage_findings(map_products(Framework("Ours", buckets), PRODUCTS, as_of=AS_OF, per_bucket=1))
    assert [(each.code, each.severity, each.path, each.message) for each in found] == [
        (
            "thin_coverage",
            "warning",
            "Region/Emerging",
            "Region/Emerging has a target of 0.30 and one product alone: loosen its rules, or add products that"
            " meet them.",
        ),
        (
            "no_product",
            "warning",
            "Region/Moon\u202e",
            "Region/Moon has a target of 0.125 and no product (3 candidates, 3 lost to path; rules would say better"
            " what it takes): loosen that, or add products that meet its rules.",
        ),
    ]


def test_a_target_whose_rules_name_what_no_product_bears_says_what_they_may_name() -> None:
    frame = Framework("Ours", (leaf("Region/Us", regions=("USA",)),))
    (found,) = coverage_findings(map_products(frame, PRODUCTS, as_of=AS_OF))
    assert found.message == (
        "Region/Us has a target of 1.00 and no product (3 candidates, 3 lost to regions: no product bears any of"
        " regions USA; there are US, Emerging): loosen that, or add products that meet its rules."
    )


def test_cash_needs_no_product_and_without_any_there_is_nothing_to_loosen() -> None:
    frame = Framework("Ours", (leaf("AssetClass/Cash", "0.1"), leaf("AssetClass/Equity", "0.9")))
    mapped = map_products(frame, universe(), as_of=AS_OF)
    (found,) = coverage_findings(mapped)
    assert "AssetClass/Equity has a target of 0.90 and no product (0 candidates in all, 5 wanted)" in found.message
    assert coverage_findings(replace(mapped, leaves=())) == ()
