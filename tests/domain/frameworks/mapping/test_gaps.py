"""A leaf that is short says why, rule by rule, and its numbers add up."""

from decimal import Decimal

from tests.domain.frameworks.mapping.universes import AS_OF, Product, leaf, universe
from trimtab.domain.frameworks.framework import Bucket, Framework
from trimtab.domain.frameworks.mapping import Gap, LeafMapping, map_products
from trimtab.domain.frameworks.products import Universe

TWENTY = universe(*[Product(f"P{at:02}", adv_value=at * 1e6, tags=("a",) if at >= 8 else ()) for at in range(20)])


def only_leaf(bucket: Bucket, products: Universe, *, per_bucket: int = 5) -> LeafMapping:
    return map_products(Framework("Ours", (bucket,)), products, as_of=AS_OF, per_bucket=per_bucket).leaves[0]


def test_each_rule_that_took_some_says_how_many_of_how_many() -> None:
    bucket = leaf("Region/US", include_tags=("a",), currencies=("USD",), min_adv_value=Decimal("17E6"))
    found = only_leaf(bucket, TWENTY)
    assert found.candidates == len(found.products) == 3
    assert found.gaps == (
        Gap("include_tags", 20, 8, "20 candidates, 8 lost to include_tags"),
        Gap("min_adv_value", 12, 9, "12 candidates, 9 lost to min_adv_value"),
    )
    assert only_leaf(bucket, TWENTY, per_bucket=3).gaps == ()


def test_a_path_that_says_nothing_asks_for_rules() -> None:
    found = only_leaf(leaf("AssetClass/Equity/Oddities"), TWENTY)
    assert [gap.message for gap in found.gaps] == [
        "20 candidates, 20 lost to path; rules would say better what it takes"
    ]


def test_too_few_products_in_all_are_told_first() -> None:
    one = universe(Product("A"))
    assert only_leaf(leaf("Region/US"), one).gaps == (Gap("products", 1, 0, "1 candidate in all, 5 wanted"),)
    assert only_leaf(leaf("Region/US"), universe()).gaps[0].message == "0 candidates in all, 5 wanted"


def test_a_rule_whose_words_no_product_bears_says_which_there_are() -> None:
    world = universe(Product("A"), Product("B"), Product("C", region="Emerging"))
    found = only_leaf(leaf("AssetClass/Equity", regions=("USA",)), world)
    said = "3 candidates, 3 lost to regions: no product bears any of regions USA; there are US, Emerging"
    assert found.gaps[-1].message == said
    known = only_leaf(leaf("AssetClass/Equity", regions=("USA", "emerging"), include_tags=("x",)), world)
    assert [gap.message for gap in known.gaps[1:]] == [
        "3 candidates, 3 lost to include_tags: no product bears any of include_tags x, nor any other"
    ]
