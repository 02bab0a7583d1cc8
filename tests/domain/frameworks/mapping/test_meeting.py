"""A product meets a leaf by all its rules, or by the path where the rules don't say what the leaf is."""

from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests.domain.frameworks.mapping.slow_mapping import slow_meets
from tests.domain.frameworks.mapping.universes import Product, leaf, mapped_frameworks, universe, universes
from trimtab.domain.frameworks.framework import Bucket, Framework
from trimtab.domain.frameworks.mapping import meets
from trimtab.domain.frameworks.products import Universe
from trimtab.domain.frameworks.tree import tree_of

PRODUCTS = universe(
    Product("AGG", asset_class="Fixed Income", tags=("bonds",), sector="", sleeve="Hedge"),
    Product("BUND", type="Bond", asset_class="Bonds", currency="EUR", region="International", adv_value=1e5),
    Product("SAP", type="Stock", region="International", currency="EUR", sector="Technology", sector_group="Growth"),
    Product("SPY", tags=("Equity", "large")),
    Product("WORLD", region="Global", tags=("equity", "green")),
    lies=(
        ("WORLD", "Region", "US", 0.3),
        ("WORLD", "Region", "International", 0.2),
        ("WORLD", "Sector", "Technology", 0.49),
        ("WORLD", "Sleeve", "Hedge", 1.0),
    ),
)


def met(bucket: Bucket) -> list[str]:
    found = meets(tree_of([bucket]), PRODUCTS)[0]
    return [code for code, is_met in zip(PRODUCTS.products.code, found, strict=True) if is_met]


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ({"allowed_types": ("stock", "bond")}, "BUND SAP"),
        ({"include_tags": ("EQUITY", "bonds")}, "AGG SPY WORLD"),
        ({"include_tags": ("equity",), "exclude_tags": ("Green", "red")}, "SPY"),
        ({"regions": ("us", "International")}, "AGG BUND SAP SPY WORLD"),
        ({"regions": ("US",)}, "AGG SPY"),
        ({"regions": ("global",)}, "WORLD"),
        ({"sectors": ("Technology",)}, "SAP"),
        ({"sectors": ("growth",)}, "SAP"),
        ({"currencies": ("eur",)}, "BUND SAP"),
        ({"currencies": ("EUR",), "min_adv_value": Decimal(100_001)}, "SAP"),
        ({"currencies": ("",)}, ""),
    ],
)
def test_a_rule_is_met_by_any_of_its_items_whatever_their_case(rules, codes: str) -> None:
    assert met(leaf("Moon/A", **rules)) == codes.split()


@pytest.mark.parametrize(
    ("path", "label", "codes"),
    [
        ("AssetClass/Bonds", "", "AGG BUND"),
        ("AssetClass/Income", "fixed income", "AGG BUND"),
        ("assetclass/equity", "", "SAP SPY WORLD"),
        ("AssetClass/Equity/US", "", "SPY"),
        ("AssetClass/Equity/America", "US", "SPY"),
        ("AssetClass/Equity/Large", "", "SPY"),
        ("AssetClass/Equity/Small", "", ""),
        ("AssetClass/US", "", ""),
        ("Region/US", "", "AGG SPY"),
        ("Region/X", "International", "BUND SAP"),
        ("Sector/Technology", "", "SAP"),
        ("Sector/Growth", "", "SAP"),
        ("Sleeve/Hedge", "", "AGG"),
        ("Region", "US", "AGG SPY"),
        ("Moon/US", "", ""),
    ],
)
def test_without_rules_a_product_is_what_the_path_says(path: str, label: str, codes: str) -> None:
    assert met(leaf(path, label=label)) == codes.split()


def test_rules_that_only_leave_out_do_not_replace_the_path() -> None:
    assert met(leaf("AssetClass/Bonds", min_adv_value=Decimal("1E6"))) == ["AGG"]
    assert met(leaf("AssetClass/Equity", exclude_tags=("green",))) == ["SAP", "SPY"]


@given(mapped_frameworks(), universes())
@settings(max_examples=30, deadline=None)
def test_the_same_is_met_product_by_product(frame: Framework, products: Universe) -> None:
    assert meets(tree_of(frame.buckets), products).tolist() == slow_meets(frame, products)
